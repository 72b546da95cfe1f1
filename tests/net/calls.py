"""Asking every route of the application as anybody: addresses from the route list, outcomes as short words."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import Connection, text
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from app.core.models import Base
from app.web import assets
from app.web.doors import House
from tests.net.expected import ARGUMENT, ASKED_INSTEAD, QUERIES, WORDS
from tests.net.people import Knocker
from tests.net.posted import POSTED

LANGUAGE = "nl"


@dataclass(frozen=True)
class Route:
    """One address of the application."""

    endpoint: str
    rule: str

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return the names that the address holds, beside where it is."""
        return tuple(a for a in ARGUMENT.findall(self.rule) if a not in ("organisation", "language"))

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the names of ids in the address."""
        return tuple(name for name in self.arguments if name.endswith("_id"))

    def path(self, organisation: str, ids: Mapping[str, Any], **instead: Any) -> str:
        """Return the address with these ids."""
        known = {"organisation": organisation, "language": LANGUAGE, **WORDS.get(self.endpoint, {}), **ids}
        instead_of = ASKED_INSTEAD.get(self.endpoint, {})
        known |= {name: ids[other] for name, other in instead_of.items() if other in ids}
        known |= instead
        # An id that nobody of the cast holds is that of the file itself: no row of another table has it.
        spare = ids.get("dossier_id", "")
        return ARGUMENT.sub(lambda found: str(known.get(found[1], spare)), self.rule) + QUERIES.get(self.endpoint, "")


def routes(app: Flask) -> list[Route]:
    """Return every address, one for each rule."""
    return sorted(
        {Route(rule.endpoint, rule.rule) for rule in app.url_map.iter_rules()}, key=lambda r: (r.endpoint, r.rule)
    )


def path_of(app: Flask, route: Route, knocker: Knocker, **instead: Any) -> str:
    """Return the address of a route for somebody; a file is one that is there."""
    if route.endpoint == "static":
        return assets.of(app).url("family.css")
    return route.path(knocker.organisation, knocker.ids, **instead)


def ask(
    app: Flask, house: House, knocker: Knocker, route: Route, method: str, path: str | None = None, **fields: Any
) -> TestResponse:
    """Ask as this person; a post carries good guards and the form that is typed for it."""
    client = app.test_client(use_cookies=False)
    path = path or path_of(app, route, knocker)
    if method != "POST":
        return client.open(path, method=method, headers=cookie(knocker.cookie))
    # Somebody without a session has opened a page first: the form's token is good, and still nobody is signed in.
    shown = knocker.cookie or secrets.token_urlsafe(32)
    data = {
        "csrf_token": Knocker(knocker.role, "", "", shown, {}).token(house),
        "once": secrets.token_urlsafe(16),
        **{name: _filled(value, knocker.ids) for name, value in POSTED.get(route.endpoint, {}).items()},
        **fields,
    }
    return client.post(path, data=data, headers=cookie(shown))


def cookie(value: str | None) -> dict[str, str]:
    """Return the header that shows a session."""
    return {"Cookie": f"sid={value}"} if value else {}


def outcome(app: Flask, answer: TestResponse) -> str:
    """Return a status, or `>endpoint` for a redirect after a post or to a page."""
    if answer.status_code != 303:
        return str(answer.status_code)
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(answer.headers["Location"].partition("?")[0], method="GET")
    except HTTPException:
        return f">{answer.headers['Location']}"
    return f">{endpoint}"


def _filled(value: Any, ids: Mapping[str, Any]) -> Any:
    return value.format(**ids) if isinstance(value, str) else value


class Snapshot:
    """The rows of a small world, to put back after somebody changed something."""

    _KEPT_APART = frozenset({"audit_entry", "audit_segment", "audit_seal"})

    def __init__(self, connection: Connection) -> None:
        self._tables = [table for table in Base.metadata.sorted_tables if table.name not in self._KEPT_APART]
        self._rows = {t.fullname: [dict(r._mapping) for r in connection.execute(t.select())] for t in self._tables}

    def restore(self, connection: Connection) -> None:
        """Put every row back."""
        # Whoever writes to a family's file states a purpose, at the console too.
        connection.execute(text("select set_config('app.actor_kind', 'system:seed', true)"))
        for table in reversed(self._tables):
            connection.execute(table.delete())
        for table in self._tables:
            if rows := self._rows[table.fullname]:
                connection.execute(table.insert(), rows)

    def differs(self, connection: Connection, *, beside: frozenset[str] = frozenset()) -> set[str]:
        """Return the tables whose rows are no longer those of the snapshot."""
        now = Snapshot(connection)
        return {name for name in self._rows if _bag(self._rows[name]) != _bag(now._rows[name])} - beside


def _bag(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(row) for row in rows)
