"""The plain format of a statement, and which of its languages may be shown."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

# A file in which nothing happened for so long is opened seldom: whoever does shows up in the overseer's question.
FAR_BACK_DAYS = 365


class Question(StrEnum):
    """What an overseer asks of the audit."""

    FILE = "file"
    FAR_BACK = "far-back"
    ODD_HOURS = "odd-hours"
    NO_VISIT = "no-visit"


class StatementError(ValueError):
    """A statement that cannot be shown; the message names what is wrong."""


class Shape(StrEnum):
    """What a block of a statement is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list with items, or a place where a derived list stands (`text` is its name)."""

    shape: Shape
    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str, derived: Collection[str]) -> tuple[Block, ...]:
    """Split a text into blocks: blank lines part them, `- ` begins an item, `@name` is a derived list.

    Raises StatementError for a derived list that does not exist.
    """
    made = []
    for part in text.strip().split("\n\n"):
        lines = [line.strip() for line in part.strip().splitlines()]
        if not lines:
            continue
        if lines[0].startswith("@"):
            name = lines[0][1:]
            if len(lines) > 1 or name not in derived:
                raise StatementError(f"@{name} is not a list that can be derived")
            made.append(Block(Shape.DERIVED, name))
        elif all(line.startswith("- ") for line in lines):
            made.append(Block(Shape.LIST, items=tuple(line[2:].strip() for line in lines)))
        else:
            made.append(Block(Shape.PARAGRAPH, " ".join(lines)))
    return tuple(made)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Fill `{name}` with facts of the organisation; raises StatementError for a fact that it does not have."""
    try:
        made = text.format_map(facts)
    except (KeyError, ValueError, IndexError) as error:
        raise StatementError(f"{error} is not a fact that a statement can name") from error
    empty = [name for name, value in facts.items() if not value and f"{{{name}}}" in text]
    if empty:
        raise StatementError(f"{empty[0]} is empty")
    return made


def is_current(version: str, current: str) -> bool:
    """Say whether a text has the version in force; a translation that lags behind must not be shown (BXL-69)."""
    return version == current


def language_shown(versions: Mapping[str, str], wanted: str, master: str, current: str) -> str:
    """Give the language in which the statement is shown: the wanted one if its version is in force, else the master.

    Raises StatementError when the master text itself is missing or of another version.
    """
    if not is_current(versions.get(master, ""), current):
        raise StatementError(f"the {master} text must have version {current}")
    return wanted if wanted in versions and is_current(versions[wanted], current) else master
