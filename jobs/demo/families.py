"""A family of the demo as it is described, and the rows that its dossier becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from app.applications.operations import submission
from app.applications.rules import (
    ApplicationState,
    ChoiceState,
    OfferState,
    Plan,
    deviates,
    end_of_day,
    expires_on,
    reply_due_on,
)
from app.consents.rules import Channel
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.crypto import KeyRing, seal_json_with
from app.core.outbox import MESSAGE_KEY_CLASS
from app.families.queries import HEALTH_KEY_CLASS, health_place
from app.families.rules import REFERENCE_ALPHABET, REFERENCE_LENGTH
from app.organisations.profile import Profile
from app.priority.queries import area_site, keys_under, rules_on
from app.priority.rules import Facts, RuleSet, Site
from jobs.demo.rows import Rows

OWNER = ("owner",)
SENT, SENT_GROUPS = "application_sent", tuple(sorted(submission.SENT_GROUPS))
ASKED, ASKED_GROUPS = "consents_recorded", ("consents",)


class Ids(NamedTuple):
    """Which rows these are: a series (one for each organisation and kind of seed) and a number in it."""

    series: int
    number: int

    def of(self, table: int, position: int = 0) -> str:
        """The id of one row of this family; ids rise with the number, so that indexes grow at their end."""
        return f"{self.series:08x}-{table:04x}-8000-8000-{self.number << 8 | position:012x}"


class Spot(NamedTuple):
    """A facility as the seed needs it."""

    id: str
    site: Site
    reply_days: int | None


class Person(NamedTuple):
    """Somebody's name and how to reach them."""

    given_name: str
    family_name: str
    phone: str | None = None
    email: str | None = None


class Parents(NamedTuple):
    """The ids of the rows above a choice."""

    dossier: str
    child: str
    application: str


class Home(NamedTuple):
    """Where a family lives."""

    street: str
    house_number: str
    postcode: str
    municipality: str


class Baby(NamedTuple):
    """A child, born or expected."""

    given_name: str | None
    family_name: str
    birth_date: date
    expected: bool


