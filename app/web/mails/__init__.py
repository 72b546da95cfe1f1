"""The texts of every mail, letter and text message, in the person's language; no sensitive value, no code in a subject.

A help translation never stands alone: the text that counts follows it (KL-07).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.web.i18n import Texts, texts
from app.web.mails.letters import LETTERS, Letter
from app.web.mails.values import shown

IN_MASTER = N_("In Dutch:")
HELP = N_("Help translation. The Dutch text counts.")
RULE = "-" * 40


@dataclass(frozen=True)
class Composed:
    """A text ready to leave; `brief` is what fits a text message, `languages` those it is written in."""

    subject: str
    text: str
    brief: str
    languages: tuple[str, ...]


def compose(profile: Profile, kind: str, language: str, params: Mapping[str, Any], *, base_url: str) -> Composed:
    """Return the text of one kind of message; raises KeyError for an unknown kind or a missing parameter."""
    letter = LETTERS[kind]
    bound = texts(language)
    written = [bound, texts(profile.languages.master)] if bound.is_help else [bound]
    bodies = [_body(profile, letter, each, params, base_url) for each in written]
    if bound.is_help:
        bodies[1:] = [profile.name, f"{RULE}\n{bound.gettext(HELP)}\n\n{written[1].gettext(IN_MASTER)}", bodies[1]]
    subject = " / ".join(each.gettext(letter.subject) for each in written)
    way = _address(profile, language, base_url, letter, params) if letter.link else ""
    return Composed(
        f"{subject} – {profile.name}",
        "\n\n".join([*bodies, _signature(profile)]) + "\n",
        " ".join(part for part in (f"{profile.name}: {subject}.", way) if part),
        tuple(each.language for each in written),
    )


def _body(profile: Profile, letter: Letter, bound: Texts, params: Mapping[str, Any], base_url: str) -> str:
    values = shown(letter, params, bound)
    lines = [bound.gettext(letter.greeting), *(bound.gettext(paragraph, **values) for paragraph in letter.paragraphs)]
    if letter.link:
        address = _address(profile, bound.language, base_url, letter, params)
        lines.append(f"{bound.gettext(letter.link_text)}\n{address}")
    return "\n\n".join([*lines, bound.gettext(letter.closing)])


def _address(profile: Profile, language: str, base_url: str, letter: Letter, params: Mapping[str, Any]) -> str:
    page = letter.link.format(**{key: str(value) for key, value in params.items()})
    return f"{base_url}/{profile.key}/{language}/{page}"


def _signature(profile: Profile) -> str:
    contacts = profile.contacts
    reach = [part for part in (contacts.phone, contacts.helpdesk_email) if part]
    return "\n".join([profile.name, *reach])
