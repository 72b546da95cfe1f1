"""Closing a file for its recipient: nobody in between opens it, and we do not open it again ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from app.core.errors import Refused
from app.transfers.rules import LEAST_KEY_BITS, Denied


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is kept of a recipient's certificate."""

    der: bytes
    digest: str
    expires_on: date


def read_certificate(pem: str, *, now: datetime) -> Certificate:
    """Return the certificate in a PEM text; raises Refused for what is none, is too weak, or does not hold now."""
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
    except ValueError as error:
        raise Refused(Denied.KEY_UNREADABLE) from error
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_KEY_BITS:
        raise Refused(Denied.KEY_WEAK)
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise Refused(Denied.KEY_ENDED)
    return Certificate(
        found.public_bytes(Encoding.DER), found.fingerprint(SHA256()).hex(), found.not_valid_after_utc.date()
    )


def closed_for(der: bytes, content: bytes) -> bytes:
    """Return the content as CMS enveloped data for one certificate, AES-256 (`openssl cms -decrypt -inform DER`)."""
    builder = PKCS7EnvelopeBuilder().set_data(content).set_content_encryption_algorithm(AES256)
    return builder.add_recipient(x509.load_der_x509_certificate(der)).encrypt(Encoding.DER, [PKCS7Options.Binary])
