"""The demo's mail relay: in the journal before it is accepted."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from app.core import journal
from tests.servers.mail import Mailbox


def mail(message_id: str = "<1@opvangloket.invalid>") -> EmailMessage:
    """Return a mail as the outbox sends it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.org", "zoe@example.org", "Uw aanvraag"
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("Beste Zoë")
    return message


def test_an_accepted_mail_is_in_the_journal_and_readable(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port) as line:
        line.send_message(mail())
        line.send_message(mail())
    assert journal.was_accepted(mailbox.journal, "<1@opvangloket.invalid>")
    assert [entry.repeat for entry in mailbox.accepted()] == [0, 1]
    received = mailbox.messages("zoe@example.org")[0]
    assert received["Subject"] == "Uw aanvraag"
    assert received.get_content().strip() == "Beste Zoë"
    mailbox.clear()


def test_a_mail_that_could_not_be_recognised_is_refused(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port) as line, pytest.raises(smtplib.SMTPDataError, match="Message-ID"):
        line.sendmail("desk@example.org", ["zoe@example.org"], b"Subject: x\r\n\r\nx")
    assert mailbox.accepted() == []
