"""What an organisation asks permission for, and what a family answered to it, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.consents.models import Consent
from app.consents.rules import OPT_OUT, TERMS
from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.organisations.texts import USES


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """The answer that counts today for one recipient."""

    recipient: str
    given: bool
    at: datetime
    text_version: str
    language: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that an organisation asks permission for: a recipient of its register, or a use of its own.

    With `unless_refused` it may until the family says no (an objection, BXL-65); else only after a yes.
    """

    recipient: str
    name: str
    text: str
    text_version: str
    contact: str = ""
    unless_refused: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of the past: what was said, when, how, to which version of the text."""

    recipient: str
    given: bool
    at: datetime
    text_version: str
    language: str
    channel: str


def asks_of(profile: Profile) -> tuple[Ask, ...]:
    """Return each thing that the organisation asks permission for, one by one (BXL-34, C15)."""
    recipients = tuple(
        Ask(
            one.recipient,
            profile.recipients[one.recipient].name,
            one.text,
            one.text_version,
            profile.recipients[one.recipient].contact,
        )
        for one in profile.consents
    )
    uses = tuple(
        Ask(use, *USES[use, how], unless_refused=how == OPT_OUT)
        for use, how in (profile.settings.reuse or {}).items()
        if (use, how) in USES
    )
    return (*recipients, *uses)


def find_ask(profile: Profile, recipient: str) -> Ask:
    """Return one of them; raises NotFound for what nobody asks."""
    found = next((one for one in asks_of(profile) if one.recipient == recipient), None)
    if found is None:
        raise NotFound
    return found


def answers_of(session: Session, dossier_id: UUID) -> Sequence[Answered]:
    """Return every answer of a family, the newest first: giving and taking back both stay (BXL-66, KG-42)."""
    rows = session.execute(
        select(Consent.recipient, Consent.given, Consent.at, Consent.text_version, Consent.language, Consent.channel)
        .where(Consent.dossier_id == dossier_id, Consent.recipient != TERMS)
        .order_by(Consent.at.desc(), Consent.id)
    )
    return [Answered(*row) for row in rows]


def own_consents(session: Session, dossier_id: UUID) -> Sequence[ConsentRecord]:
    """Return the latest answer for each recipient, in the order of their keys; an agreement is no consent."""
    rows = session.execute(
        select(Consent.recipient, Consent.given, Consent.at, Consent.text_version, Consent.language)
        .where(Consent.dossier_id == dossier_id, Consent.recipient != TERMS)
        .order_by(Consent.recipient, Consent.at.desc(), Consent.id)
        .ext(distinct_on(Consent.recipient))
    )
    return [ConsentRecord(*row) for row in rows]
