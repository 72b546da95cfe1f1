"""Who may touch a dossier's own tables."""

from __future__ import annotations

from app.core.access import Grant, reached
from app.families.models import Applicant, FamilyNotice
from app.families.policy.reach import of_family
from app.organisations.profile import load_profiles

# What a chosen facility never reads has no column grant: a forgotten filter cannot show it either.
APPLICANT_FOR_FACILITY = (
    *("dossier_id", "organisation", "given_name", "family_name"),
    *("street", "house_number", "postcode", "municipality", "phone", "email"),
)
PARTNER_FOR_FACILITY = ("dossier_id", "organisation", "given_name", "family_name")
# The token of a national number is written and compared by its index, and read by nobody (LEU-06).
APPLICANT_FOR_OWNER = tuple(c.name for c in Applicant.__table__.columns if c.name != "number_token")
# In which transaction a notice is written is for the database to say.
NOTICE = tuple(c.name for c in FamilyNotice.__table__.columns if c.name != "xid")
DUTCH_FOR_FACILITY = ("dossier_id", "organisation", "dutch", "dutch_proof")
DOSSIER_FOR_FACILITY = ("id", "organisation", "reference", "language")


# Where the second parent asked for it, the first no longer reads what it once wrote of them.
_NOT_APART = (
    "not exists (select 1 from dossier_party q where q.dossier_id = partner.dossier_id and q.apart"
    " and q.ended_at is null)"
)


# LEU-28: in these organisations a chosen facility corrects what the family told; elsewhere no such right exists.
_WRITABLE_IN = sorted(key for key, profile in load_profiles().items() if profile.settings.facility_write == "open")


def corrected(table: str, key: str, column: str) -> str:
    """Return the SQL condition that a chosen facility may correct a row of a table."""
    where = ", ".join(f"'{organisation}'" for organisation in _WRITABLE_IN) or "null"
    return f"{table}.organisation in ({where}) and {reached('chosen', key, column)}"


def _facility(table: str, key: str, column: str, columns: tuple[str, ...] = ()) -> Grant:
    condition = f"{reached('chosen', key, column)} or {reached('enrolled', key, column)}"
    return Grant(table, "facility", "select", condition, columns)


def _owned(table: str, *verbs: str) -> tuple[Grant, ...]:
    return tuple(Grant(table, "family", verb, reached("owner", "dossier_id", f"{table}.dossier_id")) for verb in verbs)


# The draft in which a parent asks for a next child has a key of its own (BXL-41).
_OF_OWN_DRAFT = (
    "key_class = 'draft' and exists"
    " (select 1 from draft d where d.id = data_key.owner_id and d.account_id = app.actor_id())"
)

_WRITER = "actor_kind = app.actor_kind() and actor_id = app.actor_id()"

