"""The parts of a profile: small frozen records, and the words a setting may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

# Languages in which every page is complete, and languages into which families' pages are translated as a help.
LANGUAGES: frozenset[str] = frozenset({"nl", "fr", "en"})
HELP_LANGUAGES: frozenset[str] = frozenset({"ar", "tr", "ro", "es", "uk"})


class ProfileError(ValueError):
    """A profile that the product refuses to start with; the message names the file and the key."""


class Action(StrEnum):
    """What happens to a group when its term is over."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    NOT_HELD = "not_held"


class Anchor(StrEnum):
    """The event from which a keep-rule counts."""

    LAST_ACTIVITY = "last_activity"
    END_OF_CARE = "end_of_care"
    END_OF_CONTRACT = "end_of_contract"
    LAST_SAVED = "last_saved"
    WRITTEN = "written"
    CLOSED = "closed"


class UrgentScope(StrEnum):
    """Whom an urgent request reaches (C6)."""

    OFF = "off"
    ALL = "all"
    MUNICIPALITY = "municipality"


class Ground(StrEnum):
    """Why a recipient may get data at all (C14)."""

    CONSENT = "consent"
    PROCESSOR = "processor"
    LAW = "law"
    SERVICE = "service"
    RESEARCH = "research"


@dataclass(frozen=True, slots=True)
class Address:
    """Where an organisation can be written to."""

    street: str
    postcode: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The hours in which the phone is answered; days are ISO weekdays, Monday is 1."""

    days: frozenset[int]
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Contacts:
    """How to reach the desk; what an organisation does not have is empty."""

    helpdesk_email: str = ""
    phone: str = ""
    opening: Opening | None = None
    dpo_name: str = ""
    dpo_email: str = ""
    dpo_phone: str = ""
    whatsapp: str = ""
    website: str = ""
    rights_address: str = ""


@dataclass(frozen=True, slots=True)
class Authority:
    """The supervisory authority to complain to."""

    name: str
    address: str
    phone: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages offered to families and to staff; the master text is the binding one, a help translation never."""

    family: tuple[str, ...]
    staff: tuple[str, ...]
    master: str
    help: tuple[str, ...] = ()

    @property
    def for_families(self) -> tuple[str, ...]:
        """Return every language that a family may choose: the complete ones first, then the help translations."""
        return (*self.family, *self.help)


@dataclass(frozen=True, slots=True)
class OfferTerm:
    """How many days a family has to answer an offer."""

    default_days: int
    min_days: int
    max_days: int
    # On which days before the last one a family is reminded.
    reminder_days: tuple[int, ...] = (3, 1)
    # An offer whose message reached nobody is kept open this much longer, so that the desk can reach the family.
    unreached_days: int = 7


@dataclass(frozen=True, slots=True)
class Application:
    """The terms of an application for childcare."""

    max_choices: int
    reply_days: int
    horizon_months: int
    draft_days: int
    # A draft of which only the first page was filled in, and how long before its end a family is told.
    untouched_draft_days: int
    draft_notice_days: int
    expiry_days: int
    offer: OfferTerm
    # How long before a request expires its family is told.
    expiry_notice_days: int = 14
    # How long before the wished start a family whose child has no place is told that it is near (BXL-15).
    start_notice_days: int = 30
    # The ways in which families are written to.
    channels: tuple[str, ...] = ("mail", "letter")


@dataclass(frozen=True, slots=True)
class Urgent:
    """From how many days before the start a request is urgent, and whom it then reaches (C6)."""

    days: int
    scope: UrgentScope


@dataclass(frozen=True, slots=True)
class SessionTerm:
    """How long a family's session lives, and how long there is to finish an application on the device it began on."""

    idle_minutes: int
    absolute_hours: int
    draft_hours: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A priority rule set and the days it is in force; `until` is its last day."""

    name: str
    start: date
    until: date | None


@dataclass(frozen=True, slots=True)
class PriorityNumbers:
    """The numbers that the priority rules need from a day on; a number that is not set gives nobody its ground."""

    start: date
    work_percent: int | None
    vulnerable_traits: int | None
    leading_traits: int | None


@dataclass(frozen=True, slots=True)
class DutchShare:
    """The highest share of places, in percent, that may go by knowledge of Dutch (BXL-21)."""

    start: date
    until: date | None
    max_percent: int


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Whether a form asks a field, whether an answer is required, and why it is asked (C11)."""

    asked: bool
    required: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A permission asked of the family: whom it concerns, its text, and the version of that text."""

    recipient: str
    text: str
    text_version: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody outside the organisation who may get data: on which ground, for what, and exactly which columns."""

    key: str
    name: str
    ground: Ground
    purpose: str
    contact: str
    columns: tuple[str, ...]
    until: date | None
    # Also children who are not born yet; otherwise the recipient gets a child after its birth.
    expected_children: bool = False


