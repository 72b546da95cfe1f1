"""What the tests of transfers need: recipients with a key of their own, consents, and a file from asking to opening."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import pkcs7_decrypt_der
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from app.consents.models import Consent
from app.core.actor import system
from app.core.db import transaction
from app.organisations.profile import Profile
from app.transfers.models import Delivery, Disclosure, RecipientKey
from app.transfers.operations.asking import approve_delivery, ask_delivery
from app.transfers.operations.leaving import Made, make_delivery
from app.web.doors import House
from tests.factories import BRUSSELS, FamilyMade, Person, acting, as_maintainer, make_worker

CONTACT = "contact_family"


@dataclass(frozen=True)
class Receiver:
    """A recipient's own side: certificate and private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> str:
        """Return the certificate as it is sent to us."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def opened(self, file: bytes) -> bytes:
        """Return what is in a file, as only the recipient can."""
        return pkcs7_decrypt_der(file, self.certificate, self.key, [])


@cache
def receiver(bits: int = 2048, years: int = 20) -> Receiver:
    """Make somebody with a certificate; making one takes a while, so it is made once."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "recipient.example")])
    begins = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365 * years))
        .sign(key, SHA256())
    )
    return Receiver(made, key)


def give_key(house: House, recipient: str, organisation: str = BRUSSELS, *, checked: bool = True) -> UUID:
    """Let a recipient have a certificate that two people looked at."""
    key_id, now = uuid4(), house.clock.now()
    with as_maintainer(house, organisation) as session:
        session.add(
            RecipientKey(
                id=key_id,
                organisation=organisation,
                recipient=recipient,
                certificate=receiver().certificate.public_bytes(Encoding.DER),
                digest=receiver().certificate.fingerprint(SHA256()).hex(),
                expires_on=receiver().certificate.not_valid_after_utc.date(),
                added_by=uuid4(),
                added_at=now,
                checked_by=uuid4() if checked else None,
                checked_at=now if checked else None,
            )
        )
    return key_id


def consent(
    house: House,
    family: FamilyMade,
    recipient: str,
    *,
    given: bool = True,
    at: datetime | None = None,
    channel: str = "web",
) -> None:
    """Write down what a family answered about one recipient."""
    organisation = family.person.organisation
    with as_maintainer(house, organisation) as session:
        session.add(
            Consent(
                id=uuid4(),
                organisation=organisation,
                dossier_id=family.dossier_id,
                application_id=family.application_id,
                recipient=recipient,
                given=given,
                at=at or house.clock.now(),
                text_version="1",
                language="nl",
                channel=channel,
            )
        )


def officers(house: House, organisation: str = BRUSSELS) -> tuple[Person, Person]:
    """Make somebody who asks and somebody who agrees."""
    return make_worker(house, organisation, role="dpo"), make_worker(house, organisation, role="security")


def agreed(house: House, recipient: str, written_as: str = "json", organisation: str = BRUSSELS) -> UUID:
    """Ask for a file and agree to it, as two people."""
    asks, agrees = officers(house, organisation)
    profile, now = house.profiles[organisation], house.clock.now()
    with acting(house, asks) as session:
        delivery_id = ask_delivery(session, profile, recipient, written_as, now=now)
    with acting(house, agrees) as session:
        approve_delivery(session, profile, delivery_id, now=now)
    return delivery_id


def make(house: House, delivery_id: UUID, profile: Profile | None = None, **given: Any) -> Made:
    """Make the file, as the job does."""
    used, now = profile or house.profiles[BRUSSELS], house.clock.now()
    with transaction(house.databases, "jobs", system("deliveries", used.key), now) as session:
        return make_delivery(session, used, delivery_id, now=now, **given)


def plant(house: House, organisation: str = BRUSSELS, **given: Any) -> UUID:
    """Write an approved delivery that nobody asked through the pages."""
    delivery_id, now = uuid4(), house.clock.now()
    columns = {
        "recipient": "lop",
        "purpose": CONTACT,
        "ground": "consent",
        "kind": "regular",
        "format": "json",
        "columns": ["applicant.email", "partner.email", "child.birth_date"],
        "text_version": "1",
        "state": "approved",
        "asked_by": uuid4(),
        "asked_at": now,
        "approved_by": uuid4(),
        "approved_at": now,
    } | given
    with as_maintainer(house, organisation) as session:
        session.add(Delivery(id=delivery_id, organisation=organisation, **columns))
    return delivery_id


def file_of(house: House, delivery_id: UUID) -> bytes:
    """Return the file as the recipient reads it."""
    with as_maintainer(house) as session:
        return receiver().opened(session.scalars(select(Delivery.file).where(Delivery.id == delivery_id)).one() or b"")


def read(house: House, delivery_id: UUID) -> Mapping[str, Any]:
    """Return a JSON file as the recipient's program reads it."""
    found: Mapping[str, Any] = json.loads(file_of(house, delivery_id))
    return found


def delivered(house: House, recipient: str, organisation: str = BRUSSELS) -> Mapping[str, Any]:
    """Ask, agree, make and open a file."""
    delivery_id = agreed(house, recipient, organisation=organisation)
    assert make(house, delivery_id, house.profiles[organisation]).denied is None
    return read(house, delivery_id)


def disclosures(house: House, dossier_id: UUID) -> list[Disclosure]:
    """Return what is on record about a file."""
    with as_maintainer(house) as session:
        rows = session.scalars(select(Disclosure).where(Disclosure.dossier_id == dossier_id).order_by(Disclosure.at))
        return list(rows)
