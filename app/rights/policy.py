"""Who may touch requests about rights. Answers are made by a job: whoever answers opens no file."""

from __future__ import annotations

from sqlalchemy import LargeBinary

from app.applications.models import Application, Choice, Offer
from app.consents.models import Consent
from app.core.access import Function, Grant
from app.core.models import Base, Xid8
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
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.placements.models import Placement
from app.rights.rules import KEY_CLASS

OFFICER = "exists (select 1 from access.officer)"
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
    " and (account_id is null or account_id = app.actor_id())"
)
# A family asks about its own file; a visitor writes who they are, and reaches nothing (BXL-60).
_OF_FAMILY = of_family("rights_request.dossier_id")
_ASKS = (
    "state = 'received' and entered_kind = app.actor_kind() and entered_by is not distinct from app.actor_id()"
    f" and account_id is not distinct from app.actor_id() and (dossier_id is null or {_OF_FAMILY})"
)

GRANTS: tuple[Grant, ...] = (
    Grant("dossier", "jobs", "select", _ASKED.format(key="dossier.id", table="dossier"), purpose="rights"),
    *(_in_answer(model) for model in _READ),
    Grant("data_key", "jobs", "select", _ASKED.format(key="data_key.owner_id", table="data_key"), purpose="rights"),
    *(Grant("data_key", door, "insert", f"key_class = '{KEY_CLASS}'") for door in ("family", *_WORKERS)),
    Grant("rights_request", "family", "select", _OWN),
    Grant("rights_request", "family", "insert", _ASKS),
    *(Grant("rights_request", door, "insert", _TAKEN) for door in _WORKERS),
    Grant("rights_request", "oversight", "select", OFFICER),
    Grant(
        "rights_request",
        "oversight",
        "update",
        f"{OFFICER} and account_id is distinct from app.actor_id()",
        (
            *("handler_id", "state", "identity_how", "identity_at", "identity_by", "outcome", "refusal"),
            *("law", "sealed_answer", "answered_at", "answered_by", "deferred_until"),
        ),
    ),
    Grant("restriction", "oversight", "select", OFFICER),
    Grant("restriction", "oversight", "insert", f"{OFFICER} and set_by = app.actor_id()"),
    Grant("restriction", "oversight", "update", OFFICER, ("ended_at", "ended_by")),
    Grant(
        "restriction",
        "family",
        "select",
        "exists (select 1 from access.owner r where r.dossier_id = restriction.dossier_id)",
    ),
    Grant("rights_request", "jobs", "select", purpose="rights"),
    Grant("rights_request", "jobs", "update", "true", ("finished_at",), "rights"),
)
FUNCTIONS: tuple[Function, ...] = ()
