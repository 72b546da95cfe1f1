"""The second factor: codes of an authenticator, recovery codes, and how one is set up and taken away."""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account, SecondFactor
from app.accounts.operations.signing_in import SignedIn
from app.accounts.queries.factors import KEY_CLASS, Factor, factor_place, factors_of, own_factors
from app.accounts.rules import (
    FACTOR_TRIES,
    LONGEST_FACTOR_NAME,
    RECOVERY_CODES,
    RECOVERY_LENGTH,
    RECOVERY_LETTERS,
    Denied,
    FactorKind,
    hash_of,
    read_code,
    steps_at,
    tries_allowed,
)
from app.core.audit import note_before_sign_in, note_event
from app.core.crypto import seal_json_with
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import NotFound, Refused

SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class Entrance:
    """Somebody between password and factor, or in a session of their own: whose account, in which browser."""

    organisation: str
    account_id: UUID
    session_id: str

    @property
    def session_hash(self) -> bytes:
        """Return what the database knows the browser by."""
        return hash_of(self.session_id)


@dataclass(frozen=True, slots=True)
class NewFactor:
    """A factor that is ready to be kept."""

    id: UUID
    kind: FactorKind
    label: str
    secret: bytes
    credential_id: bytes | None = None
    sign_count: int | None = None
    last_step: int | None = None


def give_code(databases: Databases, entrance: Entrance, typed: str, now: datetime, unshifted: datetime) -> None:
    """Take a code of an authenticator, or a recovery code; each counts once.

    `now` is the time of the house, `unshifted` that of the device in somebody's hand. Raises Refused: wrong factor
    whatever is wrong, or too many tries.
    """
    count_factor_try(databases, entrance, now)
    read = read_code(typed)
    kind, code = read if read is not None else (None, "")
    if kind is FactorKind.TOTP:
        right = _spend_step(databases, entrance, code, now, unshifted)
    elif kind is FactorKind.RECOVERY:
        right = _spend_recovery(databases, entrance, code, now)
    else:
        right = False
    settle_factor_try(databases, entrance, right=right, now=now)


def count_factor_try(databases: Databases, entrance: Entrance, now: datetime) -> None:
    """Count a try before it is judged; raises Refused (too many tries)."""
    counted = [
        call_signin(databases, "count_attempt", organisation=entrance.organisation, key=key, now=now, window=window)[0][
            0
        ]
        for key, (_, window) in zip(_keys(databases, entrance), FACTOR_TRIES, strict=True)
    ]
    if not all(tries_allowed(count, limit) for count, (limit, _) in zip(counted, FACTOR_TRIES, strict=True)):
        raise Refused(Denied.TOO_MANY_TRIES)


def settle_factor_try(databases: Databases, entrance: Entrance, *, right: bool, now: datetime) -> None:
    """Forgive the slips before a right factor, note a wrong one and raise Refused for it."""
    if not right:
        _note(databases, entrance, "second_factor_failed", now)
        raise Refused(Denied.WRONG_FACTOR)
    for key in _keys(databases, entrance):
        call_signin(databases, "forgive_attempts", organisation=entrance.organisation, key=key)


def come_in(databases: Databases, entrance: Entrance, now: datetime) -> SignedIn:
    """Note that somebody signed in whole, and return who; raises NotFound for an account that was closed meanwhile."""
    rows = call_signin(databases, "account_by_id", organisation=entrance.organisation, id=entrance.account_id)
    if not rows:
        raise NotFound
    _note(databases, entrance, "sign_in", now)
    return SignedIn(rows[0].id, rows[0].kind, rows[0].language)


def secret_to_set_up(databases: Databases, entrance: Entrance, known: int = 0) -> str:
    """Return the secret that an authenticator is set up with in this browser, the same until it is confirmed.

    It is made from the browser's own id, so that nothing is kept of a set-up that nobody ends; `known` is how many
    factors there ever were, so that the next one gets another.
    """
    label = f"{entrance.account_id}:{known}:{entrance.session_id}"
    return b32encode(databases.keyring.token("factor-set-up", label)[:SECRET_BYTES]).decode()


def set_up_authenticator(
    databases: Databases,
    entrance: Entrance,
    typed: str,
    *,
    label: str,
    now: datetime,
    unshifted: datetime,
    known: int = 0,
) -> tuple[str, ...]:
    """Keep the authenticator that shows the right code; return the recovery codes that come with the first factor.

    Raises Refused: wrong factor, too many tries.
    """
    count_factor_try(databases, entrance, now)
    secret = secret_to_set_up(databases, entrance, known)
    read = read_code(typed)
    step = _step_of(secret, read[1], unshifted) if read and read[0] is FactorKind.TOTP else None
    if step is None:
        settle_factor_try(databases, entrance, right=False, now=now)
    factor_id = uuid4()
    wrapped = call_signin(
        databases,
        "factor_key",
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        wrapped=databases.keyring.new_wrapped_key(entrance.account_id, KEY_CLASS),
        now=now,
    )[0][0]
    if wrapped is None:
        raise Refused(Denied.WRONG_FACTOR)
    sealed = seal_json_with(
        databases.keyring,
        bytes(wrapped),
        secret,
        owner_id=entrance.account_id,
        key_class=KEY_CLASS,
        place=factor_place(factor_id),
    )
    factor = NewFactor(factor_id, FactorKind.TOTP, label, sealed, last_step=step)
    codes = keep_factor(databases, entrance, factor, now)
    settle_factor_try(databases, entrance, right=True, now=now)
    return codes


