"""How the parameters of a message are written out for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.catalogue.groups import GROUPS
from app.web.i18n import Texts
from app.web.labels import CANCELLED_WHY
from app.web.mails.letters import Letter


def shown(letter: Letter, params: Mapping[str, Any], bound: Texts) -> dict[str, str]:
    """Return the parameters as words: days and moments written out, parts of a file by name, lists one to a line."""
    return {name: _word(name, params[name], bound) for name in letter.params}


def _word(name: str, value: Any, bound: Texts) -> str:
    if value is None:
        return ""
    if name.endswith("_on"):
        return bound.format_weekday(date.fromisoformat(value))
    if name.endswith("_at"):
        return bound.format_until(datetime.fromisoformat(value))
    if name == "why":
        return bound.gettext(CANCELLED_WHY[value])
    if name == "parts":
        value = [bound.gettext(GROUPS[part].label) for part in value]
    if isinstance(value, list):
        return "\n".join(f"- {item}" for item in value)
    return str(value)
