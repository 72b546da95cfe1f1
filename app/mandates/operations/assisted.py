"""Filling in beside a family: beginning it, and sending it once the family showed that it wants that."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.accounts.operations import count_attempt
from app.accounts.operations.links import keep_token
from app.accounts.operations.passwords import hash_password, verify_password
from app.accounts.rules import tries_allowed
from app.applications.operations.drafts import ends_at
from app.applications.operations.notices import tell_family
from app.applications.operations.submission import Submission, submit
from app.applications.queries.drafts import DraftRecord
from app.core.actor import Kind
from app.core.audit import note_change, note_event
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import NotFound, Refused
from app.families.models import Dossier
from app.families.rules import REFERENCE_ALPHABET
from app.mandates.models import HelperMember, HelperOrganisation, Mandate
from app.mandates.queries.mandates import DraftMandate, mandate_of_draft
from app.mandates.rules import FIRST_PASSWORD_WAITS, WORD_TRIES, NotTogether, sending_problem
from app.organisations.profile import Profile
from app.organisations.terms import Application

# What is printed in a letter has to be typed: small letters and figures that nobody misreads, far too many to guess.
FIRST_PASSWORD_LETTERS = 20


def begin_beside(
    session: Session, *, language: str, label: str, facility_id: UUID | None, terms: Application, now: datetime
) -> UUID:
    """Begin a draft beside a family, and under a mandate where a helper does; raises NotFound for who may not.

    Nothing of another family is carried over: it is a draft of its own, empty, under a key of its own.
    """
    draft_id, actor, mandate_id = uuid4(), actor_of(session), None
    if actor.kind == Kind.HELPER:
        mandate_id = _new_mandate(session, draft_id, label, now)
    begun = session.scalar(
        select(
            func.access.begin_beside(draft_id, language, mandate_id, facility_id, ends_at(terms, now, is_touched=False))
        )
    )
    if not begun:
        raise NotFound
    note_change(session, "begun_beside", dossier_id=draft_id, groups=("help",))
    return draft_id


def send_together(
    session: Session,
    profile: Profile,
    draft: DraftRecord,
    sent: Submission,
    *,
    password_hash: str | None,
    now: datetime,
) -> bool:
    """Send a draft beside which somebody filled in, as the family; False when that was done before.

    Raises Refused without the family's consent (LEU-14), and as `submit` does.
    """
    require_consent(session, draft)
    if not submit(session, profile, draft, sent, password_hash=password_hash, now=now):
        return False
    if draft.mandate_id is None and password_hash is not None:
        return True
    dossier_id = session.execute(select(Dossier.id).where(Dossier.account_id == actor_of(session).id)).scalar_one()
    mandate = mandate_of_draft(session, draft.id) if draft.mandate_id is not None else None
    if mandate is not None and not mandate.ended:
        tell_family(session, dossier_id, "mandate_started", f"mandate:{mandate.id}", helper=mandate.organisation)
    if password_hash is None:
        _send_first_password(session, dossier_id, now)
    return True


def require_consent(session: Session, draft: DraftRecord) -> DraftMandate | None:
    """Return the mandate of a draft, if it has one; raises Refused where the family did not agree, or ended it.

    A family that ended it goes on alone: then nothing is asked of it, and the helper sees nothing.
    """
    if draft.mandate_id is None:
        return None
    found = mandate_of_draft(session, draft.id)
    if found is None:
        raise Refused(NotTogether.MANDATE_ENDED)
    alone = found.ended and actor_of(session).typed_by is None
    if denied := sending_problem(needs_mandate=not alone, consented=found.consented, ended=found.ended):
        raise Refused(denied)
    return found


def judge_word(
    databases: Databases, organisation: str, owner_id: UUID, word: str, stored: str | None, now: datetime
) -> None:
    """Judge the family's code word, a few times in a quarter of an hour; raises Refused and TooBusy."""
    key = databases.keyring.token("code-word", str(owner_id))
    if not tries_allowed(count_attempt(databases, organisation, key, now), WORD_TRIES):
        raise Refused(NotTogether.TOO_MANY_TRIES)
    if stored is None:
        raise Refused(NotTogether.NO_WORD)
    if not verify_password(word, stored):
        raise Refused(NotTogether.WRONG_WORD)
    call_signin(databases, "give_back_attempt", organisation=organisation, key=key)


def hash_word(word: str) -> str:
    """Return what is kept of a code word; raises TooBusy."""
    return hash_password(word)


def is_address_of_helper(databases: Databases, organisation: str, worker_id: UUID, email: str) -> bool:
    """Tell whether an address is that of whoever helps, or of a colleague: it never becomes the family's (BXL-50)."""
    rows = call_signin(
        databases, "address_of_helper", organisation=organisation, worker_id=worker_id, email=email.strip().lower()
    )
    return bool(rows and rows[0][0])


def _new_mandate(session: Session, draft_id: UUID, label: str, now: datetime) -> UUID:
    actor = actor_of(session)
    home = session.scalar(
        select(HelperMember.helper_organisation_id)
        .join(HelperOrganisation, HelperOrganisation.id == HelperMember.helper_organisation_id)
        .where(
            HelperMember.account_id == actor.id,
            HelperMember.starts_at <= now,
            (HelperMember.ends_at.is_(None)) | (HelperMember.ends_at > now),
            HelperOrganisation.active,
        )
        .order_by(HelperMember.starts_at)
        .limit(1)
    )
    if home is None:
        raise NotFound
    mandate_id = uuid4()
    session.execute(
        insert(Mandate).values(
            id=mandate_id,
            organisation=actor.organisation,
            helper_organisation_id=home,
            helper_id=actor.id,
            draft_id=draft_id,
            label=label,
            started_at=now,
            tells_deadlines=False,
        )
    )
    note_event(session, "mandate_begun")
    return mandate_id


def _send_first_password(session: Session, dossier_id: UUID, now: datetime) -> None:
    """Write to the family, by its own channel, how it chooses a password: whoever helped never knows one."""
    token = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(FIRST_PASSWORD_LETTERS)).lower()
    account_id, expires_at = actor_of(session).id, now + FIRST_PASSWORD_WAITS
    assert account_id is not None
    keep_token(session, token, "reset", account_id, expires_at=expires_at, now=now)
    tell_family(
        session,
        dossier_id,
        "first_password",
        f"first_password:{dossier_id}",
        token=token,
        until_at=expires_at.isoformat(),
    )
