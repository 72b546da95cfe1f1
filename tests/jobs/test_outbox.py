"""A message leaves once: what the relay says decides, and its journal where the relay could not say it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from socket import AF_INET, SHUT_RDWR, SOCK_STREAM, socket
from threading import Thread
from typing import Any, BinaryIO
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from app.core import journal
from app.core.actor import system
from app.core.db import transaction
from app.core.models import DataKey, OutboxMessage
from app.core.outbox import Message, enqueue
from app.core.settings import Settings
from jobs import outbox
from jobs.context import Context, make_context
from jobs.smtp import Handed
from tests.servers.mail import Mailbox

AT_ONCE = timedelta()


def put(surroundings: Context, number: int = 1, recipient: str = "leiding@example.org") -> UUID:
    """Queue one message of its own owner and return the owner."""
    owner = uuid4()
    with transaction(surroundings.databases, "jobs", system("digest", "brussels"), surroundings.now()) as session:
        enqueue(
            session,
            Message(
                once_key=f"test:{number}",
                kind="facility_digest",
                recipient=recipient,
                language="nl",
                owner_id=owner,
                params={"facility": "De Zandbak", "new": 1, "waiting": 2, "due": 0, "unread": 0},
            ),
        )
    return owner


def rows(surroundings: Context) -> list[OutboxMessage]:
    """Return the outbox."""
    with transaction(surroundings.databases, "maintainer", system("test"), surroundings.now()) as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def test_a_message_leaves_once_and_its_text_is_destroyed(surroundings: Context, mailbox: Mailbox) -> None:
    put(surroundings)
    assert outbox.drain_with(surroundings) == 1
    assert outbox.drain_with(surroundings) == 0
    (mail,) = mailbox.messages()
    assert mail["To"] == "leiding@example.org"
    assert "De Zandbak" in mail.get_content()
    assert "De Zandbak" not in mail["Subject"]
    (row,) = rows(surroundings)
    assert (row.state, row.sealed) == ("sent", None)


def test_an_address_in_another_script_is_reached(surroundings: Context, mailbox: Mailbox) -> None:
    put(surroundings, recipient="żółć@example.org")
    outbox.drain_with(surroundings)
    assert [mail["To"] for mail in mailbox.messages()] == ["żółć@example.org"]


def test_a_message_that_cannot_be_written_does_not_stop_the_others(surroundings: Context, mailbox: Mailbox) -> None:
    put(surroundings, 1, recipient="eerst@example.org")
    put(surroundings, 2)
    with transaction(surroundings.databases, "maintainer", system("test"), surroundings.now()) as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.once_key == "test:1").values(kind="no_such_kind"))
    outbox.drain_with(surroundings)
    assert [mail["To"] for mail in mailbox.messages()] == ["leiding@example.org"]
    assert sorted(row.state for row in rows(surroundings)) == ["pending", "sent"]


def test_the_same_cause_twice_is_one_message(surroundings: Context, mailbox: Mailbox) -> None:
    put(surroundings)
    put(surroundings)
    outbox.drain_with(surroundings)
    assert len(mailbox.messages()) == 1


def test_the_waiting_text_lies_encrypted(surroundings: Context) -> None:
    put(surroundings, recipient="geheim.adres@example.org")
    (row,) = rows(surroundings)
    assert row.sealed is not None
    assert b"geheim" not in row.sealed
    assert b"Zandbak" not in row.sealed


def test_a_message_whose_owner_was_erased_is_never_sent(surroundings: Context, mailbox: Mailbox) -> None:
    owner = put(surroundings)
    with transaction(surroundings.databases, "maintainer", system("test"), surroundings.now()) as session:
        session.execute(delete(DataKey).where(DataKey.owner_id == owner))
    outbox.drain_with(surroundings)
    assert mailbox.messages() == []
    assert [row.state for row in rows(surroundings)] == ["dead"]


def test_a_relay_that_is_away_costs_nothing_but_time(surroundings: Context) -> None:
    put(surroundings)
    away = make_context(_with(surroundings, smtp_url="smtp://127.0.0.1:9"))
    assert outbox.drain_with(away) == 1
    (row,) = rows(surroundings)
    assert (row.state, row.attempts) == ("pending", 1)
    assert row.due_at > surroundings.now()
    assert outbox.drain_with(away) == 0
    away.databases.dispose()


@pytest.mark.parametrize(("answer", "state"), [("550 no such mailbox", "dead"), ("451 try later", "pending")])
def test_what_the_relay_says_of_a_recipient_decides(surroundings: Context, answer: str, state: str) -> None:
    put(surroundings)
    with talking_relay(at_recipient=answer) as url:
        odd = make_context(_with(surroundings, smtp_url=url))
        outbox.drain_with(odd)
        odd.databases.dispose()
    assert [row.state for row in rows(surroundings)] == [state]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_line_that_breaks_in_the_middle_is_settled_by_the_journal(
    surroundings: Context, mailbox: Mailbox, accepted: bool
) -> None:
    put(surroundings)
    with talking_relay(breaks=True) as url:
        broken = make_context(_with(surroundings, smtp_url=url))
        outbox.drain_with(broken, settling=AT_ONCE)
        broken.databases.dispose()
    (row,) = rows(surroundings)
    assert row.state == "uncertain"
    if accepted:
        journal.record(
            mailbox.journal,
            message_id=row.message_id,
            sender="a@b.be",
            recipients=["x@y.be"],
            received_at="",
            source="",
        )
    outbox.settle(surroundings, settling=AT_ONCE)
    assert [row.state for row in rows(surroundings)] == ["sent" if accepted else "pending"]
    outbox.drain_with(surroundings, settling=AT_ONCE)
    assert len(mailbox.accepted()) == 1


def test_a_lease_that_runs_out_is_looked_up_not_resent(surroundings: Context, mailbox: Mailbox) -> None:
    put(surroundings)
    outbox.drain_with(surroundings)
    with transaction(surroundings.databases, "maintainer", system("test"), surroundings.now()) as session:
        long_ago = surroundings.real_now() - timedelta(hours=1)
        session.execute(update(OutboxMessage).values(state="sending", lease_until=long_ago))
    outbox.drain_with(surroundings, settling=AT_ONCE)
    assert [row.state for row in rows(surroundings)] == ["sent"]
    assert len(mailbox.accepted()) == 1


def test_without_a_journal_uncertain_stays_uncertain(surroundings: Context) -> None:
    put(surroundings)
    with talking_relay(breaks=True) as url:
        blind = make_context(_with(surroundings, smtp_url=url, relay_journal=None))
        outbox.drain_with(blind, settling=AT_ONCE)
        outbox.drain_with(blind, settling=AT_ONCE)
        blind.databases.dispose()
    assert [row.state for row in rows(surroundings)] == ["uncertain"]


def test_every_way_a_hand_over_can_end_is_known() -> None:
    assert set(Handed) == {"accepted", "not_begun", "refused", "unknown"}


def _with(surroundings: Context, **changed: Any) -> Settings:
    return replace(surroundings.settings, **changed)


@contextmanager
def talking_relay(*, at_recipient: str = "250 ok", breaks: bool = False) -> Iterator[str]:
    """A relay that says what it is told to say in each conversation, or hangs up after the text."""
    listener = socket(AF_INET, SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.listen(5)

    def converse() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, line.makefile("rb") as words:
                talk(line, words)

    def talk(line: socket, words: BinaryIO) -> None:
        line.sendall(b"220 hello\r\n")
        in_text = False
        for said in words:
            if in_text:
                if said.strip() == b".":
                    if breaks:
                        line.shutdown(SHUT_RDWR)
                        return
                    in_text = False
                    line.sendall(b"250 ok\r\n")
                continue
            verb = said[:4].upper()
            in_text = verb == b"DATA"
            answer = "354 go on" if in_text else at_recipient if verb == b"RCPT" else "250 ok"
            line.sendall(answer.encode() + b"\r\n")
            if verb == b"QUIT":
                return

    thread = Thread(target=converse, daemon=True)
    thread.start()
    yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(SHUT_RDWR)
    listener.close()
    thread.join(2)
