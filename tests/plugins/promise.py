"""The `promise` marker: records what each marked test did, and opens database rules before the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.promises.ledger import results_path, write_results

# From the mildest to the worst: a test with variants gets the worst word of them.
_ORDER = ("skipped", "passed", "failed", "error")
_recorded: dict[str, str] = {}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("promises")
    group.addoption("--promise-results", help="write the outcomes of marked tests to this file")
    group.addoption("--promise-nodes", help="run only the tests that this file names, with all their variants")
    group.addoption("--open", action="append", default=[], help="open this rule in the test database before the tests")


@pytest.fixture(scope="session", autouse=True)
def _opened_rules(request: pytest.FixtureRequest) -> None:
    """Let the rules that `flask promises prove` names give way, before the first test looks at the database."""
    rules = request.config.getoption("--open")
    if rules:
        from sqlalchemy import create_engine

        from tests.plugins.openers import open_in_database

        engine = create_engine(request.getfixturevalue("settings").database_urls["maintainer"])
        with engine.begin() as connection:
            for rule in rules:
                open_in_database(connection, rule)
        engine.dispose()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("--promise-nodes")
    if chosen:
        named = set(Path(chosen).read_text("utf-8").splitlines())
        config.hook.pytest_deselected(items=[i for i in items if i.nodeid.partition("[")[0] not in named])
        items[:] = [i for i in items if i.nodeid.partition("[")[0] in named]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome: Any = yield
    report: pytest.TestReport = outcome.get_result()
    if item.get_closest_marker("promise") is None or (report.when != "call" and report.passed):
        return
    word: str = report.outcome
    if report.failed and call.excinfo and not (report.when == "call" and _is_assertion(call.excinfo.value)):
        word = f"error in {report.when}: {call.excinfo.exconly(tryshort=True).splitlines()[0][:300]}"
    report.user_properties.append(("promise", word))


def _is_assertion(error: BaseException) -> bool:
    return isinstance(error, AssertionError | pytest.fail.Exception)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Listen where all reports arrive: in the only process, or in the one that hands work out to others."""
    word = dict(report.user_properties).get("promise")
    if word is not None:
        node = report.nodeid.partition("[")[0]
        _recorded[node] = max(_recorded.get(node, "skipped"), str(word), key=lambda w: _ORDER.index(w.split(" ")[0]))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _recorded and not hasattr(session.config, "workerinput"):
        chosen = session.config.getoption("--promise-results")
        write_results(Path(chosen) if chosen else results_path(session.config.rootpath), tests=_recorded, proofs={})
