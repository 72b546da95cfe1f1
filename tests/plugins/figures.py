"""The figures that tests want shown: one line each at the end of a run, also when other processes ran the tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

KEY = "figure"
_shown: list[str] = []


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say one line at the end of the run."""

    def say(line: str) -> None:
        record_property(KEY, line)

    return say


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather the lines where all reports arrive."""
    if report.when == "call":
        _shown.extend(str(line) for key, line in report.user_properties if key == KEY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show them."""
    if _shown:
        terminalreporter.section("figures")
        for line in sorted(_shown):
            terminalreporter.line(line)