GRANTS = (
    Grant("dossier", "family", "select", of_family("dossier.id")),
    # LEU-14: what a helper filled in becomes a file once the family agreed to that, or went on alone. A facility
    # registers for the parents where the draft says so (BXL-54).
    Grant(
        "dossier",
        "family",
        "insert",
        "account_id = app.actor_id() and not exists (select 1 from mandate g where g.draft_id = app.actor_id()"
        " and g.consent_at is null and g.ended_at is null)"
        " and (registrar_facility_id is null or exists (select 1 from draft w where w.id = app.actor_id()"
        " and w.registrar_facility_id = dossier.registrar_facility_id))",
    ),
    Grant(
        "dossier",
        "family",
        "update",
        of_family("dossier.id"),
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
    *_owned("dossier_party", "insert"),
    Grant(
        "dossier_party",
        "jobs",
        "select",
        "joined_at is not null and ended_at is null",
        ("organisation", "dossier_id", "account_id", "joined_at", "ended_at"),
        "outbox",
    ),
    Grant("dossier_party", "family", "select", of_family("dossier_party.dossier_id")),
    Grant("dossier_party", "family", "update", of_family("dossier_party.dossier_id"), ("ended_at", "apart")),
    Grant("partner", "family", "insert", of_family("partner.dossier_id")),
    *_owned("partner", "delete"),
    Grant(
        "partner",
        "family",
        "select",
        f"{reached('owner', 'dossier_id', 'partner.dossier_id')} and {_NOT_APART}"
        f" or {reached('co_parent', 'dossier_id', 'partner.dossier_id')}",
    ),
    Grant(
        "partner",
        "family",
        "update",
        f"{reached('owner', 'dossier_id', 'partner.dossier_id')} and {_NOT_APART}"
        f" or {reached('co_parent', 'dossier_id', 'partner.dossier_id')}",
        ("given_name", "family_name", "phone", "email", "work"),
    ),
    Grant("child", "family", "select", of_family("child.dossier_id")),
    *_owned("child", "insert"),
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
    # What others changed is told to the family by message, and stands on its own pages (BXL-49).
    Grant("family_notice", "family", "select", of_family("family_notice.dossier_id")),
    Grant(
        "family_notice",
        "facility",
        "insert",
        f"{_WRITER} and reason = 'chosen' and {reached('chosen', 'dossier_id', 'family_notice.dossier_id')}",
        NOTICE,
    ),
    # A family that takes its file over ends the registrar's reach (BXL-54).
    Grant("dossier", "family", "update", reached("owner", "dossier_id", "dossier.id"), ("registrar_ended_at",)),
    _facility("dossier", "dossier_id", "dossier.id", DOSSIER_FOR_FACILITY),
    # Whoever offered a place from the urgent list writes to the family that it did, in the family's language.
    Grant(
        "dossier",
        "facility",
        "select",
        reached("urgent_offer", "dossier_id", "dossier.id"),
        ("id", "organisation", "reference", "language"),
    ),
    _facility("applicant", "dossier_id", "applicant.dossier_id", APPLICANT_FOR_FACILITY),
    # A protected family writes its own data, or the desk does.
    Grant(
        "applicant",
        "facility",
        "update",
        f"not protected and {corrected('applicant', 'dossier_id', 'applicant.dossier_id')}",
        (
            *("given_name", "family_name"),
            *("street", "house_number", "postcode", "municipality", "phone", "email"),
        ),
    ),
    Grant(
        "child",
        "facility",
        "update",
        corrected("child", "child_id", "child.id"),
        ("given_name", "family_name", "birth_date", "expected"),
    ),
    _facility("partner", "dossier_id", "partner.dossier_id", PARTNER_FOR_FACILITY),
    _facility("child", "child_id", "child.id"),
    _facility("circumstances", "dossier_id", "circumstances.dossier_id", DUTCH_FOR_FACILITY),
    Grant(
        "data_key",
        "family",
        "select",
        f"owner_id = app.actor_id() or {reached('owner', 'dossier_id', 'data_key.owner_id')}"
        f" or key_class = 'message' and {reached('co_parent', 'dossier_id', 'data_key.owner_id')}"
        " or key_class = 'message' and exists (select 1 from facility f where f.id = data_key.owner_id)"
        f" or {_OF_OWN_DRAFT}",
    ),
    Grant(
        "data_key",
        "family",
        "insert",
        f"key_class in ('draft', 'message') and owner_id = app.actor_id() or {_OF_OWN_DRAFT}"
        " or key_class in ('health', 'message', 'address', 'thread') and"
        f" ({reached('owner', 'dossier_id', 'data_key.owner_id')}"
        f" or key_class = 'message' and ({reached('co_parent', 'dossier_id', 'data_key.owner_id')}"
        " or exists (select 1 from facility f where f.id = data_key.owner_id)))",
    ),
    Grant(
        "data_key",
        "family",
        "delete",
        f"key_class = 'draft' and owner_id = app.actor_id() or {_OF_OWN_DRAFT}"
        f" or key_class in ('health', 'address') and {reached('owner', 'dossier_id', 'data_key.owner_id')}",
    ),
    *(
        Grant(
            "data_key",
            "facility",
            verb,
            f"key_class = 'message' and ({reached('chosen', 'dossier_id', 'data_key.owner_id')}"
            f" or {reached('enrolled', 'dossier_id', 'data_key.owner_id')}"
            f" or {reached('urgent_offer', 'dossier_id', 'data_key.owner_id')}"
            " or exists (select 1 from facility f where f.id = data_key.owner_id))",
        )
        for verb in ("select", "insert")
    ),
    *(
        Grant("dossier", "jobs", "select", "true", ("id", "organisation", "reference", "language"), purpose)
        for purpose in ("offers", "expiry", "births", "urgent", "starts", "surveys", "endings")
    ),
    *(
        Grant("restriction", "jobs", "select", "true", ("organisation", "dossier_id", "ended_at"), purpose)
        for purpose in ("offers", "expiry", "births", "urgent", "starts", "surveys", "helpers")
    ),
    # The end of a request is an activity; the last one may be later, and then stays.
    Grant("dossier", "jobs", "select", "true", ("last_activity_at",), "expiry"),
    Grant("dossier", "jobs", "update", "true", ("last_activity_at",), "expiry"),
    # Where a family is written to is read when a message leaves, by nobody before.
    Grant(
        "applicant",
        "jobs",
        "select",
        "true",
        (
            *("dossier_id", "organisation", "given_name", "family_name"),
            *("street", "house_number", "postcode", "municipality", "phone", "email", "channel"),
        ),
        "outbox",
    ),
    Grant("protected_contact", "jobs", "select", purpose="outbox"),
    Grant("data_key", "jobs", "select", "key_class = 'address'", purpose="outbox"),
    Grant("child", "jobs", "select", "true", ("id", "organisation", "dossier_id", "birth_date", "expected"), "births"),
    # To find two requests that may be about one child; the token is compared and handed on to nobody (LEU-07).
    Grant("dossier", "jobs", "select", "true", ("id", "organisation", "last_activity_at"), "doubles"),
    Grant(
        "child",
        "jobs",
        "select",
        "true",
        ("id", "organisation", "dossier_id", "given_name", "family_name", "birth_date"),
        "doubles",
    ),
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
            "number_token",
        ),
        "doubles",
    ),
)
