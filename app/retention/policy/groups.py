"""What goes where a group of a file has to go and the rest stays: the columns of the catalogue, table by table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Step:
    """Rows of one table that go, or columns that lose their value, when one of these groups goes.

    `sets` gives the value that says nothing, as SQL, where a column cannot be empty; without it the rows go.
    """

    table: str
    groups: str
    sets: Mapping[str, str] = field(default_factory=dict)
    key: str = "dossier_id"
    condition: str = "true"
    reads: tuple[str, ...] = ()


def _cleared(*columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, "null")


def _year(column: str) -> str:
    return f"date_trunc('year', {column})::date"


# Nobody is ranked by what is left of an erased request.
_LAST_RANK = "99"
_NO_GROUNDS = {"grounds": "'{}'", "priority_rank": _LAST_RANK}
STEPS: tuple[Step, ...] = (
    Step("applicant", "applicant_name", {"given_name": "''", "family_name": "''"}),
    Step("applicant", "applicant_identity", _cleared("birth_date", "sex")),
    Step("applicant", "contact", _cleared("phone", "email", "channel")),
    Step("applicant", "contact address", {**_cleared("street", "house_number", "postcode"), "protected": "false"}),
    Step("applicant", "contact address municipality", {"municipality": "''"}),
    Step("applicant", "leuven_background", _cleared("nationality", "home_language", "relation")),
    Step("applicant", "national_number", _cleared("number_token")),
    Step("protected_contact", "contact address"),
    Step("dossier", "language", {"language": "'nl'"}, "id"),
    Step("child", "child_name child_identity", {**_cleared("given_name", "call_name"), "family_name": "''"}),
    Step("child", "child_identity", {"birth_date": _year("birth_date"), "expected": "false"}, reads=("birth_date",)),
    Step("choice", "child_identity", {"child_birth_date": _year("child_birth_date")}, reads=("child_birth_date",)),
    Step("partner", "partner_name", {"given_name": "''", "family_name": "''"}),
    Step("partner", "partner_contact", _cleared("phone", "email")),
    Step("partner", "partner_situation", _cleared("work")),
    Step(
        "partner",
        "partner_name partner_contact partner_situation",
        condition="given_name = '' and family_name = '' and coalesce(phone, email, work) is null",
        reads=("given_name", "family_name", "phone", "email", "work"),
    ),
    Step("application", "national_number", _cleared("child_number_token")),
    Step(
        "application",
        "care_plan",
        {
            "start_date": _year("start_date"),
            "half_days": "1",
            "hours": "null",
            "flexible": "false",
            "link": "null",
            "expires_on": f"{_year('expires_on')} + 364",
        },
        reads=("start_date", "expires_on"),
    ),
    Step(
        "choice",
        "care_plan",
        {"start_date": _year("start_date"), "half_days": "1", "expires_on": f"{_year('expires_on')} + 364"},
        reads=("start_date", "expires_on"),
    ),
    Step("choice", "choices", condition="state <> 'enrolled'", reads=("state",)),
    Step("choice", "own_choice"),
    Step("circumstances", "family_situation", _cleared("family_situation", "foster")),
    Step("circumstances", "work_situation", _cleared("work", "employer")),
    Step("circumstances", "income_situation", _cleared("income")),
    Step("circumstances", "education", _cleared("education")),
    Step(
        "circumstances",
        "dutch_knowledge",
        {**_cleared("dutch", "dutch_proof_at", "dutch_proof_by"), "dutch_proof": "false"},
    ),
    Step("application", "priority_result", _NO_GROUNDS),
    Step("choice", "priority_result", {**_NO_GROUNDS, "sibling_here": "false"}),
    Step("health_answer", "health"),
    Step("consent", "consents"),
    Step("offer", "answers"),
    Step("choice", "answers", _cleared("answered_at", "answered_by", "previous_state", "refusal_reason")),
    Step("placement", "placement"),
    Step("thread", "messages"),
    Step("outbox", "messages"),
    Step("staff_note", "notes"),
    Step("possible_double", "doubles national_number"),
    Step("possible_double", "doubles national_number", key="other_dossier_id"),
    Step("mandate", "help"),
    Step("joint_session", "help"),
    Step("desk_contact", "help"),
    Step("look_code", "help"),
    Step("support_grant", "help"),
    Step("dossier", "help", _cleared("registrar_facility_id", "registrar_ended_at"), "id"),
    Step("application", "help", _cleared("mandate_id")),
    Step("service_use", "service_use"),
    Step("family_notice", "change_log"),
    Step("disclosure", "disclosures"),
    Step("leak_person", "cases"),
    Step("legal_hold", "holds", condition="ended_at is not null", reads=("ended_at",)),
    Step("dossier_party", "account"),
    Step("dossier", "account", {"reference": "'-' || substr(md5(gen_random_uuid()::text), 1, 12)"}, "id"),
)
# The keys of what is sealed, and the groups with which each goes: all that is under it must be gone.
KEYS: Mapping[str, str] = {"health": "health", "address": "contact address", "thread": "messages notes"}
# Kept for a term of their own, whatever goes from a file: the chain of the audit, and the answers about rights.
APART = frozenset({"access_log", "rights_requests", "registers"})
# Gone together with the account.
WITH_ACCOUNT = frozenset({"account", "draft"})
