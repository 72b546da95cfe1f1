"""Reads of second factors: before there is an actor, of one's own, and the resets that wait for a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, FactorReset, SecondFactor
from app.accounts.rules import FactorKind
from app.core.crypto import open_json_with
from app.core.db import Databases, actor_of, call_signin

KEY_CLASS = "factor"
_MAIN = (FactorKind.TOTP, FactorKind.PASSKEY)


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor that can be asked for: an authenticator with its secret, or a passkey with its public key."""

    id: UUID
    kind: str
    secret: str
    public_key: bytes
    credential_id: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class OwnFactor:
    """One of the actor's own authenticators or passkeys."""

    id: UUID
    kind: str
    label: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenReset:
    """A reset that a colleague asked for and no other agreed to yet."""

    id: UUID
    account_id: UUID
    login: str | None
    asked_by: UUID
    asked_at: datetime


def factors_of(databases: Databases, organisation: str, account_id: UUID) -> tuple[Factor, ...]:
    """Return the authenticators and passkeys of somebody who gave the right password; nothing for other accounts."""
    found = []
    for row in call_signin(databases, "factors", organisation=organisation, account_id=account_id):
        is_code = row.kind == FactorKind.TOTP
        secret = (
            open_json_with(
                databases.keyring,
                bytes(row.wrapped),
                bytes(row.secret),
                owner_id=account_id,
                key_class=KEY_CLASS,
                place=factor_place(row.id),
            )
            if is_code
            else ""
        )
        found.append(
            Factor(
                row.id,
                row.kind,
                secret,
                b"" if is_code else bytes(row.secret),
                bytes(row.credential_id or b""),
                row.sign_count or 0,
            )
        )
    return tuple(found)


def factor_place(factor_id: UUID) -> str:
    """Return where the secret of an authenticator lies, as encryption binds it."""
    return f"second_factor:secret:{factor_id}"


def own_factors(session: Session) -> tuple[OwnFactor, ...]:
    """Return the actor's authenticators and passkeys, the oldest first."""
    rows = session.execute(
        select(SecondFactor.id, SecondFactor.kind, SecondFactor.label, SecondFactor.created_at, SecondFactor.used_at)
        .where(
            SecondFactor.account_id == actor_of(session).id,
            SecondFactor.kind.in_(_MAIN),
            SecondFactor.ended_at.is_(None),
        )
        .order_by(SecondFactor.created_at, SecondFactor.id)
    )
    return tuple(OwnFactor(row.id, row.kind, row.label or "", row.created_at, row.used_at) for row in rows)


def own_factors_ever(session: Session) -> int:
    """Return how many authenticators, passkeys and codes the actor ever had."""
    return session.scalar(select(func.count()).where(SecondFactor.account_id == actor_of(session).id)) or 0


def own_codes_left(session: Session) -> int:
    """Return how many recovery codes the actor has left."""
    rows = session.scalars(
        select(SecondFactor.id).where(
            SecondFactor.account_id == actor_of(session).id,
            SecondFactor.kind == FactorKind.RECOVERY,
            SecondFactor.ended_at.is_(None),
        )
    )
    return len(rows.all())


def open_resets(session: Session, account_id: UUID | None = None) -> tuple[OpenReset, ...]:
    """Return the resets that wait for a colleague, the oldest first; an administrator sees any, nobody else one."""
    asked = select(
        FactorReset.id, FactorReset.account_id, Account.login, FactorReset.asked_by, FactorReset.asked_at
    ).join(Account, Account.id == FactorReset.account_id)
    if account_id is not None:
        asked = asked.where(FactorReset.account_id == account_id)
    rows = session.execute(asked.where(FactorReset.ended_at.is_(None)).order_by(FactorReset.asked_at, FactorReset.id))
    return tuple(OpenReset(*row) for row in rows)


def colleague_login(session: Session, account_id: UUID) -> str | None:
    """Return the address of somebody whose factor an administrator may reset; None for anybody else."""
    login: str | None = session.scalar(
        select(Account.login).where(
            Account.id == account_id,
            Account.id != actor_of(session).id,
            Account.kind.in_(("staff", "counter", "helper", "oversight")),
            Account.active,
            Account.login.is_not(None),
        )
    )
    return login
