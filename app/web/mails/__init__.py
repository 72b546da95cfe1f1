"""The texts of every mail and letter, in the person's language; no sensitive value, no code in a subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.organisations.profile import Profile
from app.web.i18n import Texts, texts
from app.web.mails.letters import LETTERS, Letter
from app.web.mails.values import shown


@dataclass(frozen=True)
class Composed:
    """A text ready to leave."""

    subject: str
    text: str


def compose(profile: Profile, kind: str, language: str, params: Mapping[str, Any], *, base_url: str) -> Composed:
    """Return the text of one kind of message; raises KeyError for an unknown kind or a missing parameter."""
    letter = LETTERS[kind]
    bound = texts(language)
    values = shown(letter, params, bound)
    lines = [bound.gettext(letter.greeting), *(bound.gettext(paragraph, **values) for paragraph in letter.paragraphs)]
    if letter.link:
        lines.append(bound.gettext(letter.link_text) + "\n" + _address(profile, language, base_url, letter, params))
    lines += [bound.gettext(letter.closing), _signature(profile, bound)]
    return Composed(f"{bound.gettext(letter.subject)} – {profile.name}", "\n\n".join(lines) + "\n")


def _address(profile: Profile, language: str, base_url: str, letter: Letter, params: Mapping[str, Any]) -> str:
    page = letter.link.format(**{key: str(value) for key, value in params.items()})
    return f"{base_url}/{profile.key}/{language}/{page}"


def _signature(profile: Profile, bound: Texts) -> str:
    contacts = profile.contacts
    reach = [part for part in (contacts.phone, contacts.helpdesk_email) if part]
    return "\n".join([profile.name, *reach])
