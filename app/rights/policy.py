"""Who may touch requests about rights. Answers are made by a job: whoever answers opens no file."""

from __future__ import annotations

from sqlalchemy import LargeBinary

from app.accounts.policy import OFFICER
from app.applications.models import Application, Choice, Offer
from app.consents.models import Consent
from app.core.access import Function, Grant, reached
from app.core.models import Base, Xid8
from app.core.policy import USING_JOBS
from app.families.models import (
    Applicant,
    Child,
    Circumstances,
    DossierParty,
    FamilyNotice,
    HealthAnswer,
    Partner,
    ProtectedContact,
)
from app.families.policy import of_family
from app.mandates.models import DeskContact, JointSession, LookCode, Mandate, SupportGrant
from app.mandates.policy.log_functions import LOG_TABLE, log_body
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.placements.models import Placement
from app.rights.models import RightsRequest
from app.rights.rules import CORRECTED, KEY_CLASS, LINK_TRIES

# What the answer is made of. The tokens of national numbers are for nobody to read (LEU-06).
_READ = (
    *(Applicant, Partner, Circumstances, HealthAnswer, ProtectedContact, Child, DossierParty, FamilyNotice, Consent),
    *(Application, Choice, Offer, Placement, Thread, ThreadMessage, StaffNote),
    *(Mandate, JointSession, DeskContact, LookCode, SupportGrant),
)
# BXL-60, LEU-43: a file is read for an answer while a request about it is open, and no other file is.
_ASKED = (
    "exists (select 1 from rights_request q where q.dossier_id = {key} and q.organisation = {table}.organisation"
    " and q.state <> 'answered')"
)


def _in_answer(model: type[Base]) -> Grant:
    table, columns = model.__tablename__, model.__table__.columns
    # Codes, links and the tokens of national numbers say nothing about a person, and are for nobody to read (LEU-06).
    told = tuple(c.name for c in columns if c.name == "sealed" or not isinstance(c.type, LargeBinary | Xid8))
    return Grant(table, "jobs", "select", _ASKED.format(key=f"{table}.dossier_id", table=table), told, "rights")


_OWN = "account_id = app.actor_id()"
_WORKERS = ("staff", "counter", "facility", "helper", "oversight")
# Who takes a request by phone, letter or counter writes it down, and does not read it again (KK-29). About which file
# it is, the officer finds out; somebody who works here may ask about their own account (KK-59).
_TAKEN = (
    "entered_by = app.actor_id() and entered_kind = app.actor_kind() and state = 'received' and dossier_id is null"
    " and (account_id is null or account_id = app.actor_id()) and outcome is null"
    " and (identity_at is null or account_id = app.actor_id() and identity_how = 'login')"
)
# A family asks about its own file; a visitor writes who they are, and reaches nothing (BXL-60).
_OF_FAMILY = of_family("rights_request.dossier_id")
_ASKS = (
    "state = 'received' and entered_kind = app.actor_kind() and entered_by is not distinct from app.actor_id()"
    f" and account_id is not distinct from app.actor_id() and (dossier_id is null or {_OF_FAMILY})"
    " and outcome is null and (identity_at is null or account_id = app.actor_id() and identity_how = 'login')"
)