@dataclass(frozen=True, slots=True)
class AgreementText:
    """A text that somebody has to accept before a role opens: its version, its term, and who checks the signature."""

    key: str
    version: str
    roles: tuple[str, ...]
    # The roles whose signature a second person has to check (LEU-24, LEU-34).
    checked_roles: tuple[str, ...]
    # For how long an acceptance holds; None: until the text changes.
    days: int | None
    # With whom it is made, where that is not the organisation itself.
    counterparty: str


@dataclass(frozen=True, slots=True)
class Access:
    """The groups that one reason opens for reading and for writing."""

    read: frozenset[str]
    write: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How long a group is kept, from when, and what happens then (C1); `proposed` where the statement gives no term."""

    anchor: Anchor | None
    years: int
    days: int
    action: Action
    proposed: bool


@dataclass(frozen=True, slots=True)
class LegalTerm:
    """A law that keeps groups of a file although their erasure was asked: which groups, and for how long (LEU-44)."""

    key: str
    groups: frozenset[str]
    law: str
    anchor: Anchor
    years: int


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie that the site may set."""

    name: str
    purpose: str
    term: str


@dataclass(frozen=True, slots=True)
class OutsideLink:
    """A place elsewhere where the organisation can be followed, or where its page can be shared (KG-29)."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class EarlierStatement:
    """A version of the privacy statement before the newest one, and the day on which it was published."""

    version: str
    published: date


@dataclass(frozen=True, slots=True)
class Statement:
    """The newest privacy statement: its version, the day of its publication, and whether it rests on an agreement
    (LEU-21, LEU-22). Until that day the newest of the earlier ones is in force.
    """

    version: str
    published: date
    agreement: bool = False
    # The newest first.
    earlier: tuple[EarlierStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings where the five statements contradict each other (C2 to C23); defaults are the safe side."""

    link_mode: str = "none"
    area_rule: str = "none"
    facility_write: str = "none"
    after_enrolment: str = "lose"
    former_access: str = "none"
    helper_access_years: int = 2
    helper_consent_required: bool = True
    national_id_mode: str = "none"
    income_precision: str = "flag"
    medical_fields: tuple[str, ...] = ()
    medical_supervisor_required: bool = True
    correction_flow: str = "direct"
    request_channels: tuple[str, ...] = ("portal",)
    identity_check: str = "login"
    answer_days: int = 28
    reuse: Mapping[str, str] | None = None
    statistics: str = "anonymous"
    analytics: str = "off"
    login_methods: tuple[str, ...] = ("password",)
    disclosure_notice: str = "after"
    controller: str = "own"
    shared_device: str = "pin"
    handover_export: str = "masked"
    disclosure_kind: str = "consent"
    # A facility reads nothing before its processing agreement is on record (LEU-35).
    facility_agreement: bool = False
    # How long the care for sick children finds a child after a use, for its invoice (LEU-33); 0: no such service.
    sick_care_days: int = 0
    # After so many months without a change a family is asked whether its data are still right (KG-35).
    confirm_months: int = 6
    # A place without a last day counts as ended once the child is so old: every file has an end.
    care_ends_age: int = 6
    # So long before a whole file goes its family is told; the end never waits for it.
    erasure_notice_days: int = 30
    # A figure about fewer requests than this is never kept apart.
    trend_threshold: int = 10
    complaint_days: int = 28
    # After so many months somebody looks again at the statement and at the yearly checks (LEU-53).
    review_months: int = 12
    # Whoever works alone out of these hours shows up in the overseer's question about odd hours.
    office_opens: int = 7
    office_closes: int = 20


# The words that each setting of kind text, or each word of a list, may take.
SETTING_WORDS: Mapping[str, frozenset[str]] = {
    "link_mode": frozenset({"none", "by_invitation", "low_threshold"}),
    "area_rule": frozenset({"none", "home_or_choice"}),
    "facility_write": frozenset({"none", "registered_only", "open"}),
    "after_enrolment": frozenset({"lose"}),
    "former_access": frozenset({"none", "until_erased"}),
    "national_id_mode": frozenset({"none", "match_only", "sealed"}),
    "income_precision": frozenset({"flag", "situation", "wage"}),
    "medical_fields": frozenset({"priority_answer", "questionnaire", "child_condition"}),
    "correction_flow": frozenset({"direct", "after_access", "written"}),
    "request_channels": frozenset({"portal", "email", "phone", "letter"}),
    "identity_check": frozenset({"login", "document"}),
    "statistics": frozenset({"anonymous", "coded"}),
    "analytics": frozenset({"off", "counters"}),
    "login_methods": frozenset({"password", "eid", "itsme"}),
    "disclosure_notice": frozenset({"before", "after", "forbidden_until"}),
    "controller": frozenset({"own"}),
    "shared_device": frozenset({"pin", "device"}),
    "handover_export": frozenset({"masked", "none"}),
    "disclosure_kind": frozenset({"consent", "consent_or_report"}),
}
CHANNELS: frozenset[str] = frozenset({"mail", "text", "letter"})
REUSE_WORDS: frozenset[str] = frozenset({"never", "consent", "opt_out"})
