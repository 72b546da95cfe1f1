"""Who can sign in to the demo, and every message that left it; a production configuration never opens these pages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from email import message_from_bytes, policy

import pyotp
from flask import Flask, Response, jsonify, request

from app.accounts.rules import CODE_DIGITS, in_groups
from app.core.journal import Accepted, mails
from app.organisations.terms import LANGUAGES
from app.web.demo.accounts import ACCOUNTS, DemoAccount
from app.web.doors import House, declare
from app.web.i18n import bind_language
from app.web.pages import render


@dataclass(frozen=True)
class Sent:
    """A message as its reader got it."""

    channel: str
    to: str
    subject: str
    language: str
    text: str
    sent: str


@dataclass(frozen=True)
class Organisation:
    """An organisation of this installation, with the accounts of the demo."""

    key: str
    name: str
    base: str
    accounts: tuple[tuple[DemoAccount, str], ...]


def register(app: Flask, house: House) -> None:
    """Add the pages of the demo."""

    @app.get("/")
    def demo_home() -> Response:
        language = _bind()
        organisations = tuple(
            Organisation(
                profile.key,
                profile.name,
                f"/{profile.key}/{language if language in profile.languages.family else profile.languages.master}/",
                tuple((one, _code(house, one)) for one in ACCOUNTS if one.organisation == profile.key),
            )
            for profile in house.profiles.values()
        )
        return render("demo/home.html", organisations=organisations, unsaved=False)

    @app.get("/demo/mail")
    def demo_mail() -> Response:
        _bind()
        return render("demo/mail.html", messages=tuple(reversed(_sent(house))), unsaved=False)

    @app.get("/demo/mail.json")
    def demo_mail_json() -> Response:
        return jsonify([asdict(message) for message in _sent(house)])

    @app.get("/demo/accounts.json")
    def demo_accounts_json() -> Response:
        return jsonify([asdict(account) | {"code": _code(house, account)} for account in ACCOUNTS])

    for endpoint in ("demo_home", "demo_mail", "demo_mail_json", "demo_accounts_json"):
        declare(house, endpoint)


def _code(house: House, account: DemoAccount) -> str:
    """Return the code that the authenticator of an account shows now, in two groups; empty for who needs none."""
    code = pyotp.TOTP(account.secret).at(house.clock.unshifted()) if account.secret else ""
    return in_groups(code, CODE_DIGITS // 2)


def _bind() -> str:
    language = request.accept_languages.best_match(sorted(LANGUAGES)) or "en"
    bind_language(language)
    return language


def _sent(house: House) -> list[Sent]:
    folder = house.settings.relay_journal
    return [_opened(mail) for mail in mails(folder)] if folder and folder.is_dir() else []


def _opened(mail: Accepted) -> Sent:
    # As bytes: a text of eight bits, read from characters, would lose every accent.
    message = message_from_bytes(mail.source.encode(), policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    # A help translation names two: its own, and that of the text beside it.
    language = str(message.get("Content-Language", "")).partition(",")[0]
    channel = str(message.get("X-Opvangloket-Channel", "mail"))
    to = str(message["To"])
    if channel == "letter":
        to = text.partition("\n\n")[0]
    elif channel == "text":
        to = "+" + to.partition("@")[0]
    return Sent(channel, to, str(message["Subject"]), language, text, mail.received_at)