# All that is held (BXL-60): what no other page of a family reads, by the columns that its own copy shows. Who works
# there is in none of them.
_IN_COPY = {
    "outbox": ("id", "organisation", "dossier_id", "kind", "channel", "language", "created_at", "sent_at"),
    "desk_contact": (
        *("id", "organisation", "dossier_id", "channel", "purpose", "opened_at", "ended_at"),
        *("identified_how", "identified_at", "wish", "wish_at"),
    ),
    "support_grant": ("id", "organisation", "dossier_id", "reason", "given_at", "until", "ended_at"),
    "service_use": ("id", "organisation", "dossier_id", "child_id", "used_on", "recorded_at"),
    "legal_hold": ("id", "organisation", "dossier_id", "placed_at", "until", "ended_at"),
    "erasure_order": ("id", "organisation", "dossier_id", "groups", "law", "due_on", "done_at"),
}
# A function, so that no policy on a file looks at a table whose own policies look at files again.
_ACCOUNT_ASKED = "access.account_asked({key}, {table}.organisation)"
_COPY_GRANTS = (
    *(
        Grant(table, "family", "select", reached("owner", "dossier_id", f"{table}.dossier_id"), columns)
        for table, columns in _IN_COPY.items()
    ),
    *(
        Grant(table, "jobs", "select", _ASKED.format(key=f"{table}.dossier_id", table=table), columns, "rights")
        for table, columns in _IN_COPY.items()
        if table not in ("desk_contact", "support_grant")
    ),
    Grant(
        "account",
        "jobs",
        "select",
        _ACCOUNT_ASKED.format(key="account.id", table="account"),
        (
            *("id", "organisation", "login", "login_confirmed_at", "language", "created_at"),
            *("last_visit_at", "previous_visit_at"),
        ),
        "rights",
    ),
    Grant(
        "web_session",
        "jobs",
        "select",
        _ACCOUNT_ASKED.format(key="web_session.actor_id", table="web_session"),
        ("organisation", "actor_id", "actor_kind", "created_at", "last_seen_at", "ended_at"),
        "rights",
    ),
    Grant(
        "complaint",
        "jobs",
        "select",
        _ACCOUNT_ASKED.format(key="complaint.account_id", table="complaint"),
        (
            *("id", "organisation", "account_id", "reference", "about", "language", "received_at"),
            *("due_on", "state", "answered_at"),
        ),
        "rights",
    ),
    Grant(
        "restriction",
        "jobs",
        "select",
        _ASKED.format(key="restriction.dossier_id", table="restriction"),
        ("id", "organisation", "dossier_id", "since", "ended_at"),
        "rights",
    ),
    # LEU-38: an answer tells no more than the family's own page does.
    Grant(
        "disclosure",
        "jobs",
        "select",
        f"{_ASKED.format(key='disclosure.dossier_id', table='disclosure')}"
        " and (hidden_until is null or hidden_until < app.today())",
        purpose="rights",
    ),
    *(
        Grant(table, "jobs", "select", "true", ("id", "organisation", "name"), "rights")
        for table in ("facility", "helper_organisation")
    ),
)

# KK-59: nobody handles what they asked themselves.
_NOT_OWN = "account_id is distinct from app.actor_id()"
_OF_OFFICER = f"{OFFICER} and exists (select 1 from rights_request q where q.id = data_key.owner_id and q.{_NOT_OWN})"
# LEU-43: an answer opens for whoever asked through an account of their own, once it was sent.
_OWN_ANSWER = (
    f"key_class = '{KEY_CLASS}' and exists (select 1 from rights_request q where q.id = data_key.owner_id"
    " and q.account_id = app.actor_id() and q.state = 'answered')"
)
_OWN_COLUMNS = tuple(c.name for c in RightsRequest.__table__.columns if c.name not in ("sealed", "entered_by"))
_HANDLING = (
    Grant("rights_request", "oversight", "select", OFFICER),
    *(Grant("rights_request", door, "select", _OWN, _OWN_COLUMNS) for door in _WORKERS),
    *(Grant("data_key", door, "select", _OWN_ANSWER) for door in ("family", *_WORKERS)),
    Grant(
        "rights_request",
        "oversight",
        "update",
        f"{OFFICER} and {_NOT_OWN}",
        (
            *("handler_id", "state", "identity_how", "identity_at", "identity_by", "outcome", "refusal", "to_tell"),
            *("law", "sealed_answer", "answered_at", "answered_by", "sent_how", "copy_until", "carried_out_at"),
        ),
    ),
    *(
        Grant("data_key", "oversight", verb, f"key_class = '{KEY_CLASS}' and {_OF_OFFICER}")
        for verb in ("select", "insert")
    ),
)


def _decided(kind: str, table: str) -> str:
    """Return the condition that a request of this kind on the file of a row was granted and is being carried out."""
    return (
        f"exists (select 1 from rights_request q where q.dossier_id = {table}.dossier_id and q.kind = '{kind}'"
        f" and q.organisation = {table}.organisation and q.outcome in ('granted', 'partly') and q.state = 'in_work')"
    )


