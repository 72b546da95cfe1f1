"""Compiling the translations."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from jobs.local.translations import compile_translations


def test_only_what_changed_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "nl" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Hello"\nmsgstr "Dag"\n')
    assert compile_translations(tmp_path) == 1
    assert gettext.translation("messages", tmp_path, ["nl"]).gettext("Hello") == "Dag"
    assert compile_translations(tmp_path) == 0
    os.utime(source, (source.stat().st_atime, source.with_suffix(".mo").stat().st_mtime + 5))
    assert compile_translations(tmp_path) == 1
    assert [path.name for path in source.parent.iterdir()].count("messages.mo") == 1
