"""What families, facilities and desks wrote to each other in the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.crypto import seal_json
from app.core.models import OutboxMessage
from app.core.outbox import MESSAGE_KEY_CLASS
from app.families.models import Applicant, Dossier
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.queries.threads import KEY_CLASS, message_place, note_place
from app.messages.rules import Channel, Side
from jobs.demo.facilities import facility_id


class Said(NamedTuple):
    """One message: who, how many hours ago, its words, and how it came in."""

    side: Side
    hours: int
    words: str
    channel: Channel = Channel.PORTAL


class Talk(NamedTuple):
    """A thread with the desk, or with the facility of this name."""

    family: str
    facility: str
    said: tuple[Said, ...]
    note: str = ""


TALKS: Mapping[str, tuple[Talk, ...]] = {
    "brussels": (
        Talk(
            "Peeters",
            "",
            (
                Said(Side.FAMILY, 50, "Goeiedag, kunnen wij nog een vierde opvanglocatie kiezen?"),
                Said(Side.DESK, 47, "Dag mevrouw Peeters, dat kan. Op uw pagina staat “Nog een opvanglocatie kiezen”."),
                Said(Side.FAMILY, 20, "Gevonden, dank u! En hoelang duurt het tot we een antwoord krijgen?"),
            ),
        ),
        Talk(
            "Peeters",
            "De Wolkenfiets",
            (
                Said(Side.FACILITY, 30, "Dag! Wilt u eens komen kijken? Woensdag om 10 uur is er iemand voor u."),
                Said(Side.FAMILY, 6, "Heel graag. Mag Nora mee?"),
            ),
        ),
        Talk(
            "El Idrissi",
            "",
            (
                Said(
                    Side.FAMILY,
                    90,
                    "Bonjour, je travaille à présent à temps plein. Dois-je le dire ?",
                    Channel.WHATSAPP,
                ),
                Said(Side.DESK, 88, "Bonjour Madame, vous pouvez changer votre réponse sur votre page."),
            ),
            "A appelé aussi : rappeler après 16 heures.",
        ),
        Talk(
            "Lambert", "", (Said(Side.FAMILY, 70, "Ik had aan de telefoon nog een vraag over de uren.", Channel.CALL),)
        ),
    ),
    "leuven": (
        Talk("Hermans", "", (Said(Side.FAMILY, 30, "Goeiemorgen, telt het dat haar broer al bij jullie gaat?"),)),
        Talk(
            "Hermans",
            "De Kwikstaartjes",
            (Said(Side.FACILITY, 44, "Dag Lotte, we bekijken de plaatsen voor het najaar volgende week."),),
            "Broer zit in de peutergroep.",
        ),
    ),
}


def add_talks(session: Session, organisation: str, worker: UUID, now: datetime) -> None:
    """Write the threads and notes of the stories down, and leave the desk a letter and a message that got lost."""
    for talk in TALKS[organisation]:
        _add_talk(session, organisation, talk, worker, now)
    if organisation == "brussels":
        _leave(session, organisation, "Kamiński", "to_print", now - timedelta(hours=5))
        _leave(session, organisation, "Maes", "dead", now - timedelta(hours=26))


def _dossier(session: Session, organisation: str, family: str) -> UUID:
    return session.scalars(
        select(Dossier.id)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .join(Account, Account.id == Dossier.account_id)
        # Those whom one can sign in as: a crowd has the same names.
        .where(
            Dossier.organisation == organisation, Applicant.family_name == family, Account.password_hash.is_not(None)
        )
    ).one()


def _add_talk(session: Session, organisation: str, talk: Talk, worker: UUID, now: datetime) -> None:
    dossier = _dossier(session, organisation, talk.family)
    place = facility_id(organisation, talk.facility) if talk.facility else None
    at = {"organisation": organisation, "dossier_id": dossier, "facility_id": place}
    thread, last = uuid5(dossier, f"thread:{talk.facility}"), talk.said[-1]
    moment = now - timedelta(hours=last.hours)
    session.add(
        Thread(
            id=thread,
            **at,
            created_at=now - timedelta(hours=talk.said[0].hours),
            last_at=moment,
            last_sender=last.side,
            family_read_at=moment if last.side is Side.FAMILY else None,
            other_read_at=moment if last.side is not Side.FAMILY or last.channel is not Channel.PORTAL else None,
        )
    )
    session.flush()
    for number, said in enumerate(talk.said):
        made, when = uuid5(thread, str(number)), now - timedelta(hours=said.hours)
        session.add(
            ThreadMessage(
                id=made,
                thread_id=thread,
                **at,
                sender=said.side,
                author_id=worker,
                channel=said.channel,
                sealed=_sealed(session, dossier, said.words, message_place(made)),
                received_at=when,
                created_at=when,
            )
        )
    if talk.note:
        made = uuid5(thread, "note")
        sealed = _sealed(session, dossier, talk.note, note_place(made))
        session.add(StaffNote(id=made, **at, author_id=worker, sealed=sealed, created_at=moment))


def _leave(session: Session, organisation: str, family: str, state: str, when: datetime) -> None:
    dossier = _dossier(session, organisation, family)
    made = uuid5(dossier, state)
    language, name, lines = session.execute(
        select(Dossier.language, Applicant.given_name, Applicant)
        .join(Applicant, Applicant.dossier_id == Dossier.id)
        .where(Dossier.id == dossier)
    ).one()
    to = f"{name} {family}\n{lines.street} {lines.house_number}\n{lines.postcode} {lines.municipality.title()}"
    content = {"recipient": to, "params": {"facility": "De Regenlaarsjes"}}
    sealed = seal_json(session, content, owner_id=dossier, key_class=MESSAGE_KEY_CLASS, place=f"outbox:sealed:{made}")
    session.add(
        OutboxMessage(
            id=made,
            organisation=organisation,
            once_key=f"demo:{made}",
            kind="answer_considering",
            channel="letter" if state == "to_print" else "mail",
            owner_id=dossier,
            dossier_id=dossier,
            language=language,
            sealed=sealed if state == "to_print" else None,
            message_id=f"<{made}@opvangloket.invalid>",
            state=state,
            attempts=1,
            due_at=when,
            created_at=when,
        )
    )


def _sealed(session: Session, dossier: UUID, words: str, place: str) -> bytes:
    return seal_json(session, {"text": words}, owner_id=dossier, key_class=KEY_CLASS, place=place)
