"""Makes the parts of a profile from the sections of its file, and refuses what does not hold together."""

from collections.abc import Mapping
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from types import MappingProxyType
from typing import Any

from app.catalogue.groups import GROUPS
from app.organisations import terms
from app.organisations.fields import FIELDS, REASONS
from app.organisations.municipalities import MUNICIPALITIES, Municipality
from app.organisations.reading import Section
from app.organisations.texts import CONSENT_TEXTS, COOKIE_PURPOSES, COOKIE_TERMS, LAWS, PURPOSES

AGREEMENTS = frozenset({"confidentiality", "sick_care_confidentiality", "code_of_conduct"})
MODULES = frozenset({"application", "appointments", "daycare", "benefits"})
ACCESS_REASONS = frozenset(
    {
        "owner",
        "co_parent",
        "draft",
        "desk",
        "found",
        "chosen",
        "enrolled",
        "registrar",
        "urgent",
        "urgent_offer",
        "helper",
        "counter",
        "helpdesk",
        "administrator",
        "looking",
        "support",
        "sick_care",
        "overseer",
    }
)
ROLES = frozenset(
    {"helpdesk", "administrator", "policy", "developer", "counter", "sick_care", "dpo", "security", "helper"}
)


def address(section: Section) -> terms.Address:
    """Read the address; raises ProfileError."""
    made = terms.Address(section.text("street"), section.text("postcode", ""), section.text("municipality", ""))
    section.end()
    return made


def contacts(section: Section) -> terms.Contacts:
    """Read how the desk is reached; raises ProfileError."""
    opening = None
    if "opening" in section.values:
        hours = section.section("opening")
        days = frozenset(int(day) for day in hours.words("days", {str(day) for day in range(1, 8)}))
        opening = terms.Opening(days, hours.moment("opens"), hours.moment("closes"))
        if opening.opens >= opening.closes:
            raise hours.wrong("closes", "must come after opens")
        hours.end()
    names = ("helpdesk_email", "phone", "dpo_name", "dpo_email", "dpo_phone", "whatsapp", "website", "rights_address")
    made = terms.Contacts(opening=opening, **{name: section.text(name, "") for name in names})
    if not (made.helpdesk_email or made.phone or made.rights_address):
        raise section.wrong("helpdesk_email", "is missing: one way to reach the organisation is needed")
    section.end()
    return made


def authority(section: Section) -> terms.Authority:
    """Read the supervisory authority; raises ProfileError."""
    made = terms.Authority(
        name=section.text("name"),
        address=section.text("address"),
        phone=section.text("phone", ""),
        email=section.text("email", ""),
        url=section.text("url", ""),
    )
    section.end()
    return made


def languages(section: Section) -> terms.Languages:
    """Read the languages offered; raises ProfileError."""
    made = terms.Languages(
        section.words("family", terms.LANGUAGES),
        section.words("staff", terms.LANGUAGES),
        section.word("master", terms.LANGUAGES),
        section.words("help", terms.HELP_LANGUAGES, ()),
    )
    if made.master not in made.family or made.master not in made.staff:
        raise section.wrong("master", "must be among the languages offered")
    section.end()
    return made


def statement(section: Section) -> terms.Statement:
    """Read the version of the privacy statement; raises ProfileError."""
    earlier = []
    for row in section.sections("earlier"):
        earlier.append(terms.EarlierStatement(row.text("version"), row.day("published")))
        row.end()
    made = terms.Statement(
        section.text("version"), section.day("published"), section.truth("agreement", False), tuple(earlier)
    )
    section.end()
    days = [made.published, *(one.published for one in made.earlier)]
    if days != sorted(set(days), reverse=True):
        raise section.wrong("earlier", "versions of a statement stand from the newest to the oldest")
    return made


def area(top: Section) -> Mapping[str, Municipality]:
    """Read the municipalities served; raises ProfileError."""
    return MappingProxyType({key: MUNICIPALITIES[key] for key in top.words("area", MUNICIPALITIES, ())})


def application(section: Section) -> terms.Application:
    """Read the terms of an application; raises ProfileError."""
    offer = section.section("offer")
    term = terms.OfferTerm(
        offer.number("default_days", least=1),
        offer.number("min_days", least=1),
        offer.number("max_days", least=1),
        offer.numbers("reminder_days", (3, 1)),
        offer.number("unreached_days", 7, least=1),
    )
    if not term.min_days <= term.default_days <= term.max_days:
        raise offer.wrong("default_days", "must lie between min_days and max_days")
    offer.end()
    made = terms.Application(
        max_choices=section.number("max_choices", least=1),
        reply_days=section.number("reply_days", least=1),
        horizon_months=section.number("horizon_months", least=1),
        draft_days=section.number("draft_days", least=1),
        untouched_draft_days=section.number("untouched_draft_days", least=1),
        draft_notice_days=section.number("draft_notice_days", least=1),
        expiry_days=section.number("expiry_days", least=1),
        offer=term,
        expiry_notice_days=section.number("expiry_notice_days", 14, least=1),
        start_notice_days=section.number("start_notice_days", 30, least=1),
        channels=section.words("channels", terms.CHANNELS, ("mail", "letter")),
    )
    if made.draft_notice_days >= made.draft_days:
        raise section.wrong("draft_notice_days", "must be fewer than draft_days")
    section.end()
    return made