class Wish(NamedTuple):
    """One chosen facility, and what became of it some days after the request was sent."""

    spot: Spot
    state: ChoiceState = ChoiceState.OPEN
    answered_after: int | None = None
    refusal: str | None = None
    offer: Plan | None = None
    offer_state: OfferState = OfferState.OPEN
    offer_ends_on: date | None = None
    sibling_here: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One dossier with one request."""

    ids: Ids
    reference: str
    language: str
    applicant: Person
    birth_date: date | None
    sex: str | None
    home: Home
    child: Baby
    plan: Plan
    wishes: Sequence[Wish]
    sent_at: datetime
    facts: Facts = field(default_factory=Facts)
    employer: str | None = None
    partner: Person | None = None
    flexible: bool = False
    state: ApplicationState = ApplicationState.OPEN
    closed_at: datetime | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)
    password_hash: str | None = None


_REFERENCES = len(REFERENCE_ALPHABET) ** REFERENCE_LENGTH
# Has no factor in common with the number of references, so that no two numbers get one.
_SPREAD = 0x9E3779B97F4A7C15


def series_of(organisation: str, kind: int) -> int:
    """The series of an organisation: of its stories (0) or of its crowd (1)."""
    return crc32(organisation.encode()) & ~1 | kind


def reference_of(ids: Ids) -> str:
    """The printed reference of a dossier: two series of one organisation never share one."""
    mixed = ((ids.series & 1) * (_REFERENCES // 2) + ids.number) * _SPREAD % _REFERENCES
    letters = []
    for _ in range(REFERENCE_LENGTH):
        mixed, letter = divmod(mixed, len(REFERENCE_ALPHABET))
        letters.append(REFERENCE_ALPHABET[letter])
    return "".join(letters)


ACCOUNT, DOSSIER, CHILD, APPLICATION, CHOICE, OFFER, PLACEMENT, CONSENT, AUDIT = range(1, 10)


class Writer:
    """Turns families of one organisation into rows, with the keys that the same request would get at the door."""

    def __init__(self, profile: Profile, keyring: KeyRing) -> None:
        if profile.application is None:
            raise ValueError(f"{profile.key} takes no applications")
        self._profile = profile
        self._terms = profile.application
        self._keyring = keyring
        self._area = area_site(profile)
        self._texts = {consent.recipient: consent.text_version for consent in profile.consents}
        self._rules = lru_cache(maxsize=10_000)(self._find_rules)

    def _find_rules(self, filed: date, tariff: str) -> RuleSet:
        return _same(rules_on(self._profile, filed, tariff))

    def write(self, family: Family, rows: Rows) -> None:
        """Gather all rows of one family: account, dossier, keys, request, choices, answers and audit."""
        key, ids, sent = self._profile.key, family.ids, family.sent_at.isoformat()
        account, dossier, child, application = (ids.of(table) for table in (ACCOUNT, DOSSIER, CHILD, APPLICATION))
        person, home, language = family.applicant, family.home, family.language
        confirmed = sent if person.email else None
        rows.add(
            "account",
            (
                account,
                key,
                Kind.PARENT,
                person.email,
                confirmed,
                family.password_hash,
                language,
                sent,
                True,
                None,
                None,
            ),
        )
        rows.add(
            "dossier",
            (dossier, key, account, family.reference, language, sent, family.closed_at or sent, "active"),
        )
        rows.add(
            "applicant",
            (
                dossier, key, person.given_name, person.family_name, family.birth_date, family.sex, *home,
                person.phone, person.email, False,
            ),
        )  # fmt: skip
        if family.partner is not None:
            rows.add("partner", (dossier, key, *family.partner, family.facts.partner_work))
        rows.add("child", (child, key, dossier, *family.child))
        self._write_answers(family, dossier, account, sent, rows)
        self._write_request(family, Parents(dossier, child, application), sent, rows)
        # The same notes, by the same actor, as a request that is sent at the door leaves.
        notes = ((SENT, SENT_GROUPS), (ASKED, ASKED_GROUPS))[: 2 if family.consents else 1]
        for position, (event, groups) in enumerate(notes):
            who = (key, sent, Kind.DRAFT, account)
            rows.add("audit_entry", (ids.of(AUDIT, position), *who, event, OWNER, groups, (dossier,), None))

    def _write_answers(self, family: Family, dossier: str, account: str, sent: str, rows: Rows) -> None:
        key, facts = self._profile.key, family.facts
        proved = (True, sent, account) if facts.dutch_proof else (False, None, None)
        answers = (facts.family, facts.work, family.employer, facts.income, facts.education, facts.foster, facts.dutch)
        rows.add("circumstances", (dossier, key, *answers, *proved))
        owner = UUID(dossier)
        message_key = self._keyring.new_wrapped_key(owner, MESSAGE_KEY_CLASS)
        rows.add("keys.data_key", (dossier, MESSAGE_KEY_CLASS, key, message_key, sent))
        if facts.health is not None:
            wrapped = self._keyring.new_wrapped_key(owner, HEALTH_KEY_CLASS)
            rows.add("keys.data_key", (dossier, HEALTH_KEY_CLASS, key, wrapped, sent))
            sealed = seal_json_with(
                self._keyring,
                wrapped,
                {"situation": facts.health},
                owner_id=owner,
                key_class=HEALTH_KEY_CLASS,
                place=health_place(owner),
            )
            rows.add("health_answer", (dossier, key, sealed, sent))

    def _write_request(self, family: Family, parents: Parents, sent: str, rows: Rows) -> None:
        key, plan, filed = self._profile.key, family.plan, today_at(family.sent_at)
        keys = _keys(family.facts, self._rules(filed, self._area.tariff), self._area)
        last_day = expires_on(plan.start_date or filed, today=filed, days=self._terms.expiry_days).isoformat()
        rows.add(
            "application",
            (
                parents.application, key, parents.dossier, parents.child, plan.start_date, plan.half_days, None,
                family.flexible, family.state, sent, family.closed_at, *keys, last_day,
            ),
        )  # fmt: skip
        for position, (recipient, given) in enumerate(family.consents.items()):
            told = (recipient, given, sent, self._texts[recipient], family.language, Channel.WEB)
            consent = family.ids.of(CONSENT, position)
            rows.add("consent", (consent, key, parents.dossier, parents.application, *told))
        start = plan.start_date or filed
        shared = (start.isoformat(), str(plan.half_days), family.child.birth_date.isoformat(), last_day)
        for position, wish in enumerate(family.wishes):
            self._write_choice(family, wish, position, parents, (filed, start, sent, shared), rows)

    def _write_choice(
        self,
        family: Family,
        wish: Wish,
        position: int,
        parents: Parents,
        request: tuple[date, date, str, tuple[str, str, str, str]],
        rows: Rows,
    ) -> None:
        filed, start, sent, (*shared, last_day) = request
        spot, site = wish.spot, wish.spot.site
        facts = _with_sibling(family.facts) if wish.sibling_here else family.facts
        _, grounds, rank = _keys(facts, self._rules(filed, site.tariff), site)
        choice, key = family.ids.of(CHOICE, position), self._profile.key
        answered = None if wish.answered_after is None else family.sent_at + timedelta(days=wish.answered_after)
        due = _due(filed, spot.reply_days or self._terms.reply_days, start, self._terms.horizon_months)
        rows.add(
            "choice",
            (
                choice, key, parents.application, parents.dossier, parents.child, spot.id, position, wish.state, rank,
                grounds, sent, *shared, wish.sibling_here, due, answered, wish.refusal, last_day, "family",
            ),
        )  # fmt: skip
        if wish.offer is not None and answered is not None:
            self._write_offer(family, wish, (choice, family.ids.of(OFFER, position)), parents, answered, rows)

    def _write_offer(
        self, family: Family, wish: Wish, ids: tuple[str, str], parents: Parents, answered: datetime, rows: Rows
    ) -> None:
        key, spot, offer = self._profile.key, wish.spot, wish.offer
        if offer is None:
            return
        choice, row = ids
        ends = wish.offer_ends_on or today_at(answered) + timedelta(days=self._terms.offer.default_days)
        decided = None if wish.offer_state is OfferState.OPEN else family.closed_at or end_of_day(ends)
        rows.add(
            "offer",
            (
                row, key, choice, parents.application, parents.dossier, spot.id, offer.start_date, offer.half_days,
                None, deviates(offer, family.plan), end_of_day(ends), wish.offer_state, answered, decided,
            ),
        )  # fmt: skip
        if wish.state is ChoiceState.ENROLLED:
            placement, child = family.ids.of(PLACEMENT), parents.child
            days = (offer.start_date, None, offer.half_days, decided)
            rows.add("placement", (placement, key, spot.id, parents.dossier, child, parents.application, row, *days))


@lru_cache(maxsize=1000)
def _same(rules: RuleSet) -> RuleSet:
    """One object for equal rules, so that what is remembered for them is found at once."""
    return rules


@lru_cache(maxsize=100_000)
def _keys(facts: Facts, rules: RuleSet, site: Site) -> tuple[str, str, str]:
    """Rule set, grounds and rank, as they are copied."""
    keys = keys_under(facts, rules, site)
    return keys.rule_set, "{" + ",".join(keys.grounds) + "}", str(int(keys.rank))


@lru_cache(maxsize=100_000)
def _due(filed: date, reply_days: int, start: date, horizon_months: int) -> str:
    return reply_due_on(filed, reply_days, start_date=start, horizon_months=horizon_months).isoformat()


@lru_cache(maxsize=10_000)
def _with_sibling(facts: Facts) -> Facts:
    return replace(facts, sibling_here=True)
