"""Table of requests about rights."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class RightsRequest(Base):
    """One request about rights, by any channel, with its clock; it outlives the file, under a key of its own.

    What was asked, by whom and what was answered is sealed under the request's id.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        UniqueConstraint("organisation", "reference"),
        CheckConstraint(
            "kind in ('access', 'copy', 'correct', 'erase', 'restrict', 'object', 'withdraw')", name="kind"
        ),
        CheckConstraint("subject_kind in ('applicant', 'partner', 'worker', 'other')", name="subject_kind"),
        CheckConstraint("channel in ('portal', 'mail', 'phone', 'letter', 'counter')", name="channel"),
        CheckConstraint("state in ('received', 'unclear', 'in_work', 'answered')", name="state"),
        CheckConstraint("outcome in ('granted', 'partly', 'refused')", name="outcome"),
        # KK-35: closing without a sent answer is impossible.
        CheckConstraint(
            "state <> 'answered' or outcome is not null and answered_at is not null and sealed_answer is not null"
            " and sent_how is not null",
            name="answered",
        ),
        # KK-36: no refusal without a ground.
        CheckConstraint("outcome is null or outcome = 'granted' or refusal is not null", name="refusal"),
        # KG-33: nothing goes out before somebody saw who asks.
        CheckConstraint("state <> 'answered' or identity_at is not null", name="identity"),
        Index("ix_rights_request_open", "organisation", "due_on", postgresql_where=text("state <> 'answered'")),
        Index("ix_rights_request_dossier", "dossier_id"),
        CheckConstraint("sent_how in ('page', 'letter', 'mail')", name="sent_how"),
        CheckConstraint("to_tell in ('receipt', 'unclear', 'answer', 'lifted')", name="to_tell"),
        Index("ix_rights_request_account", "account_id"),
        Index("ix_rights_request_to_tell", "organisation", postgresql_where=text("to_tell is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    reference: Mapped[str]
    kind: Mapped[str]
    subject_kind: Mapped[str]
    # The file it is about, once it is known; no foreign key: the request is kept for its own term.
    dossier_id: Mapped[UUID | None]
    # Who asked through an account of their own: a parent, the second parent, or somebody who works here (KK-59).
    account_id: Mapped[UUID | None]
    channel: Mapped[str]
    language: Mapped[str]
    # The clock runs from the day it reached the organisation, whenever it was entered.
    received_on: Mapped[date]
    due_on: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[UUID | None]
    entered_kind: Mapped[str]
    handler_id: Mapped[UUID | None]
    state: Mapped[str]
    # How and when the identity was seen; a copy of a card is never kept.
    identity_how: Mapped[str | None]
    identity_at: Mapped[datetime | None]
    identity_by: Mapped[UUID | None]
    sealed: Mapped[bytes]
    outcome: Mapped[str | None]
    refusal: Mapped[str | None]
    law: Mapped[str | None]
    sealed_answer: Mapped[bytes | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]
    sent_how: Mapped[str | None]
    # The last day on which a copy can be fetched; after it the copy is taken out of the answer (LEU-43).
    copy_until: Mapped[date | None]
    # What the requester is still to be written about: a job does it, which may read how.
    to_tell: Mapped[str | None]
    # When a granted erasure, restriction or correction was done, before the answer says so (LEU-42).
    carried_out_at: Mapped[datetime | None]
    # The last day of the term that keeps the rest.
    deferred_until: Mapped[date | None]
    # When the requester was told that what was kept is gone too (M12).
    finished_at: Mapped[datetime | None]
