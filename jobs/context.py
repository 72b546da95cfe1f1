"""What every job needs of its surroundings, made once in a process and never before it is asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from app import make_databases
from app.core.clock import Clock
from app.core.db import Databases
from app.core.settings import Settings
from app.organisations.profile import Profile, load_profiles


@dataclass(frozen=True)
class Context:
    """Settings, clocks, pools and profiles of a worker."""

    settings: Settings
    clock: Clock
    databases: Databases
    profiles: Mapping[str, Profile]

    def now(self) -> datetime:
        """Return the house's present instant (the demo's clock may be shifted)."""
        return self.clock.now()

    def real_now(self) -> datetime:
        """Return the machine's instant: leases are about processes, not about promises."""
        return Clock().now()


def make_context(settings: Settings) -> Context:
    """Build the surroundings from settings."""
    return Context(settings, Clock(settings.clock_offset), make_databases(settings), load_profiles())


@lru_cache(maxsize=1)
def context() -> Context:
    """Return the surroundings that the environment describes."""
    return make_context(Settings.from_env(os.environ))
