"""Tables of accounts and sessions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models import Base


class Account(Base):
    """One person's way in; a parent's has the id of the draft it grew from, so a draft grows into one at most."""

    __tablename__ = "account"
    __table_args__ = (
        # A login counts as somebody's only once its address is confirmed: nobody can hold another's address.
        Index(
            "uq_account_login",
            "organisation",
            "login",
            unique=True,
            postgresql_where=text("login_confirmed_at is not null"),
        ),
        Index("ix_account_login_unconfirmed", "organisation", "login", "created_at"),
        CheckConstraint("kind in ('parent', 'facility', 'staff')", name="kind"),
        CheckConstraint("login = lower(login)", name="login_lower"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    kind: Mapped[str]
    login: Mapped[str | None]
    login_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    language: Mapped[str]
    created_at: Mapped[datetime]
    active: Mapped[bool]
    # The latest look, noted sparingly, and the one with which the visit before this one ended.
    last_visit_at: Mapped[datetime | None]
    previous_visit_at: Mapped[datetime | None]


class WebSession(Base):
    """A server-side session; the browser holds a random id, the table its hash."""

    __tablename__ = "web_session"
    __table_args__ = (Index("ix_web_session_actor", "actor_id"),)

    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AccountToken(Base):
    """A mailed link: hashed at rest, bound to account and purpose, spent once by a POST."""

    __tablename__ = "account_token"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(index=True)
    purpose: Mapped[str]
    # The address that becomes the login once it is confirmed.
    new_login: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried in a window; the truth that holds when Valkey is away."""

    __tablename__ = "throttle"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    window_start: Mapped[datetime]
    count: Mapped[int]


class StaffMember(Base):
    """Who works at the desk of an organisation, in which role, from when until when."""

    __tablename__ = "staff_member"
    __table_args__ = (
        CheckConstraint("role in ('helpdesk', 'administrator')", name="role"),
        Index("ix_staff_member_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
