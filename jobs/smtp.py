"""Hands one mail to our relay and tells exactly how far it came."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_SECONDS = 20


class Handed(StrEnum):
    """How far a mail came: only `unknown` needs the journal."""

    ACCEPTED = "accepted"
    NOT_BEGUN = "not_begun"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def hand_over(smtp_url: str, mail: EmailMessage) -> tuple[Handed, str]:
    """Give the mail to the relay; returns how far it came and a code that holds no address."""
    parts = urlsplit(smtp_url)
    secure = parts.scheme == "smtps"
    factory = smtplib.SMTP_SSL if secure else smtplib.SMTP
    text = mail.as_bytes(policy=SMTPUTF8 if not str(mail["To"]).isascii() else SMTP)
    begun = False
    relay: smtplib.SMTP | None = None
    try:
        relay = factory(parts.hostname or "localhost", parts.port or (465 if secure else 25), timeout=TIMEOUT_SECONDS)
        if "starttls" in parse_qs(parts.query, keep_blank_values=True):
            relay.starttls()
        if parts.username:
            relay.login(unquote(parts.username), unquote(parts.password or ""))
        relay.ehlo_or_helo_if_needed()
        options = ["BODY=8BITMIME"] if relay.has_extn("8bitmime") else []
        if not str(mail["To"]).isascii():
            if not relay.has_extn("smtputf8"):
                return Handed.REFUSED, "address in another script"
            relay.command_encoding = "utf-8"
            options.append("SMTPUTF8")
        code, _ = relay.mail(str(mail["From"]), options)
        if code != 250:
            # The relay refuses us, not the recipient: another time it may not.
            return Handed.NOT_BEGUN, f"smtp {code}"
        code, _ = relay.rcpt(str(mail["To"]))
        if code not in (250, 251):
            return _verdict(code)
        # From here on a broken line leaves open whether the relay has the mail.
        begun = True
        code, _ = relay.data(text)
        return (Handed.ACCEPTED, "") if code == 250 else _verdict(code)
    except smtplib.SMTPDataError as error:
        # The relay did not want the text: it never began.
        return Handed.NOT_BEGUN, f"smtp {error.smtp_code}"
    except (OSError, smtplib.SMTPException) as error:
        return (Handed.UNKNOWN if begun else Handed.NOT_BEGUN), type(error).__name__
    finally:
        if relay is not None:
            _leave(relay)


def _leave(relay: smtplib.SMTP) -> None:
    """Take leave of the relay; how it answers changes nothing about the mail."""
    with suppress(OSError, smtplib.SMTPException):
        relay.quit()
    relay.close()


def _verdict(code: int) -> tuple[Handed, str]:
    return (Handed.REFUSED if 500 <= code < 600 else Handed.NOT_BEGUN), f"smtp {code}"
