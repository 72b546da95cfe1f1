"""The owner's branch, and who may touch a dossier's own tables."""

from __future__ import annotations

from app.core.access import Branch, Grant, reached
from app.families.models import Applicant

owner = Branch(
    reason="owner",
    login="family",
    actor_kinds=("parent", "draft"),
    sql="""
        select d.organisation, d.account_id as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier d where d.account_id is not null
    """,
    permissive="""
        select d.organisation, app.actor_id() as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier d
    """,
)

BRANCHES = (owner,)

# What a chosen facility never reads has no column grant: a forgotten filter cannot show it either.
APPLICANT_FOR_FACILITY = (
    *("dossier_id", "organisation", "given_name", "family_name"),
    *("street", "house_number", "postcode", "municipality", "phone", "email"),
)
PARTNER_FOR_FACILITY = ("dossier_id", "organisation", "given_name", "family_name")
# The token of a national number is written and compared by its index, and read by nobody (LEU-06).
APPLICANT_FOR_OWNER = tuple(c.name for c in Applicant.__table__.columns if c.name != "number_token")
DUTCH_FOR_FACILITY = ("dossier_id", "organisation", "dutch", "dutch_proof")
DOSSIER_FOR_FACILITY = ("id", "organisation", "reference", "language")


def _facility(table: str, key: str, column: str, columns: tuple[str, ...] = ()) -> Grant:
    condition = f"{reached('chosen', key, column)} or {reached('enrolled', key, column)}"
    return Grant(table, "facility", "select", condition, columns)


def _owned(table: str, *verbs: str) -> tuple[Grant, ...]:
    return tuple(Grant(table, "family", verb, reached("owner", "dossier_id", f"{table}.dossier_id")) for verb in verbs)


GRANTS = (
    Grant("dossier", "family", "select", reached("owner", "dossier_id", "dossier.id")),
    Grant("dossier", "family", "insert", "account_id = app.actor_id()"),
    Grant(
        "dossier",
        "family",
        "update",
        reached("owner", "dossier_id", "dossier.id"),
        ("language", "last_activity_at", "state"),
    ),
    Grant("applicant", "family", "select", reached("owner", "dossier_id", "applicant.dossier_id"), APPLICANT_FOR_OWNER),
    *_owned("applicant", "insert"),
    Grant(
        "applicant",
        "family",
        "update",
        reached("owner", "dossier_id", "applicant.dossier_id"),
        (
            "given_name",
            "family_name",
            "birth_date",
            "sex",
            "street",
            "house_number",
            "postcode",
            "municipality",
            "phone",
            "email",
            "channel",
            "protected",
            "apart",
            "nationality",
            "home_language",
            "relation",
            "number_token",
        ),
    ),
    *_owned("protected_contact", "select", "insert", "delete"),
    Grant(
        "protected_contact",
        "family",
        "update",
        reached("owner", "dossier_id", "protected_contact.dossier_id"),
        ("sealed",),
    ),
    *_owned("dossier_party", "select", "insert"),
    Grant(
        "dossier_party", "family", "update", reached("owner", "dossier_id", "dossier_party.dossier_id"), ("ended_at",)
    ),
    *_owned("partner", "select", "insert", "delete"),
    Grant(
        "partner",
        "family",
        "update",
        reached("owner", "dossier_id", "partner.dossier_id"),
        ("given_name", "family_name", "phone", "email", "work", "apart"),
    ),
    *_owned("child", "select", "insert"),
    Grant(
        "child",
        "family",
        "update",
        reached("owner", "dossier_id", "child.dossier_id"),
        ("given_name", "call_name", "family_name", "birth_date", "expected"),
    ),
    *_owned("circumstances", "select", "insert"),
    Grant(
        "circumstances",
        "family",
        "update",
        reached("owner", "dossier_id", "circumstances.dossier_id"),
        (
            "family_situation",
            "work",
            "employer",
            "income",
            "education",
            "foster",
            "dutch",
            "dutch_proof",
            "dutch_proof_at",
            "dutch_proof_by",
        ),
    ),
    *_owned("health_answer", "select", "insert", "delete"),
    Grant(
        "health_answer",
        "family",
        "update",
        reached("owner", "dossier_id", "health_answer.dossier_id"),
        ("sealed", "consented_at"),
    ),
    _facility("dossier", "dossier_id", "dossier.id", DOSSIER_FOR_FACILITY),
    _facility("applicant", "dossier_id", "applicant.dossier_id", APPLICANT_FOR_FACILITY),
    _facility("partner", "dossier_id", "partner.dossier_id", PARTNER_FOR_FACILITY),
    _facility("child", "child_id", "child.id"),
    _facility("circumstances", "dossier_id", "circumstances.dossier_id", DUTCH_FOR_FACILITY),
    Grant(
        "data_key",
        "family",
        "select",
        f"owner_id = app.actor_id() or {reached('owner', 'dossier_id', 'data_key.owner_id')}"
        " or key_class = 'message' and exists (select 1 from facility f where f.id = data_key.owner_id)",
    ),
    Grant(
        "data_key",
        "family",
        "insert",
        "key_class = 'draft' and owner_id = app.actor_id()"
        " or key_class in ('health', 'message', 'address', 'thread') and"
        f" ({reached('owner', 'dossier_id', 'data_key.owner_id')}"
        " or key_class = 'message' and exists (select 1 from facility f where f.id = data_key.owner_id))",
    ),
    Grant(
        "data_key",
        "family",
        "delete",
        f"key_class = 'draft' and owner_id = app.actor_id()"
        f" or key_class in ('health', 'address') and {reached('owner', 'dossier_id', 'data_key.owner_id')}",
    ),
    *(
        Grant(
            "data_key",
            "facility",
            verb,
            f"key_class = 'message' and ({reached('chosen', 'dossier_id', 'data_key.owner_id')}"
            f" or {reached('enrolled', 'dossier_id', 'data_key.owner_id')}"
            " or exists (select 1 from facility f where f.id = data_key.owner_id))",
        )
        for verb in ("select", "insert")
    ),
    Grant("dossier", "jobs", "select", "true", ("id", "organisation", "reference", "language", "account_id"), "offers"),
    Grant("dossier", "jobs", "update", "true", ("last_activity_at",), "offers"),
    # Phone aside, all of it: a family without an e-mail address is told by letter that its offer lapsed.
    Grant(
        "applicant",
        "jobs",
        "select",
        "true",
        (
            "dossier_id",
            "organisation",
            "given_name",
            "family_name",
            "street",
            "house_number",
            "postcode",
            "municipality",
            "email",
        ),
        "offers",
    ),
)
