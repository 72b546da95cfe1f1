"""A legal order: prepared by one, followed once a second one agreed, told when the law lets it (LEU-37, LEU-38)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.audit import note_event
from app.core.clock import today_at
from app.core.crypto import seal_json
from app.core.db import actor_of
from app.core.errors import Refused
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.transfers.models import Delivery
from app.transfers.rules import (
    ORDER_KEY_CLASS,
    ORDER_PURPOSE,
    Denied,
    Kind,
    State,
    Wanted,
    basis_denied,
    is_hidden,
    order_grounds,
    place_of,
)


@dataclass(frozen=True, slots=True)
class Order:
    """What an order says: by whom, on which ground and law, about which columns; the rest is sealed."""

    authority: str
    ground: str
    law: str
    reference: str
    who: str
    columns: tuple[str, ...]
    format: str
    # The last day on which the family may not be told; None: it is told.
    hidden_until: date | None = None


def prepare_order(session: Session, profile: Profile, dossier_id: UUID, order: Order, *, now: datetime) -> UUID:
    """Write an order down for a second person to look at; returns its id, raises Refused for what is missing.

    The audit names no file: the log of a file must not tell that somebody asked about it (LEU-38).
    """
    wanted = Wanted(
        *(order.authority, ORDER_PURPOSE, order.ground, Kind.ORDER, order.columns, order.law),
        has_reference=bool(order.reference.strip() and order.who.strip()),
    )
    denied = basis_denied(wanted, order_grounds(profile.settings.disclosure_kind))
    if denied is None and order.hidden_until is not None and not is_hidden(order.hidden_until, today_at(now)):
        denied = Denied.BAN_OVER
    if denied is not None:
        raise Refused(denied)
    delivery_id = uuid4()
    sealed = seal_json(
        session,
        {"reference": order.reference, "who": order.who},
        owner_id=delivery_id,
        key_class=ORDER_KEY_CLASS,
        place=place_of(delivery_id),
    )
    session.execute(
        insert(Delivery).values(
            id=delivery_id,
            organisation=profile.key,
            recipient=order.authority,
            purpose=ORDER_PURPOSE,
            ground=order.ground,
            kind=Kind.ORDER,
            format=order.format,
            columns=list(order.columns),
            text_version=statement_in_force(profile, today_at(now)).version,
            dossier_id=dossier_id,
            law=order.law.strip(),
            sealed=sealed,
            hidden_until=order.hidden_until,
            state=State.ASKED,
            asked_by=actor_of(session).id,
            asked_at=now,
        )
    )
    note_event(session, "order_prepared")
    return delivery_id
