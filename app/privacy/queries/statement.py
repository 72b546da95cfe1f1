"""The privacy statement of an organisation: its own prose in each of its versions, and the lists of the older ones."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.core.errors import NotFound
from app.organisations.profile import Profile
from app.organisations.rules import statement_in_force, statements_published
from app.organisations.terms import EarlierStatement
from app.privacy.rules import Block, StatementError, blocks, filled, language_shown

STATEMENTS = Path(__file__).parent.parent / "statements"
# The lists that a statement can place with @name.
DERIVED = frozenset(
    {
        *("asked", "purposes", "readers", "recipients", "keeping", "stores", "cookies", "rights"),
        *("ways", "report", "complain", "authority", "contact"),
    }
)
# What hangs from the running settings, and is kept as it was when a version ends.
FROZEN = ("asked", "purposes", "readers", "recipients", "keeping", "stores", "cookies")
LISTS = "lists"


@dataclass(frozen=True, slots=True)
class StatementSection:
    """One heading of a statement with what stands under it."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PrivacyStatement:
    """A statement as it is shown; `language` is the one it is written in, `wanted` the one that was asked."""

    language: str
    wanted: str
    master: str
    version: str
    published: date
    lead: str
    # What changed since the version before; empty for the first one.
    changed: tuple[Block, ...]
    sections: tuple[StatementSection, ...]
    # The derived lists of a version that is no longer in force, as they were on its last day: (label, what it says).
    frozen: Mapping[str, tuple[tuple[str, str], ...]] | None = None


def privacy_statement(
    profile: Profile, language: str, folder: Path = STATEMENTS, *, version: str = ""
) -> PrivacyStatement:
    """Give the newest statement, or another version, in the language if that translation is of the same version, else
    the binding text (BXL-69).

    Raises StatementError when the binding text is missing or of another version.
    """
    wanted = version or profile.statement.version
    texts = _texts(_place(profile, wanted, folder))
    versions = {code: str(text.get("version", "")) for code, text in texts.items()}
    shown = language_shown(versions, language, profile.languages.master, wanted)
    text = texts[shown]
    facts = _facts(profile)
    try:
        sections = tuple(
            StatementSection(row["key"], row["heading"], blocks(filled(row["text"], facts), DERIVED))
            for row in text["sections"]
        )
        changed = blocks(filled(text.get("changed", ""), facts), ())
    except StatementError as error:
        raise StatementError(f"{profile.key}/{shown}.toml: {error}") from error
    return PrivacyStatement(
        language=shown,
        wanted=language,
        master=profile.languages.master,
        version=wanted,
        published=_published(profile, wanted),
        lead=filled(text["lead"], facts).strip(),
        changed=changed,
        sections=sections,
    )


def statement_of_day(profile: Profile, language: str, day: date, folder: Path = STATEMENTS) -> PrivacyStatement:
    """Give the statement in force on the day: a version that is not published yet is nobody's to read (LEU-53)."""
    return privacy_statement(profile, language, folder, version=statement_in_force(profile, day).version)


def older_statement(
    profile: Profile, language: str, version: str, day: date, folder: Path = STATEMENTS
) -> PrivacyStatement:
    """Give a version that was published by the day, with its lists as they were (KG-42, KK-58).

    Raises NotFound for a version that there is not, or that is not published yet.
    """
    if version not in {one.version for one in statements_published(profile, day)}:
        raise NotFound
    found = privacy_statement(profile, language, folder, version=version)
    if version == statement_in_force(profile, day).version:
        return found
    kept = _texts(_place(profile, version, folder) / LISTS).get(found.language, {})
    lists = {name: tuple((str(label), str(said)) for label, said in kept.get(name, ())) for name in FROZEN}
    return PrivacyStatement(
        found.language,
        found.wanted,
        found.master,
        found.version,
        found.published,
        found.lead,
        found.changed,
        found.sections,
        lists,
    )


def versions_of(profile: Profile, day: date) -> tuple[EarlierStatement, ...]:
    """List the versions that were published by the day, the one in force first."""
    return statements_published(profile, day)


def _place(profile: Profile, version: str, folder: Path) -> Path:
    """Return where the prose of a version lies: the newest beside its earlier ones."""
    newest = version == profile.statement.version
    return folder / profile.key if newest else folder / profile.key / version


def _published(profile: Profile, version: str) -> date:
    days = {one.version: one.published for one in profile.statement.earlier}
    return days.get(version, profile.statement.published)


def _facts(profile: Profile) -> Mapping[str, str]:
    contacts = profile.contacts
    return {
        "name": profile.name,
        "enterprise_number": profile.enterprise_number,
        "helpdesk_email": contacts.helpdesk_email,
        "dpo_name": contacts.dpo_name,
        "dpo_email": contacts.dpo_email,
        "dpo_phone": contacts.dpo_phone,
        "rights_address": contacts.rights_address,
        "answer_days": str(profile.settings.answer_days),
        "notice_days": str(profile.settings.erasure_notice_days),
        "complaint_days": str(profile.settings.complaint_days),
        **{f"contact_{key}": row.contact for key, row in profile.recipients.items()},
    }


@lru_cache(maxsize=64)
def _texts(folder: Path) -> Mapping[str, dict]:
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}
