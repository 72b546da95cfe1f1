"""`flask statement`: keeps a version of a privacy statement as it is, before a newer one takes its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from app.core.clock import today_at
from app.privacy.queries import FROZEN, LISTS, STATEMENTS
from app.web.doors import House
from app.web.i18n import texts
from app.web.public.derived_lists import Source, rows_of

HEAD = "# The derived lists as they were on the last day of this version."


def freeze(house: House, organisation: str, folder: Path = STATEMENTS, *, https: bool = True) -> tuple[Path, ...]:
    """Copy the newest statement of an organisation, and write its derived lists beside it; return the files.

    Processors stand in the register with their own dates and are not written down again.
    """
    profile = house.profiles[organisation]
    place = folder / organisation / profile.statement.version
    (place / LISTS).mkdir(parents=True, exist_ok=True)
    made = []
    for path in sorted((folder / organisation).glob("*.toml")):
        shutil.copyfile(path, place / path.name)
        source = Source(profile, texts(path.stem), today_at(house.clock.now()), https)
        lines = [HEAD]
        for name in FROZEN:
            lines.append(f"{name} = [")
            lines += [f"    [{_quoted(label)}, {_quoted(said)}]," for label, said, _ in rows_of(name, source)]
            lines.append("]")
        made.append(place / LISTS / path.name)
        made[-1].write_text("\n".join(lines) + "\n", "utf-8")
    return tuple(made)


def _quoted(text: object) -> str:
    """Write a text as TOML and JSON both do, without the marks of a page."""
    plain = getattr(text, "striptags", lambda: str(text))()
    return json.dumps(plain, ensure_ascii=False)


def statement_commands(house: House) -> click.Group:
    """Make the group of commands."""
    group = click.Group("statement", help="The privacy statement and its versions.")

    @group.command("freeze")
    @click.argument("organisation", type=click.Choice(sorted(house.profiles)))
    def freeze_command(organisation: str) -> None:
        """Keep the newest version as it is; run it before the profile names a newer one."""
        for path in freeze(house, organisation):
            click.echo(str(path))

    return group
