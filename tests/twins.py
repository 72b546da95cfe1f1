"""Permissive twins for rules whose signature does not show what letting everything through means (`twin=`)."""

from __future__ import annotations

from app.catalogue.groups import GROUPS


def every_group(*_: object) -> frozenset[str]:
    """Open every group of data."""
    return frozenset(GROUPS)


def nothing_recalled(*_: object) -> dict[str, str]:
    """Remember nothing of a visit."""
    return {}


def no_choice(*_: object) -> str:
    """Remember no choice."""
    return ""


def whole_referrer(referrer: str, own_host: str) -> str:
    """Keep where a visitor came from as it is."""
    return referrer or own_host


def counts_of_everybody(*_: object) -> str:
    """Count everybody in one place."""
    return "pages:everybody"
