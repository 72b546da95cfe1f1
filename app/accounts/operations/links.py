"""Links by mail: hashed at rest, bound to one account and purpose, spent once and only by a POST."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import AccountToken
from app.accounts.operations.passwords import hash_password
from app.accounts.rules import (
    CONFIRM_TERM,
    RESET_TERM,
    RESETS_PER_ACCOUNT,
    RESETS_PER_ADDRESS,
    TRY_WINDOW,
    Denied,
    hash_of,
    normalised_email,
    read_login,
)
from app.core.audit import note_before_sign_in
from app.core.crypto import seal_json_with
from app.core.db import Databases, actor_of, call_signin
from app.core.errors import Refused
from app.core.outbox import MESSAGE_KEY_CLASS, Message, enqueue

TOKEN_BYTES = 32


def keep_token(
    session: Session,
    token: str,
    purpose: str,
    account_id: UUID,
    *,
    new_login: str | None = None,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Let a token count for one account and one purpose until it expires; only its hash is kept."""
    session.execute(
        insert(AccountToken.__table__)  # type: ignore[arg-type]
        .inline()
        .values(
            hash=hash_of(token),
            organisation=actor_of(session).organisation,
            account_id=account_id,
            purpose=purpose,
            new_login=new_login,
            created_at=now,
            expires_at=expires_at,
            used_at=None,
        )
    )


def issue_confirmation(
    session: Session,
    *,
    account_id: UUID,
    dossier_id: UUID,
    email: str,
    language: str,
    now: datetime,
    changes_login: bool = False,
) -> None:
    """Mail a link that proves the address is theirs; with `changes_login` it becomes the login once it is followed."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    new_login = normalised_email(email) if changes_login else None
    keep_token(session, token, "confirm", account_id, new_login=new_login, expires_at=now + CONFIRM_TERM, now=now)
    enqueue(
        session,
        Message(
            once_key=f"confirm_address:{hash_of(token).hex()[:32]}",
            kind="confirm_address",
            recipient=email,
            language=language,
            owner_id=dossier_id,
            params={"token": token},
            dossier_id=dossier_id,
        ),
    )


def confirm_address(databases: Databases, organisation: str, token: str, now: datetime) -> UUID:
    """Spend the link: the address counts as theirs from now on.

    Raises Refused when the link is spent or too old, and when another confirmed account holds the address.
    """
    try:
        rows = call_signin(databases, "confirm_login", hash=hash_of(token), organisation=organisation, now=now)
    except IntegrityError as error:
        raise Refused(Denied.ADDRESS_TAKEN) from error
    if not rows or rows[0][0] is None:
        raise Refused(Denied.LINK_SPENT)
    account_id: UUID = rows[0][0]
    return account_id


def accept_invite(databases: Databases, organisation: str, token: str, password: str, now: datetime) -> UUID:
    """Spend an invitation: set the password that the caller has judged; the address is proved by the mail.

    Raises Refused when the link is spent, too old or its membership ended, and when somebody holds the address already.
    """
    try:
        rows = call_signin(
            databases,
            "accept_invite",
            hash=hash_of(token),
            organisation=organisation,
            password_hash=hash_password(password),
            now=now,
        )
    except IntegrityError as error:
        raise Refused(Denied.ADDRESS_TAKEN) from error
    if not rows or rows[0][0] is None:
        raise Refused(Denied.LINK_SPENT)
    account_id: UUID = rows[0][0]
    note_before_sign_in(databases, organisation, "invitation_accepted", kind="visitor", actor_id=account_id, now=now)
    return account_id


def drop_login(databases: Databases, organisation: str, account_id: UUID, now: datetime) -> None:
    """Take the address from a parent's account: the reference stays the only login, and mailed links end."""
    call_signin(databases, "drop_login", account_id=account_id, organisation=organisation, now=now)


def request_reset(
    databases: Databases, organisation: str, typed_login: str, address: str, language: str, now: datetime
) -> None:
    """Mail a link to set a new password, where the login is somebody's and has a mailbox.

    The same statements run and the same is written for an unknown login, so that neither page nor time tells. A few
    requests a quarter of an hour are honoured; the rest get the same page and no mail.
    """
    login = read_login(typed_login)
    keyring = databases.keyring
    rows = call_signin(databases, "mailbox", organisation=organisation, login=login.value, is_email=login.is_email)
    account_id: UUID = rows[0].id if rows else uuid4()
    recipient: str = rows[0].login if rows else login.value
    wrapped: bytes | None = rows[0].wrapped if rows else None
    wrapped = bytes(wrapped) if wrapped else keyring.new_wrapped_key(account_id, MESSAGE_KEY_CLASS)
    token, message_id = secrets.token_urlsafe(TOKEN_BYTES), uuid4()
    sealed = seal_json_with(
        keyring,
        wrapped,
        {"recipient": recipient, "params": {"token": token}},
        owner_id=account_id,
        key_class=MESSAGE_KEY_CLASS,
        place=f"outbox:sealed:{message_id}",
    )
    call_signin(
        databases,
        "request_reset",
        organisation=organisation,
        account_id=account_id,
        login_key=keyring.token("reset-login", login.value),
        login_limit=RESETS_PER_ACCOUNT,
        address_key=keyring.token("reset-address", address),
        address_limit=RESETS_PER_ADDRESS,
        window=TRY_WINDOW,
        hash=hash_of(token),
        expires=now + RESET_TERM,
        wrapped=wrapped,
        message=message_id,
        message_id=f"<{message_id}@opvangloket.invalid>",
        language=rows[0].language if rows else language,
        sealed=sealed,
        now=now,
    )


def reset_password(databases: Databases, organisation: str, token: str, password: str, now: datetime) -> UUID:
    """Spend the link: set the password that the caller has judged, and end every session of the account.

    Raises Refused (link spent) and TooBusy.
    """
    rows = call_signin(
        databases,
        "reset_password",
        hash=hash_of(token),
        organisation=organisation,
        password_hash=hash_password(password),
        now=now,
    )
    if not rows or rows[0][0] is None:
        raise Refused(Denied.LINK_SPENT)
    account_id: UUID = rows[0][0]
    note_before_sign_in(databases, organisation, "password_reset", kind="visitor", actor_id=account_id, now=now)
    return account_id
