"""When a part fails: a clear page without anybody's data, and all well again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from app import create_app
from app.core.db import Databases, role_of
from app.core.settings import Settings
from app.web.doors import House, house_of
from tests.net.calls import Snapshot, cookie
from tests.net.canaries import CODES, Aviary, found_in, hatch
from tests.net.people import BRUSSELS, Cast, Knocker, gather
from tests.net.test_canaries import Reader, addresses, allowed, read, readers, whole_text

Figure = Callable[[str], None]
READING = ("family", "facility", "staff", "counter", "helper", "oversight")


@pytest.fixture
def small(settings: Settings) -> Iterator[Flask]:
    """The application with one connection for each login, and little patience."""
    app = create_app(settings)
    house = house_of(app)
    house.databases.dispose()
    house.databases = Databases(settings.database_urls, house.databases.keyring, pool_size=1, pool_timeout=0.2)
    yield app
    house.databases.dispose()


def get(app: Flask, path: str, session: str | None) -> TestResponse:
    """Open a page."""
    return app.test_client(use_cookies=False).get(f"/brussels/nl/{path}", headers=cookie(session))


@pytest.mark.parametrize("login", ["signin", "family", "facility"])
def test_an_exhausted_pool_is_a_clear_page(login: str, small: Flask, house: House) -> None:
    cast = gather(house)
    role, page = ("chosen", "facility") if login == "facility" else ("owner", "my")
    session, pools = cast.who(role).cookie, house_of(small).databases
    assert get(small, page, session).status_code == 200
    held = pools.engine(login).connect()
    try:
        answer = get(small, page, session)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "<h1" in answer.text
        assert 'lang="nl"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert cast.target.names["child"] not in answer.text
    finally:
        held.close()
    assert get(small, page, session).status_code == 200


def test_no_answer_keeps_a_connection(small: Flask, house: House) -> None:
    """With one connection for all, a refusal, a mistake and a missing page give it back."""
    cast = gather(house)
    for page, role in (("my", "owner"), ("facility", "chosen"), ("my", "chosen"), ("facility", "owner")):
        for path in (page, f"my/offers/{cast.target.child_id}", f"facility/requests/{cast.target.child_id}", "nowhere"):
            assert get(small, path, cast.who(role).cookie).status_code in {200, 404}
    assert get(small, "my", cast.who("owner").cookie).status_code == 200


def test_connections_that_were_cut_are_replaced(small: Flask, house: House, settings: Settings) -> None:
    """The server ends every connection: one clear page at most, then all works again."""
    cast = gather(house)
    session = cast.who("owner").cookie
    assert get(small, "my", session).status_code == 200
    pools = house_of(small).databases
    for login in ("family", "signin"):
        with pools.engine(login).connect() as connection:
            process = connection.scalar(text("select pg_backend_pid()"))
        with psycopg.connect(settings.database_urls[login], autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", [process])
        answers = [get(small, "my", session) for _ in range(3)]
        assert answers[-1].status_code == 200
        for answer in answers:
            assert answer.status_code in {200, 503}
            assert answer.status_code == 200 or "Retry-After" in answer.headers


@contextmanager
def audit_closed(house: House, *logins: str) -> Iterator[None]:
    """Let no login write to the audit."""
    engine = house.databases.engine("maintainer")
    roles = ", ".join(role_of(login) for login in logins)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"revoke insert on audit_entry from {roles}")
    try:
        yield
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"grant insert on audit_entry to {roles}")


@pytest.mark.promise("KL-36", breaks="app.core.audit:_note")
def test_what_cannot_be_noted_is_not_shown(app: Flask, house: House, figure: Figure) -> None:
    """No page shows a mark of anybody while the read cannot be written down, and no post changes anything."""
    aviary = hatch(house, families=2, organisations=(BRUSSELS,))
    with audit_closed(house, *READING):
        tally = read(app, house, aviary, foreign=0, may_fail=True)
    figure(
        f"audit closed: {tally.reads} reads, {tally.statuses[500]} refused with the page for failures,"
        f" {len(tally.seen) + len(tally.leaks)} marks shown"
    )
    assert tally.leaks == []
    assert tally.seen == set()
    assert tally.statuses[500] > 20
    one = next(reader for reader in readers(aviary) if reader.kind == "parent")
    assert found_in(get(app, "my/details", one.session).text), "with the audit open, the same pages show them"


@pytest.mark.promise("KL-36", breaks="app.core.audit:_note")
def test_without_the_audit_nothing_changes(app: Flask, house: House) -> None:
    cast = gather(house)
    with house.databases.engine("maintainer").begin() as connection:
        before = Snapshot(connection)
    client, failed = app.test_client(use_cookies=False), 0
    with audit_closed(house, *READING):
        for path, knocker, data in posts(cast):
            session = knocker.cookie or ""
            token = knocker.token(house)
            answer = client.post(
                f"/brussels/nl/{path}", data={"csrf_token": token, "once": "x" * 20, **data}, headers=cookie(session)
            )
            failed += answer.status_code == 500
            assert answer.status_code == 500, path
            assert cast.target.names["child"] not in answer.text
    with house.databases.engine("maintainer").begin() as connection:
        assert before.differs(connection, beside=frozenset({"web_session"})) == set()
    assert failed == len(list(posts(cast)))


def posts(cast: Cast) -> Iterator[tuple[str, Knocker, dict[str, str]]]:
    """Yield posts that change a file."""
    owner, leader, target = cast.who("owner"), cast.who("chosen"), cast.target
    choice = target.choices[cast.facilities["chosen"].id]
    yield f"my/offers/{cast.offer_id}/accept", owner, {}
    yield f"my/offers/{cast.offer_id}/decline", owner, {}
    yield f"my/choices/{choice}/withdraw", owner, {}
    yield f"my/requests/{target.application_id}/cancel", owner, {}
    yield f"my/requests/{target.application_id}/household", owner, {"situation": "one_parent"}
    yield f"my/requests/{target.application_id}/add", owner, {"facility": str(cast.facilities["unchosen"].id)}
    yield f"facility/requests/{choice}/consider", leader, {"seen": "open"}
    yield f"facility/requests/{choice}/not-now", leader, {"seen": "open"}
    yield f"facility/requests/{choice}/refuse", leader, {"seen": "open", "reason": "no_place", "confirmed": "1"}


# Which groups a mark may be noted under: one's own login is read as part of the account, or as the address to write to;
# to the desk the reference is the name of a file, and the note names that file.
ALSO = {"lg": {"account", "contact"}, "rf": {"account", "applicant_name"}, "dr": {"draft"}}


@pytest.mark.promise("KL-36", breaks="app.core.audit:note_read")
def test_every_read_is_noted_with_whom_and_what(app: Flask, house: House, figure: Figure) -> None:
    """Whatever marks a page shows, its note names that file and those groups; and no note holds a value."""
    # One for each thing that a reader can be to a family: at hand, offered a place, enrolled.
    aviary = hatch(house, families=3, organisations=(BRUSSELS,))
    client, engine = app.test_client(use_cookies=False), house.databases.engine("maintainer")
    pages, shown, wrong = 0, 0, []
    for reader in readers(aviary):
        for endpoint, path in addresses(app, aviary, reader, _Nobody(), 0):  # type: ignore[arg-type]
            last = _last(engine)
            answer = client.get(path, headers=cookie(reader.session))
            marks = {mark for mark in found_in(whole_text(answer)) if mark[1] in allowed(reader, endpoint, mark[0])}
            if not marks:
                continue
            pages += 1
            noted = _noted(engine, last)
            for key, code in marks:
                shown += 1
                groups = {g for subjects, found in noted if _subject(aviary, reader, key) in subjects for g in found}
                if not groups & ALSO.get(code, {CODES[code]}):
                    wrong.append(f"{reader.name} {endpoint}: {CODES[code]} shown, noted {sorted(groups)}")
    figure(f"notes: {pages} pages with marks, {shown} groups shown, {len(wrong)} not noted")
    assert not wrong, "\n".join(sorted(set(wrong)))
    assert pages > 40


class _Nobody:
    """Picks no strangers."""

    def sample(self, *_: object) -> list[object]:
        """Return nobody."""
        return []

    def random(self) -> float:
        """Leave the doors of others alone."""
        return 1.0


def _last(engine: object) -> int:
    with engine.connect() as connection:  # type: ignore[attr-defined]
        return int(connection.scalar(text("select coalesce(max(sequence), 0) from audit_entry")))


def _noted(engine: object, since: int) -> list[tuple[set[str], set[str]]]:
    with engine.connect() as connection:  # type: ignore[attr-defined]
        rows = connection.execute(
            text("select subjects, groups from audit_entry where sequence > :s"), {"s": since}
        ).all()
    return [({str(one) for one in row.subjects}, set(row.groups)) for row in rows]


def _subject(aviary: Aviary, reader: Reader, key: str) -> str:
    if reader.kind == "draft":
        return str(aviary.draft_ids[key])
    return str(next(m.family.dossier_id for m in aviary.families if m.key == key))
