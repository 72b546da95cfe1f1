"""Marked families read by everybody: no mark of a group shows outside the table that is typed here."""

from __future__ import annotations

import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.core.logs import JsonFormatter
from app.core.settings import Settings
from app.web.doors import House
from jobs.context import make_context
from jobs.outbox import drain_with
from tests.net.calls import Route, cookie, routes
from tests.net.canaries import CODES, Aviary, Marked, found_in, hatch, mark
from tests.net.expected import WORDS, expected
from tests.net.people import BRUSSELS, Knocker
from tests.net.readers import DOORS, NAMES, REACH, SHOWN, Reader, allowed, readers
from tests.servers.mail import Mailbox

Figure = Callable[[str], None]

FILTERS = ("", "?sibling=1", "?new=1", "?due=1", "?age=under_one", "?state=open", "?day=0&day=4", "?start=2027-09")
FEW = 2
# Enough for each state of a request in each organisation; the trial reads for forty families.
FAMILIES, ENOUGH = 6, 1200
# At another door everybody is turned away alike: that is the matrix's to show, and here one page in so many.
ELSEWHERE = 0.04
STEPS = (
    "you", "contact", "partner", "partner-details", "child", "start", "days", "dutch", "work", "household", "education",
    "health", "consents",
)  # fmt: skip


@dataclass
class Tally:
    """What was read, and what should not have been there."""

    reads: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    seen: set[tuple[str, str]] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)


