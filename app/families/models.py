"""Tables of a family's dossier."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base, Xid8

# The names of a row; a child's may not be known yet. Bracketed as the database writes it back.
_NAMES = {
    "applicant": "(given_name || ' ') || family_name",
    "partner": "(given_name || ' ') || family_name",
    "child": "(((coalesce(given_name, '') || ' ') || coalesce(call_name, '')) || ' ') || family_name",
}


def name_words(table: str, alias: str = "") -> str:
    """Return the SQL of the words of the names in a row, without accents and capitals: indexed, and found by it."""
    names = re.sub(r"(?=\b(?:given|call|family)_name)", f"{alias}." if alias else "", _NAMES[table])
    # What the parser would take for an address or a path is parted first.
    bare = f"regexp_replace(normalize(translate({names}, './@_', '    '), NFKD), '[\\u0300-\\u036f]', '', 'g')"
    return f"to_tsvector('simple', lower({bare}))"


def _words_index(table: str) -> Index:
    return Index(f"ix_{table}_words", text(name_words(table)), postgresql_using="gin")


def dossier_key() -> ForeignKey:
    """Return the reference to the dossier that a row belongs to."""
    return ForeignKey("dossier.id", ondelete="CASCADE")


class Dossier(Base):
    """One applicant with partner and children; its id is also the owner of its data keys."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("organisation", "reference"),
        CheckConstraint("state in ('active', 'closed')", name="state"),
        # The end of a file counts from here.
        Index("ix_dossier_last_activity", "organisation", "last_activity_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(unique=True)
    reference: Mapped[str]
    language: Mapped[str]
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    state: Mapped[str]
    # The facility that registered for the parents (BXL-54), until the parents take the file over.
    registrar_facility_id: Mapped[UUID | None] = mapped_column(index=True)
    registrar_ended_at: Mapped[datetime | None]


class DossierParty(Base):
    """A second parent with a login of their own: invited by the first, and in the file until one of them ends it."""

    __tablename__ = "dossier_party"
    __table_args__ = (
        Index("uq_dossier_party_current", "dossier_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_dossier_party_dossier", "dossier_id"),
        Index("uq_dossier_party_account", "account_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    # Nobody until the invitation is taken up.
    account_id: Mapped[UUID | None]
    # Where the invitation went; empty once it is taken up, since the address is theirs from then on.
    invited_email: Mapped[str | None]
    # The mailed invitation, hashed; spent by a POST.
    invitation_hash: Mapped[bytes]
    invited_at: Mapped[datetime]
    invitation_expires_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # The second parent keeps their own data from the first.
    apart: Mapped[bool] = mapped_column(default=False)


class Applicant(Base):
    """Who applies (BXL-05)."""

    __tablename__ = "applicant"
    __table_args__ = (
        CheckConstraint("channel in ('mail', 'text', 'letter')", name="channel"),
        _words_index("applicant"),
        Index("ix_applicant_phone", "phone"),
        Index("ix_applicant_email", text("lower(email)")),
    )

    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    birth_date: Mapped[date | None]
    sex: Mapped[str | None]
    street: Mapped[str | None]
    house_number: Mapped[str | None]
    postcode: Mapped[str | None]
    municipality: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    # How the family wants to be written to; without a wish by e-mail, and by letter where there is none.
    channel: Mapped[str | None]
    # A protected address lies in `protected_contact`; the columns above are then empty but for the municipality.
    protected: Mapped[bool] = mapped_column(default=False)
    nationality: Mapped[str | None]
    home_language: Mapped[str | None]
    relation: Mapped[str | None]
    # A keyed token of the national number; no door may read it (LEU-06, LEU-07).
    number_token: Mapped[bytes | None] = mapped_column(deferred=True)


class ProtectedContact(Base):
    """The contact data of a family with a protected address, sealed under a key that no facility can open."""

    __tablename__ = "protected_contact"

    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    sealed: Mapped[bytes]


class Partner(Base):
    """The other parent or partner, where there is one (BXL-06); removing deletes the row."""

    __tablename__ = "partner"
    __table_args__ = (
        _words_index("partner"),
        Index("ix_partner_phone", "phone"),
        Index("ix_partner_email", text("lower(email)")),
    )

    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    given_name: Mapped[str]
    family_name: Mapped[str]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    work: Mapped[str | None]


class Child(Base):
    """A child, born or expected (BXL-07)."""

    __tablename__ = "child"
    # Two requests about one child have one birth date.
    __table_args__ = (Index("ix_child_birth_date", "birth_date"), _words_index("child"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), index=True)
    given_name: Mapped[str | None]
    call_name: Mapped[str | None]
    family_name: Mapped[str]
    birth_date: Mapped[date]
    expected: Mapped[bool]


class Circumstances(Base):
    """The voluntary answers that priority rests on (BXL-10, BXL-22, BXL-24)."""

    __tablename__ = "circumstances"

    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    family_situation: Mapped[str | None]
    work: Mapped[str | None]
    employer: Mapped[str | None]
    income: Mapped[str | None]
    education: Mapped[str | None]
    foster: Mapped[bool | None]
    dutch: Mapped[str | None]
    dutch_proof: Mapped[bool]
    dutch_proof_at: Mapped[datetime | None]
    dutch_proof_by: Mapped[UUID | None]


class HealthAnswer(Base):
    """The voluntary health answer, encrypted, in a table of its own (BXL-25)."""

    __tablename__ = "health_answer"

    dossier_id: Mapped[UUID] = mapped_column(dossier_key(), primary_key=True)
    organisation: Mapped[str]
    sealed: Mapped[bytes]
    consented_at: Mapped[datetime]


class Restriction(Base):
    """A file that is kept and not used (BXL-63): there for its family and the data protection officer alone."""

    __tablename__ = "restriction"
    __table_args__ = (
        Index("uq_restriction_dossier", "dossier_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_restriction_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    request_id: Mapped[UUID | None]
    since: Mapped[datetime]
    set_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class FamilyNotice(Base):
    """What somebody else changed in a family's file: told to the family, in the same transaction (BXL-49)."""

    __tablename__ = "family_notice"
    __table_args__ = (
        # KL-33: whoever works at a desk or a counter changes nothing without a contact in which they saw who asked.
        CheckConstraint("actor_kind not in ('staff', 'counter') or contact_id is not null", name="contact"),
        Index("ix_family_notice_dossier", "dossier_id", "at"),
        Index("ix_family_notice_xid", "xid"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    # The ground of reach under which it was changed, and what was changed: groups, never values.
    reason: Mapped[str]
    event: Mapped[str]
    groups: Mapped[list[str]]
    contact_id: Mapped[UUID | None]
    # The message that tells it.
    message_key: Mapped[str]
    xid: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
