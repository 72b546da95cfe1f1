"""Form tokens: bound to the browser's session id, masked afresh in each page.

A constant secret in a compressed page can be guessed byte by byte from its size, so each page carries the token under a
random mask. (Flask-WTF's own token has no mask, hence this one; its forms stay in use for validation.)
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

TOKEN_BYTES = 16


def masked_token(secret_key: str, session_id: str) -> str:
    """Return the form token of a session under a fresh mask."""
    mask = secrets.token_bytes(TOKEN_BYTES)
    return urlsafe_b64encode(mask + _xor(mask, _token(secret_key, session_id))).decode().rstrip("=")


def is_token_valid(secret_key: str, session_id: str, given: str) -> bool:
    """Tell whether a posted token belongs to this session."""
    try:
        raw = urlsafe_b64decode(given.encode("ascii") + b"==")
    except ValueError:
        return False
    if len(raw) != 2 * TOKEN_BYTES:
        return False
    return hmac.compare_digest(_xor(raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]), _token(secret_key, session_id))


def _token(secret_key: str, session_id: str) -> bytes:
    return hmac.new(secret_key.encode(), b"form\x00" + session_id.encode(), hashlib.sha256).digest()[:TOKEN_BYTES]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
