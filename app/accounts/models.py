"""Tables of accounts and sessions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
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
        CheckConstraint("kind in ('parent', 'facility', 'staff', 'counter', 'helper', 'oversight')", name="kind"),
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
    __table_args__ = (
        Index("ix_web_session_actor", "actor_id"),
        Index("ix_web_session_device", "device_id", postgresql_where=text("device_id is not null")),
    )

    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[UUID]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Whom the actor fills in beside at this moment: one draft or one parent, never two.
    assisting_kind: Mapped[str | None]
    assisting_id: Mapped[UUID | None]
    assisting_until: Mapped[datetime | None]
    # The public device it began on: it holds there only, and ends after two idle minutes.
    device_id: Mapped[UUID | None]


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
    """Who works for an organisation, in which role, where, from when until when."""

    __tablename__ = "staff_member"
    __table_args__ = (
        CheckConstraint(
            "role in ('helpdesk', 'administrator', 'policy', 'developer', 'counter', 'sick_care', 'dpo', 'security')",
            name="role",
        ),
        # KL-31: nobody gives themselves a role.
        CheckConstraint("granted_by is distinct from account_id", name="not_by_oneself"),
        Index("ix_staff_member_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str]
    # The municipalities of a counter (LEU-27); empty for other roles.
    area: Mapped[list[str]] = mapped_column(default=list)
    granted_by: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class SecondFactor(Base):
    """Something that a worker has beside the password: an authenticator, a passkey, or one recovery code."""

    __tablename__ = "second_factor"
    __table_args__ = (
        CheckConstraint("kind in ('totp', 'passkey', 'recovery')", name="kind"),
        Index("ix_second_factor_account", "account_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    label: Mapped[str | None]
    # Of an authenticator the sealed secret, of a passkey the public key, of a recovery code its keyed hash.
    secret: Mapped[bytes]
    credential_id: Mapped[bytes | None] = mapped_column(unique=True)
    sign_count: Mapped[int | None] = mapped_column(BigInteger)
    # The time step of the code that was used last: no code counts twice.
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class FactorChallenge(Base):
    """What a passkey is asked to sign in one browser; spent once."""

    __tablename__ = "factor_challenge"

    session_hash: Mapped[bytes] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str]
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


class FactorReset(Base):
    """A lost second factor: one colleague asks, another agrees, and its owner sets up a new one."""

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint(
            "asked_by <> account_id and agreed_by is distinct from account_id and agreed_by is distinct from asked_by",
            name="two_persons",
        ),
        Index("uq_factor_reset_open", "account_id", unique=True, postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Agreement(Base):
    """One person's acceptance of one version of a text that gates a role (BXL-51, LEU-24, LEU-34)."""

    __tablename__ = "agreement"
    __table_args__ = (
        # LEU-24: nobody records the check of their own signature.
        CheckConstraint("checked_by is distinct from account_id", name="second_person"),
        Index("ix_agreement_account", "account_id", "kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str]
    version: Mapped[str]
    counterparty: Mapped[str | None]
    language: Mapped[str]
    accepted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]


class PartyAgreement(Base):
    """An agreement with an organisation that processes data through the platform (LEU-35, BXL-51, BXL-59)."""

    __tablename__ = "party_agreement"
    __table_args__ = (
        CheckConstraint("party_kind in ('facility', 'helper_organisation', 'processor')", name="party_kind"),
        CheckConstraint("ends_on is null or ends_on >= signed_on", name="dates"),
        Index("ix_party_agreement_party", "party_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    party_kind: Mapped[str]
    party_id: Mapped[UUID | None]
    # Of a party that has no row of its own.
    party_name: Mapped[str | None]
    signed_on: Mapped[date]
    # The last day on which it holds.
    ends_on: Mapped[date | None]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginChange(Base):
    """A parent's sign-in address changed by somebody else: it counts once the old address agrees, or a counter saw
    the parent, and the new one proves to be theirs."""

    __tablename__ = "login_change"
    __table_args__ = (Index("ix_login_change_account", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    dossier_id: Mapped[UUID]
    new_login: Mapped[str]
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    old_hash: Mapped[bytes | None] = mapped_column(unique=True)
    new_hash: Mapped[bytes] = mapped_column(unique=True)
    old_confirmed_at: Mapped[datetime | None]
    new_confirmed_at: Mapped[datetime | None]
    # The contact at a counter in which the parent was identified.
    identified_in: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class KioskDevice(Base):
    """A shared device at a counter: enrolled with a code, and a kiosk until somebody revokes it."""

    __tablename__ = "kiosk_device"
    __table_args__ = (Index("ix_kiosk_device_organisation", "organisation"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation: Mapped[str]
    name: Mapped[str]
    code_hash: Mapped[bytes | None] = mapped_column(unique=True)
    code_expires_at: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]
    enrolled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None]
