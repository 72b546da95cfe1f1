"""The order of the files: what takes long begins first, so that no test process waits for another at the end."""

from __future__ import annotations

from collections import Counter

import pytest

# Beside the stories in a browser: everybody asks everything, and programs are started, killed and migrated.
_LONG = (
    "tests/net/",
    "tests/core/test_kills.py",
    "tests/jobs/test_entry.py",
    "tests/jobs/test_local_supervisor.py",
    "tests/house/test_migrations.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files with long tests first, and in each half those with the most tests; a file stays together."""
    sizes = Counter(_file(item) for item in items)
    long = {_file(item) for item in items if _is_long(item)}
    items.sort(key=lambda item: (_file(item) not in long, -sizes[_file(item)], _file(item)))


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _is_long(item: pytest.Item) -> bool:
    return item.nodeid.startswith(_LONG) or "browser" in getattr(item, "fixturenames", ())
