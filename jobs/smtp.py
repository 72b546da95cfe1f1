"""Hands one mail to our relay and tells exactly how far it came."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
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
    begun = False
    try:
        with factory(parts.hostname or "localhost", parts.port or (465 if secure else 25), timeout=TIMEOUT_SECONDS) as relay:
            if "starttls" in parse_qs(parts.query, keep_blank_values=True):
                relay.starttls()
            if parts.username:
                relay.login(unquote(parts.username), unquote(parts.password or ""))
            relay.ehlo_or_helo_if_needed()
            code, _ = relay.mail(str(mail["From"]), ["BODY=8BITMIME"] if relay.has_extn("8bitmime") else [])
            if code != 250:
                # The relay refuses us, not the recipient: another time it may not.
                return Handed.NOT_BEGUN, f"smtp {code}"
            code, _ = relay.rcpt(str(mail["To"]))
            if code not in (250, 251):
                return _verdict(code)
            # From here on a broken line leaves open whether the relay has the mail.
            begun = True
            code, _ = relay.data(mail.as_bytes())
            begun = False
            return (Handed.ACCEPTED, "") if code == 250 else _verdict(code)
    except smtplib.SMTPResponseException as error:
        return Handed.NOT_BEGUN, f"smtp {error.smtp_code}"
    except (OSError, smtplib.SMTPException) as error:
        return (Handed.UNKNOWN if begun else Handed.NOT_BEGUN), type(error).__name__


def _verdict(code: int) -> tuple[Handed, str]:
    return (Handed.REFUSED if 500 <= code < 600 else Handed.NOT_BEGUN), f"smtp {code}"