def urgent(section: Section) -> terms.Urgent:
    """Read the urgent term; off unless set (C6); raises ProfileError."""
    scope = terms.UrgentScope(section.word("scope", set(terms.UrgentScope), "off"))
    made = terms.Urgent(section.number("days", 0), scope)
    if scope is not terms.UrgentScope.OFF and not made.days:
        raise section.wrong("days", "is missing")
    section.end()
    return made


def session(section: Section) -> terms.SessionTerm:
    """Read how long a session lives; raises ProfileError."""
    made = terms.SessionTerm(
        section.number("idle_minutes", least=1),
        section.number("absolute_hours", least=1),
        # WCAG 2.2.6: who is told no limit beforehand needs twenty hours.
        section.number("draft_hours", least=20),
    )
    section.end()
    return made


def rule_sets(top: Section) -> tuple[terms.RuleSet, ...]:
    """Read the priority rule sets with their dates; raises ProfileError."""
    made = []
    for row in top.sections("rule_sets"):
        made.append(terms.RuleSet(row.text("name"), row.day("start"), row.day_or_none("until")))
        row.end()
    return tuple(made)


def priority_numbers(top: Section) -> tuple[terms.PriorityNumbers, ...]:
    """Read the numbers that the priority rules need, with their dates; raises ProfileError."""
    made = []
    for row in top.sections("priority_numbers"):
        numbers = {
            name: row.number(name) if name in row.values else None
            for name in ("work_percent", "vulnerable_traits", "leading_traits")
        }
        made.append(terms.PriorityNumbers(row.day("start"), **numbers))
        row.end()
    return tuple(made)


def dutch_shares(top: Section) -> tuple[terms.DutchShare, ...]:
    """Read the highest share of places by knowledge of Dutch, with its dates; raises ProfileError."""
    made = []
    for row in top.sections("dutch_priority"):
        share = terms.DutchShare(row.day("start"), row.day_or_none("until"), row.number("max_percent"))
        if share.max_percent > 100:
            raise row.wrong("max_percent", "must be at most 100")
        made.append(share)
        row.end()
    return tuple(made)


def fields(section: Section, held: frozenset[str]) -> Mapping[str, terms.FieldRule]:
    """Read which fields are asked; each needs a reason and a group that is held (C11, KG-09); raises ProfileError."""
    made = {}
    for key in section.values:
        if key not in FIELDS:
            raise section.wrong(key, "is not a field that a form knows")
        row = section.section(key)
        rule = terms.FieldRule(
            asked=row.truth("asked", True),
            required=row.truth("required", False),
            reason=REASONS[row.word("reason", REASONS)],
        )
        if FIELDS[key] not in held:
            raise section.wrong(key, f"is asked, but the group {FIELDS[key]} is not held")
        made[key] = rule
        row.end()
    section.end()
    return MappingProxyType(made)


def recipients(section: Section, held: frozenset[str]) -> Mapping[str, terms.Recipient]:
    """Read the register of recipients; columns must stand in a group that is held (C14); raises ProfileError."""
    columns = frozenset().union(*(GROUPS[key].columns for key in held))
    made = {}
    for key in section.values:
        row = section.section(key)
        made[key] = terms.Recipient(
            key=key,
            name=row.text("name"),
            ground=terms.Ground(row.word("ground", set(terms.Ground))),
            purpose=PURPOSES[row.word("purpose", PURPOSES)],
            contact=row.text("contact", ""),
            columns=row.words("columns", columns, ()),
            until=row.day_or_none("until"),
            expected_children=row.truth("expected_children", False),
        )
        row.end()
    section.end()
    return MappingProxyType(made)


def consents(top: Section, register: Mapping[str, terms.Recipient]) -> tuple[terms.Consent, ...]:
    """Read the consents asked; each names a recipient of the register by consent; raises ProfileError."""
    made = []
    for row in top.sections("consents"):
        key = row.word("recipient", register)
        if register[key].ground is not terms.Ground.CONSENT:
            raise row.wrong("recipient", f"is {key!r}, which does not get data by consent")
        made.append(terms.Consent(key, CONSENT_TEXTS[row.word("text", CONSENT_TEXTS)], row.text("text_version")))
        row.end()
    asked = {consent.recipient for consent in made}
    unasked = sorted(key for key, row in register.items() if row.ground is terms.Ground.CONSENT and key not in asked)
    if unasked and "application" in top.words("modules", MODULES):
        raise top.wrong(f"recipients.{unasked[0]}", "gets data by consent, but no consent asks it")
    return tuple(made)


