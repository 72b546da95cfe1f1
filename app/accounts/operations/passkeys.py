"""Passkeys as a second factor: what a device is asked to sign, and what counts as an answer."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.accounts.operations.factors import Entrance, NewFactor, count_factor_try, keep_factor, settle_factor_try
from app.accounts.queries.factors import Factor, factors_of
from app.accounts.rules import CHALLENGE_TERM, Denied, FactorKind
from app.core.db import Databases, call_signin
from app.core.errors import Refused

CHALLENGE_BYTES = 32
# Longer than any device answers.
LONGEST_ANSWER = 20_000
# What the library lets through of an answer that is no answer at all.
_UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError)


class Purpose(StrEnum):
    """What a challenge is for: one given to sign in adds no key, and the other way round."""

    USE = "use_passkey"
    ADD = "add_passkey"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a passkey belongs: the name that browsers bind it to, and the address of its pages."""

    name: str
    origin: str


def site_of(base_url: str) -> Site | None:
    """Return the site of an installation; None where browsers take no passkey: a bare number, or no address at all."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        safe = parts.scheme == "https" or host == "localhost"
        return Site(host, f"{parts.scheme}://{parts.netloc}") if host and safe else None
    return None


def ask_passkey(databases: Databases, entrance: Entrance, site: Site, now: datetime) -> str:
    """Return what the browser asks one of the account's passkeys to sign, as JSON. Raises Refused without a passkey."""
    known = _passkeys(databases, entrance)
    if not known:
        raise Refused(Denied.WRONG_FACTOR)
    challenge = _challenge(databases, entrance, Purpose.USE, now)
    return options_to_json(
        generate_authentication_options(
            rp_id=site.name,
            challenge=challenge,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def give_passkey(databases: Databases, entrance: Entrance, site: Site, answer: str, now: datetime) -> None:
    """Take what a passkey signed; raises Refused: wrong factor whatever is wrong, or too many tries."""
    count_factor_try(databases, entrance, now)
    settle_factor_try(databases, entrance, right=_is_signed(databases, entrance, site, answer, now), now=now)


def ask_new_passkey(databases: Databases, entrance: Entrance, site: Site, who: str, title: str, now: datetime) -> str:
    """Return what the browser asks a device to make a passkey from, as JSON."""
    challenge = _challenge(databases, entrance, Purpose.ADD, now)
    return options_to_json(
        generate_registration_options(
            rp_id=site.name,
            rp_name=title,
            user_name=who,
            user_id=entrance.account_id.bytes,
            challenge=challenge,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=one.credential_id) for one in _passkeys(databases, entrance)
            ],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def add_passkey(
    databases: Databases, entrance: Entrance, site: Site, answer: str, *, label: str, now: datetime
) -> tuple[str, ...]:
    """Keep a new passkey; return the recovery codes that come with the first factor.

    Raises Refused: wrong factor, too many tries, or a passkey that is somebody's already.
    """
    count_factor_try(databases, entrance, now)
    challenge = _spent_challenge(databases, entrance, Purpose.ADD, now)
    try:
        made = verify_registration_response(
            credential=_parsed(answer),
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _UNREADABLE:
        settle_factor_try(databases, entrance, right=False, now=now)
        raise
    factor = NewFactor(
        uuid4(), FactorKind.PASSKEY, label, made.credential_public_key, made.credential_id, made.sign_count
    )
    try:
        codes = keep_factor(databases, entrance, factor, now)
    except IntegrityError as error:
        raise Refused(Denied.FACTOR_TAKEN) from error
    settle_factor_try(databases, entrance, right=True, now=now)
    return codes


def _is_signed(databases: Databases, entrance: Entrance, site: Site, answer: str, now: datetime) -> bool:
    challenge = _spent_challenge(databases, entrance, Purpose.USE, now)
    try:
        given = _parsed(answer)
        asked = {one.credential_id: one for one in _passkeys(databases, entrance)}
        factor = asked[_raw_id(given)]
        signed = verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=factor.public_key,
            # The database compares the counter in the statement that keeps it.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _UNREADABLE:
        return False
    rows = call_signin(
        databases,
        "spend_passkey",
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        factor=factor.id,
        sign_count=signed.new_sign_count,
        now=now,
    )
    return bool(rows[0][0])


def _passkeys(databases: Databases, entrance: Entrance) -> tuple[Factor, ...]:
    found = factors_of(databases, entrance.organisation, entrance.account_id)
    return tuple(one for one in found if one.kind == FactorKind.PASSKEY)


def _challenge(databases: Databases, entrance: Entrance, purpose: Purpose, now: datetime) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    call_signin(
        databases,
        "ask_passkey",
        session=entrance.session_hash,
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        purpose=purpose,
        challenge=challenge,
        expires=now + CHALLENGE_TERM,
    )
    return challenge


def _spent_challenge(databases: Databases, entrance: Entrance, purpose: Purpose, now: datetime) -> bytes:
    """Return what was asked in this browser, once; where nothing was, something that nobody can have signed."""
    rows = call_signin(
        databases,
        "spend_challenge",
        session=entrance.session_hash,
        organisation=entrance.organisation,
        account_id=entrance.account_id,
        purpose=purpose,
        now=now,
    )
    found = rows[0][0] if rows else None
    return bytes(found) if found is not None else secrets.token_bytes(CHALLENGE_BYTES)


def _parsed(answer: str) -> dict[str, Any]:
    given = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    if not isinstance(given, dict):
        raise TypeError("no credential")
    return given


def _raw_id(given: dict[str, Any]) -> bytes:
    return base64url_to_bytes(str(given["rawId"]))
