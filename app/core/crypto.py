"""Encryption of what must never lie open: AES-256-GCM under a data key per person and class.

A data key is wrapped by the master key and lies in schema `keys`; destroying it makes every value under it unreadable,
in backups too. The associated data binds a value to its row, so that it cannot be moved to another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.models import DataKey

VERSION = b"\x01"
NONCE_BYTES = 12


class Unreadable(Exception):
    """The value cannot be opened: its key is gone, or it does not belong to this row."""


class KeyRing:
    """Wraps data keys under the master key and makes keyed tokens under the index key."""

    def __init__(self, master_key: bytes, index_key: bytes) -> None:
        self._master_key = master_key
        self._index_key = index_key

    @cached_property
    def _master(self) -> AESGCM:
        # Made at its first use: `flask check production` must run without a key, to say that it is missing.
        return AESGCM(self._master_key)

    def new_wrapped_key(self, owner_id: UUID, key_class: str) -> bytes:
        """Return a fresh data key, wrapped for one owner and class."""
        return _seal_with(self._master, AESGCM.generate_key(256), _key_label(owner_id, key_class))

    def unwrap(self, wrapped: bytes, owner_id: UUID, key_class: str) -> AESGCM:
        """Return the cipher of a wrapped data key; raises Unreadable for a foreign or damaged one."""
        return AESGCM(_open_with(self._master, wrapped, _key_label(owner_id, key_class)))

    def token(self, label: str, value: str) -> bytes:
        """Return a keyed token of a normalised value: equality without the value (HMAC-SHA-256)."""
        return hmac.new(self._index_key, f"{label}\x00{value}".encode(), hashlib.sha256).digest()

    def token_under(self, wrapped: bytes, owner_id: UUID, key_class: str, value: str) -> bytes:
        """Return a token under a data key of its own: nobody makes it again without that very key (KG-41)."""
        key = _open_with(self._master, wrapped, _key_label(owner_id, key_class))
        return hmac.new(key, value.encode(), hashlib.sha256).digest()


def seal_json(session: Session, value: Any, *, owner_id: UUID, key_class: str, place: str) -> bytes:
    """Encrypt a JSON value for one owner; `place` names table, column and row."""
    cipher = _cipher(session, owner_id, key_class, create=True)
    return _seal_with(cipher, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), place.encode())


def seal_json_for_others(session: Session, value: Any, *, owner_id: UUID, key_class: str, place: str) -> bytes:
    """Encrypt a JSON value under a fresh key that the writer stores and may not read back: for reports by anyone."""
    keyring = keyring_of(session)
    wrapped = keyring.new_wrapped_key(owner_id, key_class)
    session.execute(
        insert(DataKey).values(
            owner_id=owner_id,
            key_class=key_class,
            organisation=session.info["actor"].organisation,
            wrapped=wrapped,
            created_at=session.info["now"],
        )
    )
    return seal_json_with(keyring, wrapped, value, owner_id=owner_id, key_class=key_class, place=place)


def open_json(session: Session, sealed: bytes, *, owner_id: UUID, key_class: str, place: str) -> Any:
    """Decrypt what `seal_json` made; raises Unreadable when the key was destroyed or the row does not match."""
    cipher = _cipher(session, owner_id, key_class, create=False)
    return json.loads(_open_with(cipher, sealed, place.encode()))


def open_json_with(
    keyring: KeyRing, wrapped: bytes, sealed: bytes, *, owner_id: UUID, key_class: str, place: str
) -> Any:
    """Decrypt with a wrapped key that was read together with the value (one statement instead of two)."""
    cipher = keyring.unwrap(wrapped, owner_id, key_class)
    return json.loads(_open_with(cipher, sealed, place.encode()))


def seal_json_with(
    keyring: KeyRing, wrapped: bytes, value: Any, *, owner_id: UUID, key_class: str, place: str
) -> bytes:
    """Encrypt under a wrapped key that the caller already holds."""
    cipher = keyring.unwrap(wrapped, owner_id, key_class)
    return _seal_with(cipher, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), place.encode())


def keyring_of(session: Session) -> KeyRing:
    """Return the key ring that the session was opened with."""
    keyring: KeyRing = session.info["keyring"]
    return keyring


def _cipher(session: Session, owner_id: UUID, key_class: str, *, create: bool) -> AESGCM:
    keyring = keyring_of(session)
    query = select(DataKey.wrapped).where(DataKey.owner_id == owner_id, DataKey.key_class == key_class)
    wrapped = session.scalar(query)
    if wrapped is None and create:
        now: datetime = session.info["now"]
        session.execute(
            insert(DataKey)
            .values(
                owner_id=owner_id,
                key_class=key_class,
                organisation=session.info["actor"].organisation,
                wrapped=keyring.new_wrapped_key(owner_id, key_class),
                created_at=now,
            )
            .on_conflict_do_nothing()
        )
        wrapped = session.scalar(query)
    if wrapped is None:
        raise Unreadable(key_class)
    return keyring.unwrap(wrapped, owner_id, key_class)


def _key_label(owner_id: UUID, key_class: str) -> bytes:
    return f"key:{owner_id}:{key_class}".encode()


def _seal_with(cipher: AESGCM, plaintext: bytes, label: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, plaintext, label)


def _open_with(cipher: AESGCM, sealed: bytes, label: bytes) -> bytes:
    if sealed[:1] != VERSION:
        raise Unreadable("version")
    try:
        return cipher.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], label)
    except InvalidTag as error:
        raise Unreadable("tag") from error