def keep_factor(databases: Databases, entrance: Entrance, factor: NewFactor, now: datetime) -> tuple[str, ...]:
    """Write a factor down; return the recovery codes that count when it is the first.

    The database takes the first from whoever gave the password, every other from a session of their own only. Raises
    Refused (wrong factor) where it does not.
    """
    codes = _new_codes()
    kept = call_signin(
        databases,
        "add_factor",
        session=entrance.session_hash,
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        id=factor.id,
        kind=factor.kind,
        label=factor.label[:LONGEST_FACTOR_NAME] or None,
        secret=factor.secret,
        credential_id=factor.credential_id,
        sign_count=factor.sign_count,
        last_step=factor.last_step,
        code_ids=[uuid4() for _ in codes],
        codes=[_code_hash(databases, entrance, code) for code in codes],
        now=now,
    )
    if not kept[0][0]:
        raise Refused(Denied.WRONG_FACTOR)
    _note(databases, entrance, "second_factor_added", now)
    return codes


def replace_codes(databases: Databases, entrance: Entrance, now: datetime) -> tuple[str, ...]:
    """Make ten new recovery codes, shown this once; the old ones end. Raises NotFound for a session that is over."""
    codes = _new_codes()
    replaced = call_signin(
        databases,
        "replace_codes",
        session=entrance.session_hash,
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        code_ids=[uuid4() for _ in codes],
        codes=[_code_hash(databases, entrance, code) for code in codes],
        now=now,
    )
    if not replaced[0][0]:
        raise NotFound
    _note(databases, entrance, "recovery_codes_replaced", now)
    return codes


def end_own_factor(session: Session, factor_id: UUID, now: datetime) -> None:
    """Take one of one's own factors away, never the last; raises NotFound, and Refused (last factor)."""
    me = actor_of(session).id
    # Two at once would each see the other one stay.
    session.execute(select(Account.id).where(Account.id == me).with_for_update())
    own = own_factors(session)
    if factor_id not in {one.id for one in own}:
        raise NotFound
    if len(own) == 1:
        raise Refused(Denied.LAST_FACTOR)
    session.execute(
        update(SecondFactor)
        .where(SecondFactor.id == factor_id, SecondFactor.account_id == me, SecondFactor.ended_at.is_(None))
        .values(ended_at=now)
    )
    note_event(session, "second_factor_ended")


def _spend_step(databases: Databases, entrance: Entrance, code: str, now: datetime, unshifted: datetime) -> bool:
    for factor in factors_of(databases, entrance.organisation, entrance.account_id):
        step = _step_of(factor.secret, code, unshifted) if factor.kind == FactorKind.TOTP else None
        if step is not None and _spent(databases, entrance, factor, step, now):
            return True
    return False


def _spent(databases: Databases, entrance: Entrance, factor: Factor, step: int, now: datetime) -> bool:
    rows = call_signin(
        databases,
        "spend_code",
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        factor=factor.id,
        step=step,
        now=now,
    )
    return bool(rows[0][0])


def _spend_recovery(databases: Databases, entrance: Entrance, code: str, now: datetime) -> bool:
    rows = call_signin(
        databases,
        "spend_recovery",
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        secret=_code_hash(databases, entrance, code),
        now=now,
    )
    if rows[0][0]:
        _note(databases, entrance, "recovery_code_spent", now)
    return bool(rows[0][0])


def _step_of(secret: str, code: str, unshifted: datetime) -> int | None:
    """Return the step of time that a code belongs to, None for a code of no step that is taken now."""
    made = pyotp.TOTP(secret)
    return next((step for step in steps_at(unshifted) if hmac.compare_digest(made.generate_otp(step), code)), None)


def _new_codes() -> tuple[str, ...]:
    return tuple(
        "".join(secrets.choice(RECOVERY_LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)
    )


def _code_hash(databases: Databases, entrance: Entrance, code: str) -> bytes:
    return databases.keyring.token("recovery-code", f"{entrance.account_id}:{code}")


def _keys(databases: Databases, entrance: Entrance) -> tuple[bytes, ...]:
    return tuple(
        databases.keyring.token("second-factor", f"{entrance.account_id}:{number}")
        for number in range(len(FACTOR_TRIES))
    )


def _note(databases: Databases, entrance: Entrance, event: str, now: datetime) -> None:
    rows = call_signin(databases, "account_by_id", organisation=entrance.organisation, id=entrance.account_id)
    kind = rows[0].kind if rows else "visitor"
    note_before_sign_in(databases, entrance.organisation, event, kind=kind, actor_id=entrance.account_id, now=now)
