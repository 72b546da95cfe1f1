"""A lost second factor: one colleague asks, another agrees, and whoever lost it sets up a new one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Account, FactorReset, SecondFactor, WebSession
from app.accounts.policy import MANAGES
from app.accounts.queries.factors import OpenReset, colleague_login, open_resets
from app.accounts.rules import Denied, may_agree
from app.core.audit import note_event
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.core.outbox import Message, enqueue

_MANAGES = text(f"select {MANAGES}")
_RESET_FACTORS = text("select access.reset_factors(:account_id)")


def ask_reset(session: Session, account_id: UUID, now: datetime) -> None:
    """Ask that a colleague's second factor be reset, and tell its owner; another colleague has to agree (KL-31).

    Raises NotFound for who is no colleague, or asks for themselves, and Refused when it was asked already.
    """
    login = _colleague(session, account_id)
    try:
        with session.begin_nested():
            session.execute(
                insert(FactorReset.__table__)  # type: ignore[arg-type]
                .inline()
                .values(
                    id=uuid4(),
                    organisation=actor_of(session).organisation,
                    account_id=account_id,
                    asked_by=actor_of(session).id,
                    asked_at=now,
                    agreed_by=None,
                    agreed_at=None,
                    ended_at=None,
                )
            )
    except IntegrityError as error:
        raise Refused(Denied.RESET_GONE) from error
    note_event(session, "factor_reset_asked")
    _tell(session, account_id, login, "factor_reset_asked", now)


def agree_reset(session: Session, account_id: UUID, now: datetime) -> None:
    """Agree to a reset that another colleague asked for: every factor and every session of the account ends.

    Raises NotFound where nothing waits, and Refused for who asked for it.
    """
    login = _colleague(session, account_id)
    waiting = _waiting(session, account_id)
    _close(session, waiting, agreed_by=actor_of(session).id, agreed_at=now, ended_at=now)
    if not session.scalar(_RESET_FACTORS, {"account_id": account_id}):
        raise NotFound
    note_event(session, "factor_reset_agreed")
    _tell(session, account_id, login, "factor_reset_done", now)


def refuse_reset(session: Session, account_id: UUID, now: datetime) -> None:
    """Say no to a reset that another colleague asked for; raises NotFound, and Refused for who asked for it."""
    _colleague(session, account_id)
    _close(session, _waiting(session, account_id), ended_at=now)
    note_event(session, "factor_reset_refused")


def reset_as_operator(session: Session, login: str, now: datetime) -> None:
    """Reset a second factor where there are no two administrators; only the operator's login can do it.

    Raises NotFound for who has no account of that kind.
    """
    account_id = session.scalar(
        select(Account.id).where(
            Account.organisation == actor_of(session).organisation,
            Account.login == login,
            Account.kind.in_(("staff", "counter", "helper", "oversight")),
            Account.active,
        )
    )
    if account_id is None:
        raise NotFound
    for table, owner in ((SecondFactor, SecondFactor.account_id), (WebSession, WebSession.actor_id)):
        session.execute(update(table).where(owner == account_id, table.ended_at.is_(None)).values(ended_at=now))
    note_event(session, "factor_reset_by_operator")
    _tell(session, account_id, login, "factor_reset_done", now)


def _colleague(session: Session, account_id: UUID) -> str:
    if not session.scalar(_MANAGES) or (login := colleague_login(session, account_id)) is None:
        raise NotFound
    return login


def _waiting(session: Session, account_id: UUID) -> OpenReset:
    found = open_resets(session, account_id)
    if not found:
        raise NotFound
    me = actor_of(session).id
    if me is None or not may_agree(me, asked_by=found[0].asked_by, owner=account_id):
        raise Refused(Denied.RESET_TAKES_TWO)
    return found[0]


def _close(session: Session, reset: OpenReset, **columns: object) -> None:
    # The policy lets nobody close what they asked for themselves, and the table holds the two apart once more.
    closed = session.connection().execute(
        update(FactorReset).where(FactorReset.id == reset.id, FactorReset.ended_at.is_(None)).values(**columns)
    )
    if not closed.rowcount:
        raise Refused(Denied.RESET_GONE)


def _tell(session: Session, account_id: UUID, login: str, kind: str, now: datetime) -> None:
    language = session.scalar(select(Account.language).where(Account.id == account_id)) or "nl"
    enqueue(
        session,
        Message(
            once_key=f"{kind}:{account_id}:{now.isoformat()}",
            kind=kind,
            recipient=login,
            language=language,
            owner_id=account_id,
        ),
    )
