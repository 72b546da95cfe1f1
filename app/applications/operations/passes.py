"""Going on with a draft on another device: a code or a link, and a second factor; spent once, by a POST."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts.operations import count_attempt
from app.accounts.rules import (
    RESETS_PER_ACCOUNT,
    RESETS_PER_ADDRESS,
    TRIES_PER_ADDRESS,
    TRY_WINDOW,
    Denied,
    tries_allowed,
)
from app.applications.models import DraftPass
from app.applications.operations.drafts import ends_at
from app.applications.queries.drafts import CODE, LINK, code_of, pass_hash
from app.core.audit import note_before_sign_in, note_change
from app.core.crypto import KeyRing, keyring_of
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import Refused
from app.core.outbox import Message, enqueue
from app.families.rules import WRONG_TRIES, plain_reference
from app.organisations.terms import Application

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Continued:
    """The draft that a code or link and its second factor opened; a sent one opens nothing any more."""

    draft_id: UUID
    is_sent: bool


def factor_of(keyring: KeyRing, draft_id: UUID, birth_date: date) -> bytes:
    """Return what is kept of the second factor: a keyed token, made for this draft only."""
    return keyring.token("draft-factor", f"{draft_id}:{birth_date.isoformat()}")


def issue_code(session: Session, draft_id: UUID, factor: bytes, *, expires_at: datetime, now: datetime) -> str:
    """Make the code of a draft; the one before it ends. Only its hash is kept."""
    keyring = keyring_of(session)
    _end_passes(session, draft_id, CODE)
    code = code_of(keyring, draft_id, now)
    _insert(session, draft_id, pass_hash(keyring, CODE, code), factor, expires_at, now)
    note_change(session, "draft_code_made", dossier_id=draft_id, groups=("draft",), reasons=("draft",))
    return code


def send_link(
    session: Session,
    draft_id: UUID,
    factor: bytes,
    *,
    recipient: str,
    channel: str,
    language: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Send the link of a draft by mail or text message; the one before it ends. It is useless without the factor."""
    _end_passes(session, draft_id, LINK)
    token = issue_link(session, draft_id, factor, expires_at=expires_at, now=now)
    enqueue(
        session,
        Message(
            once_key=f"draft_link:{uuid4()}",
            kind="draft_link",
            recipient=recipient,
            language=language,
            owner_id=draft_id,
            channel=channel,
            params={"token": token, "until_at": expires_at.isoformat()},
        ),
    )
    note_change(session, "draft_link_sent", dossier_id=draft_id, groups=("draft",), reasons=("draft",))


def issue_link(session: Session, draft_id: UUID, factor: bytes, *, expires_at: datetime, now: datetime) -> str:
    """Make the secret of a link to a draft; only its hash is kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _insert(session, draft_id, pass_hash(keyring_of(session), LINK, token), factor, expires_at, now)
    return token


def require_few_links(databases: Databases, organisation: str, recipient: str, address: str, now: datetime) -> None:
    """Count a link that is asked for; raises Refused after a few to one mailbox or phone, or from one address."""
    limits = {"draft-link-to": (recipient, RESETS_PER_ACCOUNT), "draft-link-from": (address, RESETS_PER_ADDRESS)}
    for label, (value, limit) in limits.items():
        key = databases.keyring.token(label, value)
        if not tries_allowed(count_attempt(databases, organisation, key, now), limit):
            raise Refused(Denied.TOO_MANY_TRIES)


def continue_draft(
    databases: Databases,
    organisation: str,
    kind: str,
    secret: str,
    birth_date: date,
    address: str,
    now: datetime,
) -> Continued | None:
    """Spend a code or link with its second factor; None for one that is unknown, spent, too old or wrong: all alike.

    The same statements run whatever is wrong. Five wrong tries end a pass, a hundred those of one address for a while.
    Raises Refused (too many tries).
    """
    keyring = databases.keyring
    hashed = pass_hash(keyring, kind, plain_reference(secret) if kind == CODE else secret)
    known = call_signin(databases, "draft_of_pass", hash=hashed, organisation=organisation)
    draft_id: UUID = known[0][0] if known and known[0][0] else uuid4()
    row = call_signin(
        databases,
        "continue_draft",
        hash=hashed,
        organisation=organisation,
        factor=factor_of(keyring, draft_id, birth_date),
        address_key=keyring.token("draft-address", address),
        address_limit=TRIES_PER_ADDRESS,
        pass_limit=WRONG_TRIES,
        window=TRY_WINDOW,
        now=now,
    )[0]
    note_before_sign_in(
        databases,
        organisation,
        "draft_continued" if row.opened is not None else "draft_continue_failed",
        kind="draft" if row.opened is not None else "visitor",
        actor_id=row.opened,
        now=now,
    )
    if not tries_allowed(row.tries_here, TRIES_PER_ADDRESS):
        raise Refused(Denied.TOO_MANY_TRIES)
    if row.opened is None:
        return None
    return Continued(row.opened, row.was_sent)


def keep_draft(
    databases: Databases, organisation: str, token: str, terms: Application, now: datetime
) -> datetime | None:
    """Begin the term of a draft again, by the link of its notice; returns its new end, None for a link that is over."""
    expires_at = ends_at(terms, now, is_touched=True)
    rows = call_signin(
        databases,
        "keep_draft",
        hash=pass_hash(databases.keyring, LINK, token),
        organisation=organisation,
        expires=expires_at,
        pass_limit=WRONG_TRIES,
        now=now,
    )
    if not rows or rows[0][0] is None:
        return None
    note_before_sign_in(databases, organisation, "draft_kept", kind="draft", actor_id=rows[0][0], now=now)
    return expires_at


def _end_passes(session: Session, draft_id: UUID, kind: str) -> None:
    """Delete the codes or the links of a draft, not the other kind."""
    keyring = keyring_of(session)
    rows = session.execute(select(DraftPass.hash, DraftPass.created_at).where(DraftPass.draft_id == draft_id)).all()
    codes = {
        row.hash for row in rows if row.hash == pass_hash(keyring, CODE, code_of(keyring, draft_id, row.created_at))
    }
    ended = codes if kind == CODE else {row.hash for row in rows} - codes
    if ended:
        session.execute(delete(DraftPass).where(DraftPass.hash.in_(ended)))


def _insert(
    session: Session, draft_id: UUID, hashed: bytes, factor: bytes, expires_at: datetime, now: datetime
) -> None:
    session.execute(
        insert(DraftPass).values(
            hash=hashed,
            organisation=actor_of(session).organisation,
            draft_id=draft_id,
            factor=factor,
            tries=0,
            created_at=now,
            expires_at=expires_at,
            used_at=None,
        )
    )
