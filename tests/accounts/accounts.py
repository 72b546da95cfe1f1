"""Accounts for the tests of this package, made through the same verbs as the product's."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from app.accounts.operations import create_parent_account, hash_password
from app.core.actor import Actor, Kind
from app.core.db import Databases, transaction

NOW = datetime(2027, 1, 15, 8, 0, tzinfo=UTC)
PASSWORD = "vier gewone woorden achter elkaar"
ADDRESS = "192.0.2.7"


def make_account(
    databases: Databases,
    *,
    email: str | None = "an@example.be",
    password: str | None = PASSWORD,
    organisation: str = "brussels",
    confirmed: bool = False,
    reference: str = "",
    now: datetime = NOW,
) -> UUID:
    """Make a parent's account, with a dossier when a reference is given."""
    account_id = uuid4()
    with transaction(databases, "family", Actor(Kind.DRAFT, account_id, organisation), now) as session:
        hashed = hash_password(password) if password else None
        create_parent_account(session, email=email, password_hash=hashed, language="nl", now=now)
    with databases.engine("maintainer").begin() as connection:
        if confirmed:
            connection.execute(
                text("update account set login_confirmed_at = :now where id = :id"), {"now": now, "id": account_id}
            )
        if reference:
            connection.execute(
                text(
                    "insert into dossier (id, organisation, account_id, reference, language, created_at,"
                    " last_activity_at, state)"
                    " values (:dossier, :organisation, :id, :reference, 'nl', :now, :now, 'active')"
                ),
                {
                    "dossier": uuid4(),
                    "id": account_id,
                    "organisation": organisation,
                    "reference": reference,
                    "now": now,
                },
            )
    return account_id
