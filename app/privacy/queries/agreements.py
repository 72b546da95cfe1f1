"""The texts that somebody accepts before a role opens, per organisation and language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.organisations.profile import Profile
from app.organisations.terms import AgreementText
from app.privacy.rules import Block, StatementError, blocks, filled, language_shown

AGREEMENTS = Path(__file__).parent.parent / "agreements"


@dataclass(frozen=True, slots=True)
class AgreementProse:
    """A text as it is read: its title, its paragraphs and lists, and the language it is written in."""

    title: str
    blocks: tuple[Block, ...]
    language: str
    version: str


def agreement_prose(profile: Profile, text: AgreementText, language: str, folder: Path = AGREEMENTS) -> AgreementProse:
    """Give the text in the language if that is of the version in force, else in the master language (BXL-51).

    Raises StatementError when the master text is missing or of another version.
    """
    found = _texts(folder / profile.key, text.key)
    versions = {code: str(one.get("version", "")) for code, one in found.items()}
    shown = language_shown(versions, language, profile.languages.master, text.version)
    facts = {"organisation": profile.name, "counterparty": text.counterparty}
    try:
        parts = blocks(filled(found[shown]["text"], facts), ())
    except (KeyError, StatementError) as error:
        raise StatementError(f"{profile.key}/{text.key}.{shown}.toml: {error}") from error
    return AgreementProse(found[shown]["title"], parts, shown, text.version)


@lru_cache(maxsize=64)
def _texts(folder: Path, key: str) -> Mapping[str, Mapping[str, Any]]:
    """Read a text in every language that it has."""
    return {
        path.name.split(".")[1]: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob(f"{key}.*.toml"))
    }
