"""A second parent with a login of their own: invited, joined, ended; each kept from what the other wants to keep."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.accounts.rules import hash_of, normalised_email
from app.core.audit import note_before_sign_in, note_change
from app.core.db import Databases, actor_of, call_signin
from app.core.delivery import Envelope
from app.core.errors import NotFound, Refused
from app.core.outbox import Message, enqueue
from app.families.models import DossierParty, Partner
from app.families.rules import PartnerDetails

# How the request stands is told to both; what concerns one of them alone is not.
TOLD_TO_BOTH = frozenset(
    {
        *("answer_considering", "answer_not_now", "answer_refused", "offer", "offer_reminder", "offer_withdrawn"),
        *("offer_lapsed", "declined_receipt", "enrolled"),
        *("urgent_listed", "urgent_listed_nearby", "urgent_offer_withdrawn", "urgent_offer_lapsed"),
        *("urgent_declined_receipt", "leak_notice"),
    }
)
INVITATION_TERM = timedelta(days=14)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class SecondParent:
    """How it stands with the second parent of a file; `email` only as long as the invitation waits."""

    joined: bool
    email: str | None
    expires_at: datetime
    apart: bool


class Denied(StrEnum):
    """Why a second parent cannot be invited or cannot join."""

    ALREADY_JOINED = "second_parent_joined"
    INVITATION_SPENT = "invitation_spent"
    ADDRESS_TAKEN = "address_taken"


def invite_second_parent(session: Session, dossier_id: UUID, email: str, *, language: str, now: datetime) -> None:
    """Mail an invitation to the other parent; an older one that was not taken up is void. Raises Refused."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    waiting = (DossierParty.dossier_id == dossier_id, DossierParty.ended_at.is_(None), DossierParty.joined_at.is_(None))
    session.execute(update(DossierParty).where(*waiting).values(ended_at=now))
    party_id = uuid4()
    try:
        with session.begin_nested():
            session.execute(
                insert(DossierParty).values(
                    id=party_id,
                    organisation=actor_of(session).organisation,
                    dossier_id=dossier_id,
                    account_id=None,
                    invited_email=normalised_email(email),
                    invitation_hash=hash_of(token),
                    invited_at=now,
                    invitation_expires_at=now + INVITATION_TERM,
                    joined_at=None,
                    ended_at=None,
                )
            )
    except IntegrityError as error:
        raise Refused(Denied.ALREADY_JOINED) from error
    note_change(session, "second_parent_invited", dossier_id=dossier_id, groups=("account",), reasons=("owner",))
    enqueue(
        session,
        Message(
            once_key=f"invite_second_parent:{party_id}",
            kind="invite_second_parent",
            recipient=email,
            language=language,
            owner_id=dossier_id,
            dossier_id=dossier_id,
            params={"token": token},
        ),
    )


def end_second_parent(session: Session, dossier_id: UUID, *, reason: str, now: datetime) -> None:
    """End the second parent's reach, from the next request on; either of the two may. Raises NotFound."""
    ended = session.connection().execute(
        update(DossierParty)
        .where(DossierParty.dossier_id == dossier_id, DossierParty.ended_at.is_(None))
        .values(ended_at=now)
    )
    if ended.rowcount != 1:
        raise NotFound
    note_change(session, "second_parent_ended", dossier_id=dossier_id, groups=("account",), reasons=(reason,))


def change_own_details(session: Session, dossier_id: UUID, told: PartnerDetails, *, apart: bool) -> None:
    """Write what the second parent tells of itself, and whether the first may read it. Raises NotFound."""
    values = {name: getattr(told, name) for name in ("given_name", "family_name", "phone", "email")}
    organisation = actor_of(session).organisation
    session.execute(
        upsert(Partner)
        .values(dossier_id=dossier_id, organisation=organisation, **values)
        .on_conflict_do_update(index_elements=[Partner.dossier_id], set_=values)
    )
    kept = session.connection().execute(
        update(DossierParty)
        .where(DossierParty.dossier_id == dossier_id, DossierParty.account_id == actor_of(session).id)
        .values(apart=apart)
    )
    if kept.rowcount != 1:
        raise NotFound
    note_change(
        session,
        "partner_changed",
        dossier_id=dossier_id,
        groups=("partner_name", "partner_contact"),
        reasons=("co_parent",),
    )


def is_invited(databases: Databases, organisation: str, token: str, now: datetime) -> bool:
    """Tell whether an invitation can still be taken up."""
    rows = call_signin(databases, "invitation", hash=hash_of(token), organisation=organisation, now=now)
    return bool(rows[0][0])


def join_dossier(
    databases: Databases, organisation: str, token: str, *, password_hash: str, language: str, now: datetime
) -> UUID:
    """Take up an invitation: spend the link and make the account, whose login is the invited address.

    Raises Refused when the link is spent or too old, and when another confirmed account holds the address.
    """
    try:
        rows = call_signin(
            databases,
            "join_dossier",
            hash=hash_of(token),
            organisation=organisation,
            account_id=uuid4(),
            password_hash=password_hash,
            language=language,
            now=now,
        )
    except IntegrityError as error:
        raise Refused(Denied.ADDRESS_TAKEN) from error
    if not rows or rows[0][0] is None:
        raise Refused(Denied.INVITATION_SPENT)
    account_id: UUID = rows[0][0]
    note_before_sign_in(databases, organisation, "second_parent_joined", kind="parent", actor_id=account_id, now=now)
    return account_id


def second_parent(session: Session, dossier_id: UUID) -> SecondParent | None:
    """Return the second parent of a file, or the invitation that waits; None where there is neither."""
    row = session.execute(
        select(
            DossierParty.joined_at, DossierParty.invited_email, DossierParty.invitation_expires_at, DossierParty.apart
        ).where(DossierParty.dossier_id == dossier_id, DossierParty.ended_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return SecondParent(row.joined_at is not None, row.invited_email, row.invitation_expires_at, row.apart)


def own_partner_details(session: Session, dossier_id: UUID) -> PartnerDetails | None:
    """Return what is held of the second parent, for the second parent itself."""
    row = session.execute(
        select(Partner.given_name, Partner.family_name, Partner.phone, Partner.email).where(
            Partner.dossier_id == dossier_id
        )
    ).one_or_none()
    return PartnerDetails(row.given_name, row.family_name, row.phone, row.email) if row is not None else None


def copy_for_second_parent(session: Session, envelope: Envelope) -> None:
    """Queue what is told to a family for its second parent too, to their own address and in their language, once.

    For the actor `system:outbox` of the message's organisation; nothing where there is no second parent.
    """
    if not envelope.to_family or envelope.dossier_id is None or envelope.kind not in TOLD_TO_BOTH:
        return
    second = session.execute(
        select(Account.login, Account.language)
        .join(DossierParty, DossierParty.account_id == Account.id)
        .where(
            DossierParty.dossier_id == envelope.dossier_id,
            DossierParty.joined_at.is_not(None),
            DossierParty.ended_at.is_(None),
            Account.active,
        )
    ).one_or_none()
    if second is None or not second.login:
        return
    enqueue(
        session,
        Message(
            once_key=f"{envelope.cause}:second-parent",
            kind=envelope.kind,
            recipient=second.login,
            language=second.language,
            owner_id=envelope.owner_id,
            dossier_id=envelope.dossier_id,
            # The reference is the first parent's way in.
            params={name: value for name, value in envelope.params.items() if name != "reference"},
        ),
    )
