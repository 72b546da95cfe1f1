"""Tables of drafts, applications, choices and offers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base
from app.families.models import dossier_key

OPEN_CHOICE = "state in ('open', 'considering', 'not_now', 'offered')"


class Draft(Base):
    """A wizard that is being filled in; all answers in one encrypted value under the draft's own key."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("ix_draft_expires", "expires_at"),
        Index("ix_draft_device", "device_id", postgresql_where=text("device_id is not null")),
        # One next child at a time: a second tap goes on with the draft that is there.
        Index(
            "uq_draft_account",
            "account_id",
            unique=True,
            postgresql_where=text("account_id is not null and submitted_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    # The parent who asks for a next child (BXL-41); empty while there is no account yet.
    account_id: Mapped[UUID | None]
    language: Mapped[str]
    sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # Where the notice before the end goes, sealed with the draft; empty: nobody can be told.
    notice_to: Mapped[bytes | None]
    noticed_at: Mapped[datetime | None]
    # Who fills in beside the family: as what, under which mandate, or for which registering facility (BXL-50, BXL-54).
    assisted_by: Mapped[UUID | None]
    assisted_kind: Mapped[str | None]
    mandate_id: Mapped[UUID | None]
    registrar_facility_id: Mapped[UUID | None]
    # The shared device it began on: it does not outlive the visit there, unless a code was asked for.
    device_id: Mapped[UUID | None]


class DraftPass(Base):
    """A way to go on with a draft on another device: a short code or a link, and a second factor; spent once."""

    __tablename__ = "draft_pass"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    # A keyed token of the second factor, made for this draft only.
    factor: Mapped[bytes]
    tries: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Application(Base):
    """A request for care of one child (opvangvraag); at most one open per child."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint("state in ('open', 'enrolled', 'cancelled', 'expired')", name="state"),
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        CheckConstraint("link in ('together', 'either')", name="link"),
        Index("uq_application_open_child", "child_id", unique=True, postgresql_where=text("state = 'open'")),
        # One child has one request, whoever files it (LEU-12).
        Index(
            "uq_application_open_number",
            "organisation",
            "child_number_token",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_application_expires", "expires_on", postgresql_where=text("state = 'open'")),
        Index("ix_application_dossier", "dossier_id"),
        # What goes with a child is found without looking at every request.
        Index("ix_application_child", "child_id"),
        # The urgent list: what is open, by start.
        Index("ix_application_urgent", "organisation", "start_date", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    flexible: Mapped[bool]
    state: Mapped[str]
    submitted_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The last day on which the request stands; past it nobody but the family reaches it, whether a job ran or not.
    expires_on: Mapped[date]
    # Children of one birth are asked for in one go: the same group, and whether one place alone helps.
    group_id: Mapped[UUID | None] = mapped_column(index=True)
    link: Mapped[str | None]
    # Filed together with a helper: what that helper may see of the file (BXL-50).
    mandate_id: Mapped[UUID | None] = mapped_column(index=True)
    # A keyed token of the child's national number; no door may read it (LEU-06, LEU-07).
    child_number_token: Mapped[bytes | None] = mapped_column(deferred=True)
    rule_set: Mapped[str]
    grounds: Mapped[list[str]]
    priority_rank: Mapped[int] = mapped_column(SmallInteger)


class Choice(Base):
    """One facility that a family chose, with its answer; carries the keys that its list is ranked and filtered by."""

    __tablename__ = "choice"
    __table_args__ = (
        CheckConstraint(
            "state in ('open', 'considering', 'not_now', 'offered', 'refused', 'withdrawn', 'closed', 'enrolled')",
            name="state",
        ),
        CheckConstraint("origin in ('family', 'urgent')", name="origin"),
        UniqueConstraint("application_id", "facility_id"),
        Index(
            "ix_choice_facility_ranked",
            "facility_id",
            "priority_rank",
            "submitted_at",
            "id",
            postgresql_where=text(OPEN_CHOICE),
        ),
        Index("ix_choice_dossier", "dossier_id"),
        Index("ix_choice_child", "child_id"),
        Index("ix_choice_refused_by", "answered_by", "answered_at", postgresql_where=text("state = 'refused'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"))
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facility.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    priority_rank: Mapped[int] = mapped_column(SmallInteger)
    grounds: Mapped[list[str]]
    submitted_at: Mapped[datetime]
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    child_birth_date: Mapped[date]
    sibling_here: Mapped[bool]
    reply_due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    # Who gave the last answer and what stood before it: for a day that person can take it back.
    answered_by: Mapped[UUID | None]
    previous_state: Mapped[str | None]
    # The accepted offer that closed this choice.
    closing_offer_id: Mapped[UUID | None]
    refusal_reason: Mapped[str | None]
    # Copied from the request, as its other keys are.
    expires_on: Mapped[date]
    # Chosen by the family, or made by a facility that offers a place from the urgent list (BXL-12).
    origin: Mapped[str] = mapped_column(default="family")


class Offer(Base):
    """A place offered by a facility (plaatsvoorstel); at most one open per choice."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("state in ('open', 'accepted', 'declined', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("half_days between 1 and 16383", name="half_days"),
        Index("uq_offer_open_choice", "choice_id", unique=True, postgresql_where=text("state = 'open'")),
        Index(
            "uq_offer_accepted_application", "application_id", unique=True, postgresql_where=text("state = 'accepted'")
        ),
        Index("ix_offer_expires", "expires_at", postgresql_where=text("state = 'open'")),
        Index("ix_offer_dossier", "dossier_id"),
        Index("ix_offer_choice", "choice_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    choice_id: Mapped[UUID] = mapped_column(ForeignKey("choice.id", ondelete="CASCADE"))
    application_id: Mapped[UUID]
    dossier_id: Mapped[UUID] = mapped_column(dossier_key())
    facility_id: Mapped[UUID]
    start_date: Mapped[date]
    half_days: Mapped[int] = mapped_column(SmallInteger)
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    deviating: Mapped[bool]
    expires_at: Mapped[datetime]
    state: Mapped[str]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    # The accepted offer that ended this one.
    closing_offer_id: Mapped[UUID | None]


class PossibleDouble(Base):
    """Two requests that may be about one child, for the desk to join or keep; a job finds the other one."""

    __tablename__ = "possible_double"
    __table_args__ = (
        CheckConstraint("kind in ('number', 'likeness')", name="kind"),
        CheckConstraint("state in ('open', 'joined', 'kept')", name="state"),
        Index(
            "uq_possible_double_pair",
            "application_id",
            "other_application_id",
            unique=True,
            postgresql_where=text("kind = 'likeness'"),
        ),
        Index("ix_possible_double_dossier", "dossier_id"),
        Index("ix_possible_double_other", "other_dossier_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    kind: Mapped[str]
    # What the family tells the desk on the phone: it says nothing about anybody.
    code: Mapped[str]
    # The file of the family that applied last; empty where its request was not made.
    dossier_id: Mapped[UUID | None] = mapped_column(dossier_key())
    application_id: Mapped[UUID | None]
    # Of a request that was not made only the token stays, until the other one is found.
    number_token: Mapped[bytes | None]
    other_dossier_id: Mapped[UUID | None] = mapped_column(dossier_key())
    other_application_id: Mapped[UUID | None]
    state: Mapped[str]
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
