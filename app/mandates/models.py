"""Tables of contacts, look-along codes, support grants, service use, helpers and their mandates."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key


class DeskContact(Base):
    """One contact of a worker with a family, or a piece of work on its file: it opens the file while it lasts.

    Nothing is disclosed or changed before somebody was identified and what they want is noted (BXL-49, KL-33).
    """

    __tablename__ = "desk_contact"
    __table_args__ = (
        CheckConstraint("channel in ('call', 'mail', 'counter', 'letter', 'file_work')", name="channel"),
        CheckConstraint("identified_how in ('questions', 'document', 'code', 'known_sender')", name="identified_how"),
        CheckConstraint("(identified_how is null) = (identified_at is null)", name="identified"),
        CheckConstraint("(wish is null) = (wish_at is null)", name="wish"),
        Index("ix_desk_contact_worker", "worker_id", "opened_at"),
        Index("ix_desk_contact_dossier", "dossier_id", "opened_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    worker_id: Mapped[UUID]
    channel: Mapped[str]
    # Why somebody works on a file without a caller: a reason code.
    purpose: Mapped[str]
    opened_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # How the caller was known: never a copy of a document.
    identified_how: Mapped[str | None]
    identified_at: Mapped[datetime | None]
    # What the parent wants, as a code; their own words go into the thread.
    wish: Mapped[str | None]
    wish_at: Mapped[datetime | None]


class LookCode(Base):
    """Six figures that a family shows at a counter: they open its file to that worker, to read, for half an hour."""

    __tablename__ = "look_code"
    __table_args__ = (
        Index(
            "uq_look_code_open",
            "organisation",
            "code_token",
            unique=True,
            postgresql_where=text("used_at is null and ended_at is null"),
        ),
        Index("ix_look_code_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    code_token: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[UUID | None]
    used_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SupportGrant(Base):
    """A developer's look at one file: given by a named person, with a reason, until a moment (BXL-59, LEU-25)."""

    __tablename__ = "support_grant"
    __table_args__ = (
        CheckConstraint("given_by <> account_id", name="not_by_oneself"),
        CheckConstraint("until > given_at", name="term"),
        Index("ix_support_grant_account", "account_id"),
        Index("ix_support_grant_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    reason: Mapped[str]
    given_by: Mapped[UUID]
    given_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ServiceUse(Base):
    """A day on which a child used the care for sick children at home: what an invoice needs (LEU-33)."""

    __tablename__ = "service_use"
    __table_args__ = (
        Index("uq_service_use_day", "child_id", "used_on", unique=True),
        Index("ix_service_use_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    used_on: Mapped[date]
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class HelperOrganisation(Base):
    """An organisation whose people file together with parents (toeleiders, intermediary partners)."""

    __tablename__ = "helper_organisation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    active: Mapped[bool]
    created_at: Mapped[datetime]


class HelperMember(Base):
    """Who helps for such an organisation, from when until when."""

    __tablename__ = "helper_member"
    __table_args__ = (
        CheckConstraint("role in ('coordinator', 'helper')", name="role"),
        Index("ix_helper_member_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    helper_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("helper_organisation.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class Mandate(Base):
    """A family's word that one helper files together with it: how, when, on which text (LEU-14, BXL-52)."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("consent_how in ('link', 'code', 'code_word', 'paper')", name="consent_how"),
        CheckConstraint("(consent_at is null) = (consent_how is null)", name="consent"),
        CheckConstraint("ended_by_kind in ('family', 'helper', 'staff')", name="ended_by_kind"),
        Index("ix_mandate_helper", "helper_id"),
        Index("ix_mandate_dossier", "dossier_id"),
        Index("uq_mandate_draft", "draft_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    helper_organisation_id: Mapped[UUID] = mapped_column(ForeignKey("helper_organisation.id"))
    helper_id: Mapped[UUID]
    # What they fill in together; it becomes a file once the family sends it.
    draft_id: Mapped[UUID | None]
    dossier_id: Mapped[UUID | None] = mapped_column(dossier_key())
    # What the helper calls this family in the list of work until there is a file: initials, no name.
    label: Mapped[str]
    started_at: Mapped[datetime]
    consent_how: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    consent_text_version: Mapped[str | None]
    consent_language: Mapped[str | None]
    # The family's own code word, hashed; typed by them on the helper's device.
    code_word_hash: Mapped[str | None]
    # The last change that they made together, with proof: the helper's own saves do not move it.
    last_joint_at: Mapped[datetime | None]
    # The family lets the helper be told of deadlines, without contents.
    tells_deadlines: Mapped[bool]
    ended_at: Mapped[datetime | None]
    ended_by_kind: Mapped[str | None]


class JointSession(Base):
    """One sitting of helper and family: asked by the helper, proved by the family, over after an hour (BXL-52)."""

    __tablename__ = "joint_session"
    __table_args__ = (
        CheckConstraint("proof in ('link', 'code', 'code_word', 'paper')", name="proof"),
        CheckConstraint("(proof is null) = (confirmed_at is null)", name="confirmed"),
        Index("ix_joint_session_mandate", "mandate_id", "asked_at"),
        Index("ix_joint_session_dossier", "dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    mandate_id: Mapped[UUID] = mapped_column(ForeignKey("mandate.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    link_hash: Mapped[bytes | None] = mapped_column(unique=True)
    code_token: Mapped[bytes | None]
    tries: Mapped[int] = mapped_column(SmallInteger)
    proof: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
