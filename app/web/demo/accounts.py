"""The accounts of the demo; all persons are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAccount:
    """One way to sign in to the demo."""

    organisation: str
    base: str
    role: str
    login: str
    password: str
    language: str


ACCOUNTS: tuple[DemoAccount, ...] = ()
