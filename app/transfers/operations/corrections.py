"""What follows a file: values that changed since, and persons whom the recipient takes out (BXL-61, BXL-62, M25)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.operations.overseers import mail_overseers
from app.core.clock import today_at
from app.core.crypto import KeyRing, keyring_of
from app.core.outbox import Message, enqueue
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force
from app.organisations.terms import Recipient
from app.organisations.texts import PURPOSES
from app.transfers.models import Delivery, Disclosure
from app.transfers.operations.leaving import Correction, Made, Record, make_delivery, read_rows, record_of, token_of
from app.transfers.policy.rows import function_of, served
from app.transfers.rules import CORRECTED, CORRECTION_REST, REMOVED, Kind, Standing, State, by_person, unchanged

_PURPOSE_KEYS = {label: key for key, label in PURPOSES.items()}
# What was given last, by dossier, child and person.
Given = Mapping[tuple[UUID, UUID | None, str], bytes]


def correct(session: Session, profile: Profile, *, now: datetime) -> int:
    """Make a file of corrections for each recipient to whom something has to be told; return how many records.

    At most one a day and recipient; the recipient's contact hears by mail that it is ready.
    """
    told = 0
    for recipient in _corrected(profile):
        last = session.scalar(
            select(func.max(Delivery.made_at)).where(
                Delivery.recipient == recipient.key, Delivery.kind == Kind.CORRECTION
            )
        )
        if last is None or last <= now - CORRECTION_REST:
            told += _correct(session, profile, recipient, erased=(), now=now).count
    return told


def correct_before_erasure(session: Session, profile: Profile, dossier_ids: Collection[UUID], *, now: datetime) -> int:
    """Tell recipients to take out these files, which are erased next; return how many records (BXL-62)."""
    if not dossier_ids:
        return 0
    return sum(
        _correct(session, profile, recipient, erased=dossier_ids, now=now).count for recipient in _corrected(profile)
    )


def _corrected(profile: Profile) -> tuple[Recipient, ...]:
    """Return whom a correction can reach: coded data can be found by nobody."""
    return tuple(one for one in served(profile) if one.ground != "research")


def _correct(
    session: Session, profile: Profile, recipient: Recipient, *, erased: Collection[UUID], now: datetime
) -> Made:
    given = _given(session, recipient.key, now=now)
    if not given or (erased and not any(dossier in erased for dossier, _, _ in given)):
        return Made()
    with session.begin_nested() as attempt:
        delivery_id = _begin(session, profile, recipient, now=now)
        found = _compared(session, profile, recipient, delivery_id, given, erased)
        if not found.changed and not found.remove:
            attempt.rollback()
            return Made()
        made = make_delivery(session, profile, delivery_id, now=now, correction=found)
        if made.denied is not None:
            attempt.rollback()
        elif recipient.contact:
            _announce(session, profile, recipient, delivery_id)
    if made.denied is not None:
        # What changed waits for a key and is found again; what is erased is told by people.
        kind = "removal_untold" if erased else "correction_waits"
        once = f"{kind}:{profile.key}:{recipient.key}:{today_at(now)}"
        mail_overseers(session, kind, once, {"party": recipient.name})
    return made


def _begin(session: Session, profile: Profile, recipient: Recipient, *, now: datetime) -> UUID:
    delivery_id = uuid4()
    session.execute(
        insert(Delivery).values(
            id=delivery_id,
            organisation=profile.key,
            recipient=recipient.key,
            purpose=_PURPOSE_KEYS[recipient.purpose],
            ground=recipient.ground,
            kind=Kind.CORRECTION,
            format="json",
            columns=list(recipient.columns),
            text_version=statement_in_force(profile, today_at(now)).version,
            state=State.ASKED,
            asked_at=now,
        )
    )
    return delivery_id


def _announce(session: Session, profile: Profile, recipient: Recipient, delivery_id: UUID) -> None:
    """Tell the recipient's contact that a file is ready, without a word of what is in it (M25)."""
    enqueue(
        session,
        Message(
            once_key=f"correction-ready:{delivery_id}",
            kind="correction_ready",
            recipient=recipient.contact,
            language=profile.languages.master,
            owner_id=delivery_id,
        ),
    )


def _given(session: Session, recipient: str, *, now: datetime) -> Given:
    """Return what a recipient was given last about each person, as far back as corrections go."""
    rows = session.execute(
        select(Disclosure.dossier_id, Disclosure.child_id, Disclosure.person, Disclosure.given_token)
        .where(
            Disclosure.recipient == recipient,
            Disclosure.at > now - CORRECTED,
            Disclosure.hidden_until.is_(None),
        )
        .order_by(Disclosure.dossier_id, Disclosure.child_id, Disclosure.person, Disclosure.at.desc(), Disclosure.id)
        .ext(distinct_on(Disclosure.dossier_id, Disclosure.child_id, Disclosure.person))
    )
    return {(row.dossier_id, row.child_id, row.person): row.given_token for row in rows}


def _compared(
    session: Session,
    profile: Profile,
    recipient: Recipient,
    delivery_id: UUID,
    given: Given,
    erased: Collection[UUID],
) -> Correction:
    keyring, persons = keyring_of(session), by_person(recipient.columns)
    changed, remove = [], []
    for row in read_rows(session, function_of(profile.key, recipient.key), delivery_id):
        record = record_of(row, recipient.columns)
        tokens = {person: given.get((record.dossier_id, record.child_id, person)) for person in persons}
        if all(token in (None, REMOVED) for token in tokens.values()):
            continue
        same = _same(keyring, recipient, record, tokens)
        if row.dossier_id in erased or row.standing == Standing.WITHDRAWN:
            # Nothing new is told about who withdrew: only what the recipient has already.
            kept = tuple(value if name in same else "" for name, value in _named(recipient, record))
            had = tuple(person for person, token in tokens.items() if token)
            remove.append(Record(record.dossier_id, record.child_id, kept, had))
        elif (
            not erased
            and row.standing == Standing.IN
            and any(
                name not in same
                for person, names in persons.items()
                for name in names
                if tokens[person] or _has(recipient, record, names)
            )
        ):
            changed.append(record)
    return Correction(tuple(changed), tuple(one for one in remove if any(one.values)))


def _same(keyring: KeyRing, recipient: Recipient, record: Record, tokens: Mapping[str, bytes | None]) -> frozenset[str]:
    """Return the columns whose value is the one that was given last."""
    values = dict(_named(recipient, record))
    kept: set[str] = set()
    for person, names in by_person(recipient.columns).items():
        now_given = [token_of(keyring, recipient.key, record, name, values[name]) for name in names]
        still = unchanged(tokens[person] or b"", now_given)
        kept.update(name for name, same in zip(names, still, strict=True) if same)
    return frozenset(kept)


def _named(recipient: Recipient, record: Record) -> list[tuple[str, str]]:
    return list(zip(recipient.columns, record.values, strict=True))


def _has(recipient: Recipient, record: Record, names: Collection[str]) -> bool:
    return any(value for name, value in _named(recipient, record) if name in names)
