"""The one exit door: only here the house makes a file of persons for somebody outside (BXL-38, KG-05)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.orm import Session

from app.accounts.operations.overseers import mail_overseers
from app.catalogue.groups import GROUPS
from app.core.audit import note_event, note_read
from app.core.clock import today_at
from app.core.crypto import KeyRing, keyring_of
from app.core.outbox import FAMILY, Message, enqueue
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.organisations.texts import PURPOSES
from app.transfers.models import Delivery, Disclosure, RecipientKey
from app.transfers.operations.sealing import closed_for
from app.transfers.operations.writing import Head, written
from app.transfers.policy.rows import function_of, output
from app.transfers.rules import (
    FILE_TERM,
    PASSING,
    PSEUDONYM,
    REMOVED,
    TOKEN_BYTES,
    Denied,
    Kind,
    State,
    Wanted,
    by_person,
    key_stands,
    may_leave,
    order_grounds,
)

REASONS = ("system:deliveries",)
_PURPOSE_KEYS = {label: key for key, label in PURPOSES.items()}
_ROWS = "select * from access.{name}(:id)"
_PROCESSOR = text(
    "select 1 from processor p where p.name = :name and p.agreement_signed_on <= app.today()"
    " and (p.agreement_until is null or p.agreement_until >= app.today())"
    " and (p.ends_on is null or p.ends_on >= app.today()) and p.statement_version = :version"
)


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: how many records the file has, or why there is none."""

    count: int = 0
    denied: Denied | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a file of corrections tells: values that changed, and persons whom the recipient takes out."""

    changed: tuple[Record, ...]
    remove: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What a file says of one child's request: a value for each column."""

    dossier_id: UUID
    child_id: UUID | None
    values: tuple[str, ...]
    # Of a removal: whose data the recipient has, whatever of them stands here.
    persons: tuple[str, ...] = ()


def make_delivery(
    session: Session,
    profile: Profile,
    delivery_id: UUID,
    *,
    now: datetime,
    correction: Correction | None = None,
    pseudonyms: Mapping[UUID, str] | None = None,
) -> Made:
    """Make the file of one delivery, encrypted for its recipient, and write down whose data are in it.

    Whoever is not in the register, or is there for something else, gets nothing: the delivery ends, the overseers are
    warned. Who has no key that a second person checked waits for one.
    """
    row = session.execute(
        select(Delivery).where(Delivery.id == delivery_id, Delivery.organisation == profile.key).with_for_update()
    ).scalar_one_or_none()
    expected = State.ASKED if correction is not None else State.APPROVED
    if row is None or row.state != expected or (row.kind == Kind.CORRECTION) is (correction is None):
        return Made(denied=Denied.NOT_NOW)
    denied = _denied(session, profile, row, now=now)
    key = None if denied else _key(session, row.recipient, now=now)
    if denied is None and key is None:
        denied = Denied.NO_KEY
    if denied is not None or key is None:
        return _refused(session, row, denied or Denied.NO_KEY, now=now)
    columns = tuple(row.columns)
    sections = _sections(session, profile, row, correction, pseudonyms or {})
    content = written(
        row.format,
        Head(
            *(profile.key, row.recipient, row.purpose, row.ground, row.kind),
            now.isoformat(timespec="seconds"),
            row.text_version,
        ),
        columns,
        {name: tuple(one.values for one in records) for name, records in sections.items()},
    )
    count = sum(len(records) for records in sections.values())
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == expected)
        .values(
            state=State.MADE,
            made_at=now,
            record_count=count,
            key_id=key.id,
            file=closed_for(key.certificate, content),
            file_until=now + FILE_TERM,
        )
    )
    _disclosed(session, row, sections, now=now)
    _noted(session, row, sections, now=now)
    return Made(count)


def token_of(keyring: KeyRing, recipient: str, record: Record, column: str, value: str) -> bytes:
    """Return the keyed token of one given value; equal values of two families have different ones."""
    label = f"given:{recipient}:{record.dossier_id}:{record.child_id}:{column}"
    return keyring.token(label, value)[:TOKEN_BYTES]


def read_rows(session: Session, name: str, delivery_id: UUID) -> Sequence[Row[Any]]:
    """Return what a function of the database hands out for a delivery."""
    return session.execute(text(_ROWS.format(name=name)), {"id": delivery_id}).all()


def record_of(found: Row[Any], columns: Sequence[str]) -> Record:
    """Return a row of the database as a record; what is not known is empty."""
    values = found._mapping
    return Record(found.dossier_id, found.child_id, tuple(values[output(name)] or "" for name in columns))


def _denied(session: Session, profile: Profile, row: Delivery, *, now: datetime) -> Denied | None:
    entry = profile.recipients.get(row.recipient)
    wanted = Wanted(
        *(row.recipient, row.purpose, row.ground, row.kind, tuple(row.columns), row.law),
        has_reference=row.sealed is not None,
        asked_by=row.asked_by,
        approved_by=row.approved_by,
    )
    # KG-07: no firm gets anything without an agreement that speaks of the statement in force.
    agreed = entry is not None and entry.ground == "processor" and _has_agreement(session, profile, entry.name, now=now)
    return may_leave(
        wanted,
        profile.recipients,
        _PURPOSE_KEYS,
        today=today_at(now),
        has_agreement=agreed,
        order_grounds=order_grounds(profile.settings.disclosure_kind),
    )