def _of_account(table: str, column: str = "account_id") -> str:
    return (
        f"exists (select 1 from rights_request q where q.account_id = {table}.{column}"
        f" and q.organisation = {table}.organisation)"
    )


# What is held on somebody who works here (KK-59).
OF_A_WORKER = {
    "staff_member": ("id", "organisation", "account_id", "role", "area", "starts_at", "ends_at"),
    "facility_member": ("id", "organisation", "account_id", "facility_id", "role", "starts_at", "ends_at"),
    "helper_member": ("id", "organisation", "account_id", "role", "starts_at", "ends_at"),
    "agreement": ("id", "organisation", "account_id", "kind", "version", "accepted_at", "expires_at"),
}
_KNOWN_RESTRICTED = ("id", "organisation", "dossier_id", "ended_at")
_MADE_BY_JOBS = (
    Grant("rights_request", "jobs", "select", purpose="rights"),
    Grant(
        "rights_request",
        "jobs",
        "update",
        "true",
        ("finished_at", "to_tell", "sealed_answer", "carried_out_at", "copy_until", "deferred_until", "law"),
        "rights",
    ),
    *(Grant("data_key", "jobs", verb, f"key_class = '{KEY_CLASS}'", (), "rights") for verb in ("select", "insert")),
    # LEU-42: what is open with facilities ends before the file does.
    Grant("application", "jobs", "update", _decided("erase", "application"), ("state", "closed_at"), "rights"),
    Grant(
        "choice",
        "jobs",
        "update",
        _decided("erase", "choice"),
        ("state", "previous_state", "closing_offer_id"),
        "rights",
    ),
    Grant("offer", "jobs", "update", _decided("erase", "offer"), ("state", "decided_at"), "rights"),
    Grant(
        "dossier",
        "jobs",
        "update",
        "exists (select 1 from rights_request q where q.dossier_id = dossier.id and q.state = 'in_work'"
        " and q.outcome in ('granted', 'partly'))",
        ("last_activity_at",),
        "rights",
    ),
    Grant("erasure_order", "jobs", "insert", _decided("erase", "erasure_order"), (), "rights"),
    Grant(
        "erasure_order",
        "jobs",
        "select",
        "request_id is not null",
        ("id", "organisation", "dossier_id", "request_id", "due_on", "done_at"),
        "rights",
    ),
    Grant("restriction", "jobs", "insert", _decided("erase", "restriction"), (), "rights"),
    *(
        Grant("restriction", "jobs", "select", "true", _KNOWN_RESTRICTED, purpose)
        for purpose in ("rights", *USING_JOBS)
    ),
    # KG-34: what a granted correction names, and nothing beside it.
    *(
        Grant(table, "jobs", "update", _decided("correct", table), columns, "rights")
        for table, columns in CORRECTED.items()
    ),
    *(Grant(table, "jobs", "select", _of_account(table), columns, "rights") for table, columns in OF_A_WORKER.items()),
    Grant("account", "jobs", "select", _of_account("account", "id"), ("id", "login", "language", "kind"), "rights"),
    Grant("account", "jobs", "select", "kind = 'oversight' and active", ("id", "login", "active"), "rights"),
    Grant("staff_member", "jobs", "select", "role = 'dpo'", ("account_id", "role", "starts_at", "ends_at"), "rights"),
)
_FOUND = """
    d.reference = p_file or p_file = '' and exists (
        select 1 from applicant a left join partner p on p.dossier_id = a.dossier_id
        where a.dossier_id = d.id and a.postcode = p_postcode and (
            lower(a.given_name || ' ' || a.family_name) = lower(p_name) and (a.birth_date = p_born or exists (
                select 1 from child k where k.dossier_id = d.id and k.birth_date = p_born))
            or lower(p.given_name || ' ' || p.family_name) = lower(p_name) and exists (
                select 1 from child k where k.dossier_id = d.id and k.birth_date = p_born)))
"""
# The officer says which file a request is about by what the request itself tells, and reads nothing of the file: found,
# not found, or too many tries. What is set once is not set again.
LINK = Function(
    "link_request",
    "p_request_id uuid, p_file text, p_name text, p_born date, p_postcode text",
    "text",
    f"""
    declare files uuid[]; tries integer;
    begin
        if not {OFFICER} then
            return 'not_found';
        end if;
        tries := signin.count_attempt(app.organisation(),
            sha256(convert_to('rights-link:' || app.actor_id(), 'UTF8')), app.now(), interval '1 hour');
        if tries > {LINK_TRIES} then
            return 'too_many';
        end if;
        select array_agg(one.id) into files from (
            select d.id from dossier d where d.organisation = app.organisation() and ({_FOUND}) limit 2) one;
        if coalesce(cardinality(files), 0) <> 1 then
            return 'not_found';
        end if;
        update rights_request q set dossier_id = files[1]
        where q.id = p_request_id and q.organisation = app.organisation() and q.dossier_id is null
          and q.state <> 'answered' and q.{_NOT_OWN} and q.subject_kind <> 'worker';
        return case when found then 'found' else 'not_found' end;
    end
    """,
    language="plpgsql",
    login="oversight",
)

