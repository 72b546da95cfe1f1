"""An organisation's profile: everything that differs from one organisation to the next, read once at start-up."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from app.organisations import parts
from app.organisations.municipalities import Municipality
from app.organisations.reading import Section
from app.organisations.terms import (
    Access,
    Address,
    AgreementText,
    Application,
    Authority,
    Consent,
    Contacts,
    Cookie,
    DutchShare,
    FieldRule,
    KeepRule,
    Languages,
    LegalTerm,
    OutsideLink,
    PriorityNumbers,
    ProfileError,
    Recipient,
    RuleSet,
    SessionTerm,
    Settings,
    Statement,
    Urgent,
)

PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """The settings of one organisation."""

    key: str
    name: str
    legal_form: str
    legal_basis: str
    enterprise_number: str
    address: Address
    contacts: Contacts
    authority: Authority
    accessibility_authority: Authority | None
    languages: Languages
    modules: frozenset[str]
    statement: Statement
    area: Mapping[str, Municipality]
    application: Application | None
    urgent: Urgent
    session: SessionTerm
    rule_sets: tuple[RuleSet, ...]
    priority_numbers: tuple[PriorityNumbers, ...]
    dutch_shares: tuple[DutchShare, ...]
    fields: Mapping[str, FieldRule]
    consents: tuple[Consent, ...]
    recipients: Mapping[str, Recipient]
    access: Mapping[str, Access]
    agreements: tuple[AgreementText, ...]
    retention: Mapping[str, KeepRule]
    legal_terms: Mapping[str, LegalTerm]
    settings: Settings
    cookies: tuple[Cookie, ...]
    links: tuple[OutsideLink, ...]


def read_profile(path: Path) -> Profile:
    """Read one profile; raises ProfileError naming file and key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path.name}: {error}") from error
    top = Section(path.name, "", values)
    if top.text("key") != path.stem:
        raise top.wrong("key", f"must be {path.stem!r}, the name of the file")
    modules = frozenset(top.words("modules", parts.MODULES))
    retention = parts.retention(top.section("retention"))
    held = parts.held(retention)
    fields = parts.fields(top.section("fields", optional=True), held)
    recipients = parts.recipients(top.section("recipients", optional=True), held)
    profile = Profile(
        key=top.text("key"),
        name=top.text("name"),
        legal_form=top.text("legal_form"),
        legal_basis=top.text("legal_basis", ""),
        enterprise_number=top.text("enterprise_number", ""),
        address=parts.address(top.section("address")),
        contacts=parts.contacts(top.section("contacts")),
        authority=parts.authority(top.section("authority")),
        accessibility_authority=(
            parts.authority(top.section("accessibility_authority")) if "accessibility_authority" in top.values else None
        ),
        languages=parts.languages(top.section("languages")),
        modules=modules,
        statement=parts.statement(top.section("statement")),
        area=parts.area(top),
        application=parts.application(top.section("application")) if "application" in modules else None,
        urgent=parts.urgent(top.section("urgent", optional=True)),
        session=parts.session(top.section("session")),
        rule_sets=parts.rule_sets(top),
        priority_numbers=parts.priority_numbers(top),
        dutch_shares=parts.dutch_shares(top),
        fields=fields,
        consents=parts.consents(top, recipients),
        recipients=recipients,
        access=parts.access(top.section("access"), held),
        agreements=parts.agreements(top),
        retention=retention,
        legal_terms=parts.legal_terms(top.section("legal_terms", optional=True), held),
        settings=parts.settings(top.section("settings", optional=True)),
        cookies=parts.cookies(top),
        links=parts.links(top),
    )
    top.end()
    _agree(profile, top)
    return profile


def _agree(profile: Profile, top: Section) -> None:
    """Refuse a profile whose parts contradict each other."""
    asks_number = any(key.endswith("national_number") and rule.asked for key, rule in profile.fields.items())
    if asks_number and profile.settings.national_id_mode == "none":
        raise top.wrong("fields", "asks a national number while settings.national_id_mode is none")
    asks_health = "health.situation" in profile.fields and profile.fields["health.situation"].asked
    if asks_health and "priority_answer" not in profile.settings.medical_fields:
        raise top.wrong("fields", "asks about health while settings.medical_fields does not allow it")
    if "application" in profile.modules and not profile.rule_sets:
        raise top.wrong("rule_sets", "is missing: applications cannot be ranked")
    if profile.settings.facility_write != "open" and profile.access.get("chosen", _NOTHING).write - _OWN_ANSWER:
        raise top.wrong("access.chosen", "lets a facility write more than settings.facility_write allows")


_NOTHING = Access(frozenset(), frozenset())
# Its own words are no data that the family gave.
_OWN_ANSWER = frozenset({"answers", "own_choice", "messages", "notes"})


def load_profiles(folder: Path = PROFILES) -> Mapping[str, Profile]:
    """Read every profile of the folder, by key; raises ProfileError."""
    profiles = (read_profile(path) for path in sorted(folder.glob("*.toml")))
    return MappingProxyType({profile.key: profile for profile in profiles})