def addresses(
    app: Flask, aviary: Aviary, reader: Reader, pick: random.Random, foreign: int
) -> Iterator[tuple[str, str]]:
    """Yield (endpoint, path) of every page, with one's own ids and some of everybody else's, if any."""
    own = [m for m in aviary.families if m.key in reader.relations]
    strangers = [m for m in aviary.families if m.key not in reader.relations]
    if not own and not foreign and reader.kind != "draft":
        # Of their own alone, whoever has to do with no family has no page.
        return
    for route in routes(app):
        if expected()[route.endpoint, "GET"]["visitor"] in {"405", "302"} or not route.rule.startswith("/<org"):
            continue
        door = route.endpoint.partition(".")[0]
        mine = door in DOORS.get(reader.kind, ("family",))
        if foreign <= FEW and (_is_alike(route, reader) or (not mine and pick.random() > ELSEWHERE)):
            continue
        if not route.ids:
            for words in _words(route):
                path = route.path(reader.organisation, words)
                queries = _queries(route) if reader.kind in {"facility", "draft"} else ("",)
                yield from ((route.endpoint, path + query) for query in queries)
            continue
        others = pick.sample(strangers, min(len(strangers), foreign if mine else foreign // 2))
        # At the other door everybody is turned away alike: one file of one's own is enough there.
        for marked in (*(own if mine or foreign > FEW else own[:1]), *others):
            for ids in _ids(marked, route):
                for words in _words(route, whole=marked in own and (reader.name[-1] in "014" or foreign > FEW)):
                    file = {"dossier_id": marked.family.dossier_id, "mandate_id": marked.mandate_id}
                    yield route.endpoint, route.path(reader.organisation, {**file, **ids, **words})


def _is_alike(route: Route, reader: Reader) -> bool:
    """Tell whether a page is the same for everybody, and another reader stands for this one."""
    alike = route.endpoint.startswith(("public.", "family.apply", "family.priority", "family.start"))
    return alike and reader.kind in {"parent", "facility"} and not reader.name.endswith((" b00", " l01", "Plek 2"))


def _words(route: Route, *, whole: bool = True) -> list[dict[str, Any]]:
    if "step" in route.arguments:
        return [{"step": step} for step in (STEPS if whole else STEPS[:1])]
    return [dict(WORDS.get(route.endpoint, {}))]


def _queries(route: Route) -> tuple[str, ...]:
    if route.endpoint == "facility.requests":
        return FILTERS
    return ("", "?name=Plek&municipality=schaarbeek") if route.endpoint == "family.apply_facilities" else ("",)


def _ids(marked: Marked, route: Route) -> Iterator[dict[str, UUID]]:
    if "choice_id" in route.ids:
        yield from ({"choice_id": choice, "offered_id": choice} for choice in marked.family.choices.values())
    elif "facility_id" in route.ids:
        yield from ({"facility_id": place, "chosen_id": place} for place in marked.states)
    elif {"place_id", "member_id"} & set(route.ids):
        yield {"choice_id": marked.family.dossier_id}
    elif "thread_id" in route.ids:
        yield {"thread_id": marked.desk_thread or marked.family.application_id}
    elif {"message_id", "double_id"} & set(route.ids):
        yield dict.fromkeys(("message_id", "double_id"), marked.family.dossier_id)
    elif "offer_id" in route.ids:
        yield {"offer_id": marked.offer_id or marked.family.application_id}
    else:
        yield {"request_id": marked.family.application_id, "child_id": marked.family.child_id}


def read(
    app: Flask, house: House, aviary: Aviary, *, foreign: int, seed: int = 20270115, may_fail: bool = False
) -> Tally:
    """Let everybody read; note every mark that the reader's relations do not give."""
    tally, pick = Tally(), random.Random(seed)
    client = app.test_client(use_cookies=False)
    for reader in readers(aviary):
        for endpoint, path in addresses(app, aviary, reader, pick, foreign):
            answer = client.get(path, headers=cookie(reader.session))
            tally.reads += 1
            tally.statuses[answer.status_code] += 1
            for key, code in found_in(whole_text(answer)):
                if code in allowed(reader, endpoint, key):
                    tally.seen.add((reader.relations.get(key, "found"), code))
                else:
                    tally.leaks.append(f"{reader.name} GET {path} ({answer.status_code}): {key} {CODES[code]}")
            if answer.status_code >= 500 and not may_fail:
                tally.leaks.append(f"{reader.name} GET {path}: {answer.status_code}")
    return tally


def whole_text(answer: TestResponse) -> str:
    """Return every byte that left: headers with addresses and cookies, and the body."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items() if name != "Content-Length")
    return f"{head}\n\n{answer.get_data(as_text=True)}"


@contextmanager
def logged() -> Iterator[list[str]]:
    """Catch every line that the process would log, as it would be written."""
    lines: list[str] = []

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter("web").format(record))

    catcher, root = Catcher(logging.DEBUG), logging.getLogger()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(catcher)
        root.setLevel(level)


_READ_KEY: Mapping[str, Callable[[Any, bytes], object]] = {
    "string": lambda queue, key: queue.get(key),
    "hash": lambda queue, key: queue.hgetall(key),
    "list": lambda queue, key: queue.lrange(key, 0, -1),
    "set": lambda queue, key: queue.smembers(key),
    "zset": lambda queue, key: queue.zrange(key, 0, -1),
}


def at_rest(house: House, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of all that is kept beside the families' own tables: the queue, and every technical row."""
    queue = Redis.from_url(settings.redis_url)
    for key in queue.scan_iter("*"):
        kind = queue.type(key).decode()
        value = _READ_KEY[kind](queue, key)
        yield "queue", f"{key!r} {value!r}"
    with house.databases.engine("maintainer").connect() as connection:
        for table in TECHNICAL:
            for row in connection.execute(text(f"select * from {table}")).mappings():
                # Numbers that the server counts by itself may look like a year.
                values = (value for name, value in row.items() if name not in {"sequence", "xid", "upto_xid", "count"})
                shown = (bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else str(v) for v in values)
                yield table, " | ".join(shown)


# Everything that is no column of a person's data, and what is kept sealed.
TECHNICAL = (
    "audit_entry", "audit_segment", "audit_seal", "outbox", "form_use", "job_run", "throttle", "web_session",
    "account_token", "draft", "health_answer", "keys.data_key", "thread", "thread_message", "staff_note",
)  # fmt: skip


def stir(app: Flask, house: House, aviary: Aviary) -> int:
    """Let leaders and families act, so that messages, jobs and notes come into being; return how many posts."""
    client, posts = app.test_client(use_cookies=False), 0

    def post(session: str, path: str, **data: str) -> None:
        nonlocal posts
        token = Knocker("", "", "", session, {}).token(house)
        posts += 1
        answer = client.post(path, data={"csrf_token": token, "once": f"{posts:020d}", **data}, headers=cookie(session))
        assert answer.status_code in {303, 409, 422, 429}, (path, answer.status_code)

    for marked in aviary.families:
        base = f"/{marked.organisation}/nl"
        for place, choice in marked.family.choices.items():
            leader = aviary.sessions[aviary.leaders[place].id]
            if marked.states[place] == "open":
                post(leader, f"{base}/facility/requests/{choice}/consider", seen="open")
            elif marked.states[place] == "considering":
                told = {"seen": "considering", "reason": "no_place", "confirmed": "1"}
                post(leader, f"{base}/facility/requests/{choice}/refuse", **told)
        if marked.desk_thread:
            path = f"{base}/desk/threads/{marked.desk_thread}"
            post(aviary.workers[marked.organisation], path, deed="answer", words=mark(marked.key, "md"))
            post(aviary.workers[marked.organisation], path, deed="note", note=mark(marked.key, "nd"))
        parent = aviary.sessions[marked.family.person.id]
        post(parent, f"{base}/my/messages/desk", words=mark(marked.key, "md"))
        post(parent, f"{base}/my/confirm-again")
        if marked.states[next(iter(marked.states))] == "offered":
            post(parent, f"{base}/my/offers/{marked.offer_id}/accept")
        elif marked.key.endswith("3"):
            post(parent, f"{base}/my/requests/{marked.family.application_id}/cancel")
        post(parent, f"{base}/password/forgotten", login=f"{mark(marked.key, 'lg').lower()}@example.org")
        post(
            parent, f"{base}/sign-in", login=f"{mark(marked.key, 'lg').lower()}@example.org", password="niet het juiste"
        )
    return posts


def leaks_of(texts: Iterator[tuple[str, str]]) -> list[str]:
    """Return the places where any mark stands in clear."""
    return [f"{place}: {key} {CODES[code]}" for place, words in texts for key, code in found_in(words)]


@pytest.mark.promise("BXL-58", breaks="branch:chosen")
@pytest.mark.promise("KG-06", breaks="branch:chosen")
def test_no_mark_shows_outside_the_table(
    app: Flask, house: House, settings: Settings, mailbox: Mailbox, figure: Figure
) -> None:
    aviary = hatch(house, families=FAMILIES)
    with logged() as lines:
        tally = read(app, house, aviary, foreign=1)
        posts = stir(app, house, aviary)
        kept = list(at_rest(house, settings))
        sent = drain_with(make_context(settings))
    elsewhere = leaks_of(iter([*kept, *(("log", line) for line in lines)]))
    subjects = leaks_of(("subject", str(mail["Subject"])) for mail in mailbox.messages())
    figure(
        f"canaries: {len(aviary.families)} families, {tally.reads} reads ({tally.statuses[200]} pages,"
        f" {tally.statuses[404]} refused),"
        f" {len(tally.leaks)} leaks; {posts} posts; {len(lines)} log lines, {len(kept)} rows and keys at rest,"
        f" {sent} mails: {len(elsewhere) + len(subjects)} marks in clear"
    )
    assert not tally.leaks, "\n".join(tally.leaks[:50])
    assert not elsewhere, "\n".join(elsewhere[:50])
    assert not subjects, "\n".join(subjects[:50])
    assert mails_to_the_wrong(mailbox) == []
    assert tally.reads >= ENOUGH
    # The eye sees: what may be read was read.
    assert {code for relation, code in tally.seen if relation == "open"} == SHOWN["open"]
    assert {code for relation, code in tally.seen if relation == "owner"} >= NAMES | REACH | {"pe", "wk", "rf", "lg"}
    assert {code for relation, code in tally.seen if relation == "desk"} == SHOWN["desk"]
    assert {code for relation, code in tally.seen if relation == "draft"} == {"dr"}
    for relation, least in (("helpdesk", REACH), ("counter", REACH), ("helper", {"em", "ph"})):
        assert {code for had, code in tally.seen if had == relation} >= {"gn", "fn", "cg"} | least, relation
    assert {code for relation, code in tally.seen if relation == "overseen"} == {"rf"}
    assert len(lines) > tally.reads
    assert sent > 20


def mails_to_the_wrong(mailbox: Mailbox) -> list[str]:
    """Return the mails that hold a mark of anybody but the family that they go to."""
    wrong = []
    for mail in mailbox.messages():
        to = {key for key, _ in found_in(str(mail["To"]))}
        body = mail.get_body(("plain",))
        for key, code in found_in(body.get_content() if body else ""):
            if key not in to:
                wrong.append(f"to {mail['To']}: {key} {CODES[code]}")
    return wrong


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ADDRESS = re.compile(r'(?:href|action|src)="(?!mailto:|tel:)([^"]*)"')


@pytest.mark.promise("KG-06", breaks="app.web.security_headers:protect")
def test_a_page_of_a_person_is_not_kept_nor_framed(app: Flask, house: House, figure: Figure) -> None:
    """Whatever shows a mark may not be stored or framed, and names nobody in its title or in an address.

    Each page that a kind of reader has is looked at once, for the first of them to whom it shows a mark.
    """
    aviary = hatch(house, families=2, organisations=(BRUSSELS,))
    client, looked_at, wrong = app.test_client(use_cookies=False), set(), []
    for reader in readers(aviary):
        for _, path in addresses(app, aviary, reader, random.Random(0), 0):
            page = reader.kind, _UUID.sub("*", path)
            if page in looked_at:
                continue
            answer = client.get(path, headers=cookie(reader.session))
            shown = whole_text(answer)
            if not found_in(shown):
                continue
            looked_at.add(page)
            kept = answer.headers.get("Cache-Control") == "no-store" and answer.headers.get("X-Frame-Options") == "DENY"
            if not kept or "frame-ancestors 'none'" not in answer.headers.get("Content-Security-Policy", ""):
                wrong.append(f"{path}: may be kept or framed")
            places = [*_TITLE.findall(shown), *_ADDRESS.findall(shown), answer.headers.get("Location", "")]
            if any(found_in(place) for place in places):
                wrong.append(f"{path}: a mark in the title or in an address")
    pages = len(looked_at)
    figure(f"pages of persons: {pages}, {len(wrong)} that may be kept or framed, or name somebody in title or address")
    assert not wrong, "\n".join(wrong)
    assert pages > 20


def test_the_eye_sees_a_mark_in_every_guise() -> None:
    """What looks for marks can find them."""
    name, mail = mark("b07", "gn"), f"{mark('l12', 'em').lower()}@example.org"
    assert found_in(f"<td>{name}</td>") == {("b07", "gn")}
    assert found_in(f"Location: /x?q={mail.replace('@', '%40')}") == {("l12", "em")}
    assert found_in("tel. 0460 00 00 70") == {("b07", "ph")}
    assert found_in("+32461010120") == {("l12", "pp")}
    assert found_in("ZQR B07 XYZ") == {("b07", "rf")}
    assert found_in("4 mei 1907") == {("b07", "by")}
    assert found_in("?before=1907") == set()
    assert found_in("b1907f00-1907-4abc-9def-001907001907") == set()