GRANTS: tuple[Grant, ...] = (
    *_COPY_GRANTS,
    Grant("dossier", "jobs", "select", _ASKED.format(key="dossier.id", table="dossier"), purpose="rights"),
    *(_in_answer(model) for model in _READ),
    Grant("data_key", "jobs", "select", _ASKED.format(key="data_key.owner_id", table="data_key"), purpose="rights"),
    *(Grant("data_key", door, "insert", f"key_class = '{KEY_CLASS}'") for door in ("family", *_WORKERS)),
    Grant("rights_request", "family", "select", _OWN),
    Grant("rights_request", "family", "insert", _ASKS),
    *(Grant("rights_request", door, "insert", _TAKEN) for door in _WORKERS),
    *_HANDLING,
    Grant("restriction", "oversight", "select", OFFICER),
    Grant("restriction", "oversight", "insert", f"{OFFICER} and set_by = app.actor_id()"),
    Grant("restriction", "oversight", "update", OFFICER, ("ended_at", "ended_by")),
    Grant(
        "restriction",
        "family",
        "select",
        of_family("restriction.dossier_id"),
    ),
    *_MADE_BY_JOBS,
)
FUNCTIONS: tuple[Function, ...] = (
    # While a request about the file is open, what hangs on its parent's account is part of the answer.
    Function(
        "account_asked",
        "p_account_id uuid, p_organisation text",
        "boolean",
        """
        select exists (select 1 from dossier d join rights_request q on q.dossier_id = d.id
                       where d.account_id = p_account_id and d.organisation = p_organisation and q.state <> 'answered')
        """,
        "sql stable",
        "jobs",
    ),
    LINK,
    # KG-36: who reaches a file now, by the relation that the database obeys, for the answer that a job makes.
    Function(
        "readers_for_answer",
        "p_dossier_id uuid",
        "table (reason text, facility text, until timestamptz)",
        f"""
        select r.reason, f.name, case when bool_or(r.until is null) then null else max(r.until) end
        from access.relation r left join facility f on f.id = r.facility_id and r.reason <> 'urgent'
        where r.dossier_id = p_dossier_id and app.actor_kind() = 'system:rights'
          and exists (select 1 from dossier t where t.id = p_dossier_id and {_ASKED.format(key="t.id", table="t")})
        group by r.reason, f.id, f.name order by r.reason, f.name
        """,
        login="jobs",
    ),
    # KL-36: the log of that file, as the parent who applied reads it.
    Function(
        "log_for_answer",
        "p_dossier_id uuid, p_before date",
        LOG_TABLE,
        log_body(
            f"""
            select t.id as dossier_id, t.account_id, true as first, null::timestamptz as since, exists (
                select 1 from dossier_party p where p.dossier_id = t.id and p.joined_at is not null) as shared
            from dossier t where t.id = p_dossier_id and app.actor_kind() = 'system:rights'
             and t.organisation = app.organisation() and {_ASKED.format(key="t.id", table="t")}
            """
        ),
        login="jobs",
    ),
)
