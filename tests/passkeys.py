"""A passkey of a test: what a device with a key of its own answers, made by hand from the specification."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Device:
    """A device with one passkey; `flags` say whether its owner was seen and recognised."""

    origin: str
    site: str
    flags: int = PRESENT | VERIFIED
    counts: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def makes(self, asked: dict[str, Any]) -> str:
        """Return the answer to a request for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        about = self._about(self.flags | ATTESTED) + kept
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": about})
        return self._answer(asked, "webauthn.create", attestationObject=_text(attested))

    def signs(self, asked: dict[str, Any]) -> str:
        """Return the answer to a request to sign."""
        about = self._about(self.flags)
        signed = self.key.sign(
            about + hashlib.sha256(self._client(asked, "webauthn.get")).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(asked, "webauthn.get", authenticatorData=_text(about), signature=_text(signed))

    def _about(self, flags: int) -> bytes:
        if self.counts:
            self.counts += 1
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + self.counts.to_bytes(4, "big")

    def _client(self, asked: dict[str, Any], kind: str) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, asked: dict[str, Any], kind: str, **parts: str) -> str:
        response = {"clientDataJSON": _text(self._client(asked, kind)), **parts}
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response})