def access(section: Section, held: frozenset[str]) -> Mapping[str, terms.Access]:
    """Read the groups that each reason opens; a reason not named opens nothing (C3); raises ProfileError."""
    made = {}
    for reason in section.values:
        if reason not in ACCESS_REASONS and not reason.startswith("system:"):
            raise section.wrong(reason, "is not a reason for access")
        row = section.section(reason)
        made[reason] = terms.Access(
            frozenset(row.words("read", held, ())),
            frozenset(row.words("write", held, ())),
        )
        row.end()
    section.end()
    return MappingProxyType(made)


def agreements(top: Section) -> tuple[terms.AgreementText, ...]:
    """Read the texts that gate roles (BXL-51, LEU-24, LEU-34); raises ProfileError."""
    made = []
    for row in top.sections("agreements"):
        text = terms.AgreementText(
            key=row.word("key", AGREEMENTS),
            version=row.text("version"),
            roles=row.words("roles", ROLES),
            checked_roles=row.words("checked_roles", ROLES, ()),
            days=row.number("days", least=1) if "days" in row.values else None,
            counterparty=row.text("counterparty", ""),
        )
        if not set(text.checked_roles) <= set(text.roles):
            raise row.wrong("checked_roles", "names a role that does not sign")
        made.append(text)
        row.end()
    return tuple(made)


def retention(section: Section) -> Mapping[str, terms.KeepRule]:
    """Read a keep-rule for every group; one without refuses the start (C1); raises ProfileError."""
    rules = {}
    for key in section.values:
        row = section.section(key)
        if key not in GROUPS:
            raise section.wrong(key, "is not a group of the catalogue")
        action = terms.Action(row.word("action", set(terms.Action)))
        anchor = None
        if action is not terms.Action.NOT_HELD:
            anchor = terms.Anchor(row.word("anchor", set(terms.Anchor)))
        rule = terms.KeepRule(
            anchor, row.number("years", 0), row.number("days", 0), action, row.truth("proposed", False)
        )
        if anchor is not None and anchor is not terms.Anchor.END_OF_CONTRACT and not (rule.years or rule.days):
            raise row.wrong("years", "is missing")
        rules[key] = rule
        row.end()
    missing = sorted(GROUPS.keys() - rules.keys())
    if missing:
        raise section.wrong(missing[0], "is missing: every group needs a keep-rule")
    section.end()
    return MappingProxyType(rules)


def legal_terms(section: Section, held: frozenset[str]) -> Mapping[str, terms.LegalTerm]:
    """Read the laws that keep a group although its erasure was asked (LEU-44); raises ProfileError."""
    made = {}
    for key in section.values:
        row = section.section(key)
        made[key] = terms.LegalTerm(
            key=key,
            groups=frozenset(row.words("groups", held)),
            law=LAWS[row.word("law", LAWS)],
            anchor=terms.Anchor(row.word("anchor", set(terms.Anchor))),
            years=row.number("years", 0),
        )
        row.end()
    section.end()
    return MappingProxyType(made)


def held(rules: Mapping[str, terms.KeepRule]) -> frozenset[str]:
    """Give the groups that the organisation holds at all."""
    return frozenset(key for key, rule in rules.items() if rule.action is not terms.Action.NOT_HELD)


def settings(section: Section) -> terms.Settings:
    """Read the settings of the conflicts C2 to C23; what is absent takes the safe default; raises ProfileError."""
    values: dict[str, Any] = {}
    for item in dataclass_fields(terms.Settings):
        default = item.default
        if item.name == "reuse":
            row = section.section("reuse", optional=True)
            values["reuse"] = MappingProxyType({use: row.word(use, terms.REUSE_WORDS) for use in row.values})
        elif isinstance(default, bool):
            values[item.name] = section.truth(item.name, default)
        elif isinstance(default, int):
            values[item.name] = section.number(item.name, default)
        elif isinstance(default, tuple):
            values[item.name] = section.words(item.name, terms.SETTING_WORDS[item.name], default)
        elif default is not MISSING:
            values[item.name] = section.word(item.name, terms.SETTING_WORDS[item.name], default)
    section.end()
    return terms.Settings(**values)


def cookies(top: Section) -> tuple[terms.Cookie, ...]:
    """Read the cookies that the site may set (C17); raises ProfileError."""
    made = []
    for row in top.sections("cookies"):
        purpose = COOKIE_PURPOSES[row.word("purpose", COOKIE_PURPOSES)]
        made.append(terms.Cookie(row.text("name"), purpose, COOKIE_TERMS[row.word("term", COOKIE_TERMS)]))
        row.end()
    return tuple(made)


def links(top: Section) -> tuple[terms.OutsideLink, ...]:
    """Read the follow and share links; none unless an organisation asks for them. Raises ProfileError."""
    made = []
    for row in top.sections("links"):
        link = terms.OutsideLink(row.text("label"), row.text("url"))
        if not link.url.startswith("https://"):
            raise row.wrong("url", "must begin with https://")
        made.append(link)
        row.end()
    return tuple(made)
