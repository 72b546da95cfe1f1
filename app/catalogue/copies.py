"""What a person's own copy shows of each group, where it came from, and what is left out for which reason."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from app.catalogue.groups import GROUPS
from app.catalogue.labels import COLUMN_LABELS
from app.catalogue.marking import N_


class Origin(StrEnum):
    """Where data came from (KK-27); there is no word for not knowing it."""

    TOLD = "told"
    FACILITY = "facility"
    STAFF = "staff"
    MADE = "made"


ORIGIN_LABELS: Mapping[Origin, str] = MappingProxyType(
    {
        Origin.TOLD: N_("You told us"),
        Origin.FACILITY: N_("A facility"),
        Origin.STAFF: N_("Our staff"),
        Origin.MADE: N_("Made by this website"),
    }
)


class LeftOut(StrEnum):
    """Why a column or a table is in nobody's copy."""

    # A code or a key: it says nothing about anybody, and whoever has it could use it.
    KEY = "key"
    # Who works there: their function is told, never who they are (BXL-60).
    WORKER = "worker"
    # It follows from a value that is shown, or only keeps the machinery going.
    FOLLOWS = "follows"
    # It has a page of its own, with the words of both sides.
    APART = "apart"
    # It is about people who work here or look on, not about a family.
    NOT_OF_FAMILY = "not_of_family"
    # It is about two families at once: the one would read of the other (BXL-60).
    TWO_FAMILIES = "two_families"
    # Until its last day nobody may be told, and after it the row itself is there (LEU-38).
    HIDDEN = "hidden"


def _left_out(why: LeftOut, **tables: str) -> dict[str, LeftOut]:
    return {f"{table}.{name}": why for table, names in tables.items() for name in names.split()}


COLUMNS_LEFT_OUT: Mapping[str, LeftOut] = MappingProxyType(
    {
        **_left_out(
            LeftOut.KEY,
            applicant="number_token",
            application="child_number_token",
            account="password_hash",
            mandate="code_word_hash",
            joint_session="code_token tries",
            look_code="code_token",
            disclosure="given_token",
        ),
        **_left_out(
            LeftOut.WORKER,
            circumstances="dutch_proof_by",
            choice="answered_by",
            offer="decided_by",
            outbox="handled_at handled_by",
            thread_message="author_id",
            staff_note="author_id",
            mandate="helper_id",
            desk_contact="worker_id",
            look_code="used_by",
            support_grant="given_by",
            service_use="recorded_by",
            family_notice="actor_kind actor_id",
            rights_request="entered_by entered_kind handler_id identity_how identity_at identity_by answered_by",
            restriction="set_by ended_by",
            erasure_order="ordered_by ordered_at",
            legal_hold="placed_by ended_by sealed",
            complaint="handler_id answered_by",
            web_session="assisting_kind assisting_id assisting_until",
        ),
        **_left_out(
            LeftOut.FOLLOWS,
            choice="child_birth_date start_date half_days expires_on previous_state",
            application="mandate_id",
            thread="last_at last_sender",
            family_notice="event contact_id",
            desk_contact="until",
            rights_request="subject_kind language refusal",
            restriction="request_id",
            erasure_order="request_id",
            # Its words are a fixed text, filled with what stands elsewhere in the copy.
            outbox="sealed",
        ),
        **_left_out(LeftOut.APART, rights_request="sealed sealed_answer", complaint="sealed sealed_answer"),
        **_left_out(LeftOut.HIDDEN, disclosure="hidden_until"),
    }
)
TABLES_LEFT_OUT: Mapping[str, LeftOut] = MappingProxyType(
    {
        # Read from the audit by function and day, by a query of its own.
        "audit_entry": LeftOut.APART,
        # Filled in and read in the form itself, by whoever holds the draft.
        "draft": LeftOut.APART,
        "draft_pass": LeftOut.KEY,
        "account_token": LeftOut.KEY,
        "login_change": LeftOut.APART,
        "possible_double": LeftOut.TWO_FAMILIES,
        **dict.fromkeys(("throttle", "factor_challenge"), LeftOut.KEY),
        **dict.fromkeys(
            (
                *("facility_member", "staff_member", "helper_member", "second_factor", "factor_reset"),
                *("agreement", "party_agreement", "kiosk_device", "delivery", "recipient_key"),
                *("leak_case", "leak_person", "processor", "compliance_check", "survey", "retention_run"),
            ),
            LeftOut.NOT_OF_FAMILY,
        ),
    }
)
# Beside the columns of a group: what says nothing about a person by itself, and without which a record is not read.
BESIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "own_choice": frozenset({"application.state", "application.submitted_at", "application.closed_at"}),
        "answers": frozenset({"offer.created_at"}),
        "messages": frozenset({"outbox.created_at"}),
        "notes": frozenset({"staff_note.created_at"}),
        "account": frozenset(
            {"account.created_at", "dossier.created_at", "dossier.last_activity_at", "web_session.created_at"}
        ),
        "help": frozenset({"look_code.created_at"}),
        "cases": frozenset({"complaint.reference", "complaint.due_on", "complaint.state"}),
        "rights_requests": frozenset({"rights_request.reference", "rights_request.state"}),
    }
)
_MADE_GROUPS = frozenset({"priority_result", "own_choice", "access_log", "change_log", "disclosures"})
_BY_TABLE: Mapping[str, Origin] = MappingProxyType(
    {
        **dict.fromkeys(("outbox", "thread", "web_session", "dossier"), Origin.MADE),
        **dict.fromkeys(
            ("desk_contact", "support_grant", "service_use", "restriction", "erasure_order", "legal_hold"),
            Origin.STAFF,
        ),
        "placement": Origin.FACILITY,
        "offer": Origin.FACILITY,
    }
)
# What is kept of a group that holds nothing which anybody could read.
NOTHING_TO_READ: Mapping[str, str] = MappingProxyType(
    {
        "national_number": N_("We do not keep the number. We keep a code made of it, which nobody can read back."),
    }
)


# A reader meets the columns of a record in the order in which they are named.
_PLACES = {column: place for place, column in enumerate(COLUMN_LABELS)}


def shown_columns(group: str) -> Mapping[str, tuple[str, ...]]:
    """Give the columns of a group that a copy shows, by table; a new column is shown unless it is left out above."""
    found: dict[str, list[str]] = {}
    for column in sorted(GROUPS[group].columns | BESIDE.get(group, frozenset()), key=_place):
        table, _, name = column.partition(".")
        if column not in COLUMNS_LEFT_OUT and table not in TABLES_LEFT_OUT:
            found.setdefault(table, []).append(name)
    return {table: tuple(names) for table, names in found.items()}


def _place(column: str) -> tuple[int, str]:
    return _PLACES.get(column, len(_PLACES)), column


def origin_of(group: str, table: str) -> Origin:
    """Give where the records of a table come from, as part of a group."""
    if group in _MADE_GROUPS:
        return Origin.MADE
    if group == "answers" and table == "choice":
        return Origin.FACILITY
    if group == "language" and table == "dossier":
        return Origin.TOLD
    return _BY_TABLE.get(table, Origin.TOLD)


def is_part(group: str, of: frozenset[str]) -> bool:
    """Tell whether all of a group stands in another one of these: it is then shown there."""
    columns = GROUPS[group].columns
    return any(columns < GROUPS[other].columns for other in of if other != group)
