"""A sitting of helper and family: asked by the one, proved by the other, and over after an hour (BXL-52)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.operations import count_attempt
from app.accounts.rules import hash_of, tries_allowed
from app.applications.operations.notices import tell_family
from app.core.actor import Kind
from app.core.audit import note_before_sign_in, note_change
from app.core.crypto import keyring_of
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import NotFound, Refused
from app.families.models import Dossier
from app.mandates.models import HelperOrganisation, JointSession, Mandate
from app.mandates.operations.assisted import judge_word
from app.mandates.rules import JOINT_LASTS, JOINT_WAITS, LOOK_CODE_FIGURES, WORD_TRIES, NotTogether, Proof

TOKEN_BYTES = 32
HELP, HELPER = ("help",), ("helper",)
_ANSWERS = {"wrong": NotTogether.WRONG_WORD, "tries": NotTogether.TOO_MANY_TRIES}


def ask_joint(session: Session, databases: Databases, mandate_id: UUID, *, tells: bool, now: datetime) -> UUID:
    """Ask the family whether they change something together; `tells` sends it a link and six figures (M18).

    Raises NotFound for a mandate that gives no reach, and Refused after a few messages in a quarter of an hour.
    """
    dossier_id, helper = _reached(session, mandate_id)
    joint_id, organisation = uuid4(), actor_of(session).organisation
    token, code = secrets.token_urlsafe(TOKEN_BYTES), f"{secrets.randbelow(10**LOOK_CODE_FIGURES):06d}"
    if tells:
        key = databases.keyring.token("joint-asked", str(mandate_id))
        if not tries_allowed(count_attempt(databases, organisation, key, now), WORD_TRIES):
            raise Refused(NotTogether.TOO_MANY_TRIES)
    session.execute(
        insert(JointSession).values(
            id=joint_id,
            organisation=organisation,
            mandate_id=mandate_id,
            dossier_id=dossier_id,
            asked_at=now,
            expires_at=now + JOINT_WAITS,
            link_hash=hash_of(token) if tells else None,
            code_token=_code_token(session, joint_id, code) if tells else None,
            tries=0,
        )
    )
    if tells:
        shown = f"{code[:3]} {code[3:]}"
        tell_family(
            session, dossier_id, "joint_asked", f"joint_asked:{joint_id}", helper=helper, token=token, code=shown
        )
    note_change(session, "joint_asked", dossier_id=dossier_id, groups=HELP, reasons=HELPER)
    return joint_id


def prove_by_code(session: Session, joint_id: UUID, code: str) -> None:
    """Take the six figures that the family read out; raises NotFound and Refused. A wrong try is kept counted."""
    _prove(session, joint_id, Proof.CODE, _code_token(session, joint_id, code))


def prove_by_word(
    session: Session, databases: Databases, mandate_id: UUID, joint_id: UUID, word: str, *, now: datetime
) -> None:
    """Take the code word that the family typed on the helper's device; raises NotFound, Refused and TooBusy."""
    _reached(session, mandate_id)
    organisation = actor_of(session).organisation
    rows = call_signin(databases, "code_word", organisation=organisation, mandate_id=mandate_id)
    judge_word(databases, organisation, mandate_id, word, rows[0][0] if rows else None, now)
    _prove(session, joint_id, Proof.CODE_WORD, None)
    _tell_begun(session, mandate_id, joint_id)


def prove_by_paper(session: Session, mandate_id: UUID, joint_id: UUID) -> None:
    """Take it that the family signed for this sitting, and tell the family so; raises NotFound."""
    _prove(session, joint_id, Proof.PAPER, None)
    _tell_begun(session, mandate_id, joint_id)


def asked_by_link(databases: Databases, organisation: str, token: str, now: datetime) -> str | None:
    """Return who asks for a sitting by this link, None when it is over; looking spends nothing."""
    rows = call_signin(databases, "joint_asked", hash=hash_of(token), organisation=organisation, now=now)
    return str(rows[0].name) if rows else None


def prove_by_link(databases: Databases, organisation: str, token: str, now: datetime) -> bool:
    """Take the family's yes through the link in its message; False when the link is over. It counts once."""
    rows = call_signin(databases, "confirm_joint", hash=hash_of(token), organisation=organisation, now=now)
    if not rows or rows[0][0] is None:
        return False
    note_before_sign_in(databases, organisation, "joint_proved", kind="visitor", actor_id=None, now=now)
    return True


def prove_by_family(session: Session, joint_id: UUID, dossier_id: UUID, *, now: datetime) -> None:
    """Take the family's yes on its own page; raises NotFound."""
    proved = session.connection().execute(
        update(JointSession)
        .where(
            JointSession.id == joint_id,
            JointSession.dossier_id == dossier_id,
            JointSession.confirmed_at.is_(None),
            JointSession.ended_at.is_(None),
            JointSession.expires_at > now,
        )
        .values(proof=Proof.LINK, confirmed_at=now, until=now + JOINT_LASTS)
    )
    if proved.rowcount != 1:
        raise NotFound
    note_change(session, "joint_proved", dossier_id=dossier_id, groups=HELP, reasons=("owner",))


def count_joint_change(session: Session) -> None:
    """Begin the helper's term again, after a change that was really made, in a proved sitting and by nobody else."""
    actor = actor_of(session)
    if actor.kind == Kind.PARENT and actor.typed_kind == Kind.HELPER:
        session.execute(select(func.access.count_joint_change(actor.typed_by)))


def _prove(session: Session, joint_id: UUID, proof: Proof, code: bytes | None) -> None:
    answer = session.scalar(select(func.access.prove_joint(joint_id, proof.value, code)))
    if answer in _ANSWERS:
        raise Refused(_ANSWERS[answer])
    if answer != "proved":
        raise NotFound
    dossier_id = session.scalar(select(JointSession.dossier_id).where(JointSession.id == joint_id))
    assert dossier_id is not None
    note_change(session, "joint_proved", dossier_id=dossier_id, groups=HELP, reasons=HELPER)


def _reached(session: Session, mandate_id: UUID) -> tuple[UUID, str]:
    """Return the file of a mandate that gives reach now, and the name of the helper's organisation."""
    row = session.execute(
        select(Mandate.dossier_id, HelperOrganisation.name)
        .join(HelperOrganisation, HelperOrganisation.id == Mandate.helper_organisation_id)
        .join(Dossier, Dossier.id == Mandate.dossier_id)
        .where(Mandate.id == mandate_id, Mandate.helper_id == actor_of(session).id, Mandate.ended_at.is_(None))
    ).one_or_none()
    if row is None or row.dossier_id is None:
        raise NotFound
    return row.dossier_id, row.name


def _tell_begun(session: Session, mandate_id: UUID, joint_id: UUID) -> None:
    """Tell the family of a sitting that was proved on the helper's device: whoever was not there finds out."""
    dossier_id, helper = _reached(session, mandate_id)
    tell_family(session, dossier_id, "joint_begun", f"joint_begun:{joint_id}", helper=helper)


def _code_token(session: Session, joint_id: UUID, code: str) -> bytes:
    return keyring_of(session).token("joint-code", f"{joint_id}:{code}")