def _has_agreement(session: Session, profile: Profile, name: str, *, now: datetime) -> bool:
    values = {"name": name, "version": statement_in_force(profile, today_at(now)).version}
    return session.execute(_PROCESSOR, values).first() is not None


def _key(session: Session, recipient: str, *, now: datetime) -> RecipientKey | None:
    keys = session.scalars(
        select(RecipientKey).where(RecipientKey.recipient == recipient).order_by(RecipientKey.added_at.desc())
    )
    today = today_at(now)
    return next(
        (
            key
            for key in keys
            if key_stands(
                checked=key.checked_by is not None,
                ended=key.ended_at is not None,
                expires_on=key.expires_on,
                today=today,
            )
        ),
        None,
    )


def _refused(session: Session, row: Delivery, denied: Denied, *, now: datetime) -> Made:
    """End what may not leave, and warn; what waits for a key is warned of once a day."""
    if denied not in PASSING:
        session.execute(update(Delivery).where(Delivery.id == row.id).values(state=State.CANCELLED))
    waits = denied in PASSING
    kind = "delivery_waits" if waits else "delivery_refused"
    mail_overseers(session, kind, f"{kind}:{row.id}:{today_at(now)}")
    note_event(session, kind)
    return Made(denied=denied)


def _sections(
    session: Session,
    profile: Profile,
    row: Delivery,
    correction: Correction | None,
    pseudonyms: Mapping[UUID, str],
) -> dict[str, tuple[Record, ...]]:
    if correction is not None:
        return {"changed": correction.changed, "remove": correction.remove}
    if row.kind == Kind.ORDER:
        found = read_rows(session, "order_rows", row.id)
        return {"records": tuple(record_of(one, row.columns) for one in found)}
    rows = read_rows(session, function_of(profile.key, row.recipient), row.id)
    if row.kind != Kind.RESEARCH:
        return {"records": tuple(record_of(one, row.columns) for one in rows)}
    register = profile.recipients[row.recipient].columns
    coded = [record_of(one, register) for one in rows if one.child_id in pseudonyms]
    made = [
        Record(one.dossier_id, one.child_id, (pseudonyms[one.child_id], *one.values)) for one in coded if one.child_id
    ]
    # In the order of the pseudonyms: the order of the families would tell something too.
    return {"records": tuple(sorted(made, key=lambda one: one.values[0]))}


def _disclosed(session: Session, row: Delivery, sections: Mapping[str, tuple[Record, ...]], *, now: datetime) -> None:
    """Write one row for each person in the file."""
    keyring, columns = keyring_of(session), tuple(row.columns)
    # A file of corrections has no new columns; the row of a person taken out says that, and bears no token.
    persons = by_person([name for name in columns if name != PSEUDONYM])
    made = []
    for section, records in sections.items():
        for record in records:
            values = dict(zip(columns, record.values, strict=True))
            for person, names in persons.items():
                if person not in record.persons and not any(values[name] for name in names):
                    continue
                tokens = b"".join(token_of(keyring, row.recipient, record, name, values[name]) for name in names)
                made.append(
                    {
                        "id": uuid4(),
                        "organisation": row.organisation,
                        "delivery_id": row.id,
                        "dossier_id": record.dossier_id,
                        "child_id": record.child_id,
                        "person": person,
                        "recipient": row.recipient,
                        "at": now,
                        "columns": list(names),
                        "given_token": REMOVED if section == "remove" else tokens,
                        "hidden_until": row.hidden_until,
                    }
                )
    if made:
        session.execute(insert(Disclosure), made)


def _noted(session: Session, row: Delivery, sections: Mapping[str, tuple[Record, ...]], *, now: datetime) -> None:
    if row.hidden_until is not None:
        # LEU-38: the log of the file must not tell what its family may not know.
        note_event(session, "order_followed")
        return
    dossiers = dict.fromkeys(record.dossier_id for records in sections.values() for record in records)
    groups = [key for key, group in GROUPS.items() if group.columns & set(row.columns)]
    if dossiers:
        note_read(session, subjects=dossiers, groups=groups, reasons=REASONS)
    note_event(session, "delivery_made")
    if row.kind == Kind.ORDER and row.dossier_id is not None:
        tell_family(session, row.dossier_id, row.id, now=now)


def tell_family(session: Session, dossier_id: UUID, delivery_id: UUID, *, now: datetime) -> None:
    """Tell a family that an order about its file was followed, once (M14)."""
    language = session.scalar(text("select language from dossier where id = :id"), {"id": dossier_id})
    enqueue(
        session,
        Message(
            once_key=f"disclosure-told:{delivery_id}",
            kind="disclosure_told",
            recipient="",
            language=language or "nl",
            owner_id=dossier_id,
            channel=FAMILY,
            dossier_id=dossier_id,
        ),
    )
    session.execute(
        update(Disclosure)
        .where(Disclosure.delivery_id == delivery_id, Disclosure.told_at.is_(None))
        .values(told_at=now)
    )
