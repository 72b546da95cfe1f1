"""Jobs in the test's own surroundings: the same environment that `make run` would give them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.core.settings import Settings
from app.web.doors import House
from jobs.context import Context, context
from tests.trial.kills import environment_of


@pytest.fixture
def surroundings(settings: Settings, house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """The context of a worker, on the test's database, queue and relay."""
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    context.cache_clear()
    made = context()
    yield made
    made.databases.dispose()
    context.cache_clear()
