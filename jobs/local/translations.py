"""Compile the translations: every messages.po that is newer than its messages.mo."""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DIRECTORY = Path(__file__).resolve().parents[2] / "translations"


def compile_translations(directory: Path = DIRECTORY) -> int:
    """Compile what changed and return how many files that were."""
    compiled = 0
    for source in sorted(directory.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as handle:
            catalogue = read_po(handle, locale=source.parts[-3])
        unfinished = target.with_suffix(f".{os.getpid()}.new")
        with unfinished.open("wb") as output:
            write_mo(output, catalogue)
        unfinished.rename(target)
        compiled += 1
    return compiled


if __name__ == "__main__":
    compile_translations()
