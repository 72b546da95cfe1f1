"""All one's data on one page and in one file: complete, once, after the password, and nothing of anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.consents.models import Consent
from app.core.crypto import open_json, seal_json
from app.core.models import Base, OutboxMessage
from app.core.outbox import MESSAGE_KEY_CLASS
from app.messages.models import StaffNote, Thread, ThreadMessage
from app.messages.queries.threads import KEY_CLASS, message_place, note_place
from app.rights.models import RightsRequest
from app.rights.queries.copy_file import SCHEMA
from app.transfers.models import Delivery, Disclosure
from app.web.doors import House
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import (
    BRUSSELS,
    PASSWORD,
    FamilyMade,
    Place,
    as_maintainer,
    guard_of,
    make_facility,
    make_family,
    make_leader,
    make_offer,
    post_form,
    signed_in,
)
from tests.web.family.test_my_access import second_parent

Client = Callable[[], FlaskClient]
MY = "/brussels/en/my"
DATA, COPY = f"{MY}/data", f"{MY}/data/copy"
NOTE, WORDS, ANSWER = "Kwam te laat op het bezoek", "Is er al nieuws?", "Nog niet, we bellen u"
CHECKS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "null": type(None)}


@pytest.fixture
def place(house: House) -> Place:
    found = make_facility(house, name="Zonnetje")
    make_leader(house, found)
    return found


@pytest.fixture
def mine(house: House, place: Place) -> FamilyMade:
    """A family of which every kind of thing is held, beside another family that must not show."""
    family = make_family(house, [place], language="en")
    stranger = make_family(house, [place], language="en")
    make_offer(house, family, place)
    for one in (family, stranger):
        write_everything(house, one, place)
    return family


@pytest.fixture
def me(house: House, client: Client, mine: FamilyMade) -> FlaskClient:
    return signed_in(house, client(), mine.person)


def write_everything(house: House, family: FamilyMade, place: Place) -> None:
    """Write messages both ways, a note, a consent, two deliveries of which one is hidden, and a request."""
    now, own = house.clock.now(), {"organisation": BRUSSELS, "dossier_id": family.dossier_id}
    tell = family.names["given_name"]
    of_thread: dict[str, Any] = {"owner_id": family.dossier_id, "key_class": KEY_CLASS}
    with as_maintainer(house) as session:
        thread_id = uuid4()
        session.add(
            Thread(id=thread_id, **own, facility_id=place.id, created_at=now, last_at=now, last_sender="family")
        )
        session.flush()
        for sender, words in (("family", WORDS), ("facility", ANSWER)):
            key = uuid4()
            sealed = seal_json(
                session,
                {"text": f"{words} {tell}"},
                owner_id=family.dossier_id,
                key_class=KEY_CLASS,
                place=message_place(key),
            )
            session.add(
                ThreadMessage(
                    id=key, **own, thread_id=thread_id, facility_id=place.id, sender=sender, author_id=uuid4(),
                    channel="portal", sealed=sealed, received_at=now, created_at=now,
                )
            )  # fmt: skip
        key = uuid4()
        sealed = seal_json(session, {"text": f"{NOTE} {tell}"}, **of_thread, place=note_place(key))
        session.add(StaffNote(id=key, **own, facility_id=place.id, author_id=uuid4(), sealed=sealed, created_at=now))
        session.add(
            Consent(
                id=uuid4(), **own, application_id=family.application_id, recipient="lop", given=True, at=now,
                text_version="2026-1", language="en", channel="web",
            )
        )  # fmt: skip
        for recipient, hidden in (("lop", None), ("police", now.date() + timedelta(days=30))):
            delivery_id = uuid4()
            session.add(
                Delivery(
                    id=delivery_id, organisation=BRUSSELS, recipient=recipient, purpose="contact_family",
                    ground="consent" if hidden is None else "law", kind="regular" if hidden is None else "order",
                    format="csv", columns=["applicant.email"], text_version="2026-1", state="fetched",
                    asked_at=now, hidden_until=hidden,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Disclosure(
                    id=uuid4(), **own, delivery_id=delivery_id, person="applicant", recipient=recipient, at=now,
                    columns=["applicant.email", "child.birth_date"], given_token=b"t", hidden_until=hidden,
                )
            )  # fmt: skip


def take(client: FlaskClient, kind: str) -> dict[str, Any]:
    """Get the file of one's data and return what is in it."""
    answer = post_form(client, COPY, kind=kind, current=PASSWORD)
    assert answer.status_code == 200 and answer.mimetype == "application/json", answer.text[:300]
    made: dict[str, Any] = json.loads(answer.data)
    return made


def values_of(made: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the values in a file by column."""
    found: dict[str, list[Any]] = {}
    for section in made["sections"]:
        for record in section["records"]:
            for one in record["values"]:
                found.setdefault(one["column"], []).append(one["value"])
    return found


def breaches(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "$") -> Iterator[str]:
    """Yield where a value is not as its schema says: the part of JSON Schema that ours uses."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if kinds and not any(isinstance(value, CHECKS[kind]) for kind in kinds):
        yield f"{at} is no {kinds}"
        return
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        yield f"{at} is {value!r}"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{at} lacks {name}" for name in schema.get("required", ()) if name not in value)
        yield from (f"{at} has {name}" for name in value if name not in known)
        for name in known.keys() & value.keys():
            yield from breaches(value[name], known[name], root, f"{at}.{name}")
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from breaches(one, schema.get("items", {}), root, f"{at}[{place}]")


@pytest.mark.promise("BXL-60", "LEU-43")
def test_everything_of_this_family_and_nothing_of_another_is_in_the_file(
    house: House, me: FlaskClient, mine: FamilyMade
) -> None:
    made = take(me, "access")
    whole, values = json.dumps(made, ensure_ascii=False), values_of(made)
    own = mine.names["given_name"]
    assert values["applicant.email"] == [mine.email]
    assert {*values["thread_message.sealed"]} == {f"{WORDS} {own}", f"{ANSWER} {own}"}
    assert values["staff_note.sealed"] == [f"{NOTE} {own}"]
    assert values["consent.text_version"] == ["2026-1"] and values["choice.facility_id"] == ["Zonnetje"]
    assert values["child.given_name"] == [mine.names["child"]] and values["offer.state"] == ["open"]
    assert any(reader["who"] == "Zonnetje" for section in made["sections"] for reader in section["readers"])
    assert made["log"] or take(me, "access")["log"], "who came is told by function"
    # BXL-60: nothing of another family, of who works here, of codes; LEU-38: nothing of what is hidden.
    with as_maintainer(house) as session:
        others = session.execute(
            text("select given_name from applicant where dossier_id <> :d"), {"d": mine.dossier_id}
        )
        authors = session.scalars(select(ThreadMessage.author_id).where(ThreadMessage.dossier_id == mine.dossier_id))
        strange = [*(row[0] for row in others), *(str(one) for one in authors), "police", "token", "password"]
    assert [word for word in strange if word in whole] == []


@pytest.mark.promise("BXL-64", breaks="line:app/rights/queries/copy_file.py#if everything or one.origin")
def test_what_one_takes_along_is_what_one_gave_by_the_published_schema(
    client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    given, everything = take(me, "copy"), take(me, "access")
    schema = json.loads(client().get("/brussels/nl/copy.schema.json").data)
    assert schema == json.loads(SCHEMA.read_text(encoding="utf-8"))
    for made in (given, everything):
        assert list(breaches(made, schema, schema)) == []
    assert list(breaches({**given, "kind": "x", "more": 1}, schema, schema)), "the check bites"
    assert NOTE in json.dumps(everything) and NOTE not in json.dumps(given)
    assert ANSWER not in json.dumps(given) and WORDS in json.dumps(given)
    told = values_of(given)
    assert {"applicant.birth_date", "child.birth_date", "application.start_date", "consent.given"} <= told.keys()
    assert not {"choice.priority_rank", "offer.state"} & told.keys()


def test_the_file_asks_the_password_and_a_form_gives_it_once(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    wrong = post_form(me, COPY, kind="copy", current="not the password at all")
    assert wrong.status_code == 422 and mine.email not in wrong.text
    shown = me.get(COPY)
    form = {**guard_of(shown), "kind": "copy", "current": PASSWORD}
    first = me.post(COPY, data=form)
    assert first.headers["Cache-Control"] == "no-store" and "attachment" in first.headers["Content-Disposition"]
    assert mine.email in first.text
    again = me.post(COPY, data=form)
    assert again.status_code == 400 and mine.email not in again.text


@pytest.mark.promise("KK-27", "KK-28", "KK-26", breaks="app.rights.queries.copy:_given")
def test_the_page_tells_of_each_part_why_from_where_who_reads_it_and_to_whom_it_went(
    house: House, me: FlaskClient, mine: FamilyMade
) -> None:
    me.get(DATA)
    with count_sql(house.databases.engine("family")) as spent:
        shown = me.get(DATA, headers=AS_SENT)
    BUDGETS["data"].hold(shown, spent)
    page = me.get(DATA).text
    for words in (
        "You told us",
        "A facility",
        "Made by this website",
        "LOP Brussel",
        "Zonnetje: As long as",
        mine.email,
    ):
        assert words in page, words
    assert "police" not in page and NOTE in page
    assert page.count("<summary><b>") == page.count("When it goes") > 15, "each part says when it goes"
    assert "<details open>" in me.get(f"{DATA}?open=all").text and "<details open>" not in page


@pytest.mark.promise("KG-44", breaks="line:app/templates/family/my/home.html#data_url")
def test_each_right_is_two_clicks_away_and_leads_somewhere(me: FlaskClient) -> None:
    assert f'href="{DATA}"' in me.get(MY).text
    page = me.get(DATA).text
    for address in ("details", "permissions", "rights", "data/copy", "given", "access#log", "complaint"):
        assert f'href="{MY}/{address}"' in page, address
        assert me.get(f"{MY}/{address}".partition("#")[0]).status_code == 200, address


def test_the_other_parent_reads_of_themselves_and_of_the_child_and_not_of_the_first(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    other = signed_in(house, client(), second_parent(house, mine))
    page, made = other.get(DATA).text, take(other, "access")
    assert mine.names["child"] in page and "Youssef" in page
    for words in (mine.email, "Kersenlaan", NOTE, WORDS, "Geheime Werkgever"):
        assert words not in page and words not in json.dumps(made, ensure_ascii=False), words
    assert made["person"] == "partner" and other.get(f"{MY}/permissions").status_code == 404


def test_an_apart_partner_is_in_no_copy_of_the_applicant(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    assert "Youssef" in json.dumps(take(me, "access"))
    second_parent(house, mine, apart=True)
    assert "Youssef" not in json.dumps(take(me, "access"))


@pytest.mark.promise("KG-34", breaks="line:app/web/family/my_rights.py#NEEDED: Mapping")
def test_a_correction_names_the_part_and_the_new_words(house: House, me: FlaskClient, mine: FamilyMade) -> None:
    page = f"{MY}/rights/correct"
    for half in ({}, {"field": "answers"}, {"value": "ja"}):
        assert post_form(me, page, **half).status_code == 422
    shown = me.get(page).text
    assert all(words in shown for words in ("They are wrong", "You do not need them", "a rule forbids it"))
    assert post_form(me, page, field="answers", value="Het was 3 mei", ground="wrong").status_code == 303
    with as_maintainer(house) as session:
        (asked,) = session.scalars(select(RightsRequest))
        assert (asked.kind, asked.subject_kind, asked.channel) == ("correct", "applicant", "portal")
        assert asked.dossier_id == mine.dossier_id and (asked.due_on - asked.received_on).days == 28
    listed = me.get(f"{MY}/rights").text
    assert "A correction" in listed and "We received it" in listed


@pytest.mark.promise("LEU-42", breaks="line:app/web/family/my_rights.py#warned")
def test_whoever_asks_to_erase_is_warned_that_open_requests_close_first(
    house: House, me: FlaskClient, mine: FamilyMade
) -> None:
    page = f"{MY}/rights/erase"
    assert "Zonnetje" in me.get(page).text
    assert post_form(me, page, says="alles").status_code == 422
    assert post_form(me, page, says="alles", warned="yes").status_code == 303
    with as_maintainer(house) as session:
        assert session.scalars(select(RightsRequest.kind)).all() == ["erase"]


@pytest.mark.promise("BXL-61", breaks="app.families.operations:change_child")
def test_a_corrected_value_is_gone_from_every_table_message_and_search(
    house: House, client: Client, me: FlaskClient, mine: FamilyMade
) -> None:
    old = mine.names["child"]
    post_form(
        me,
        f"{MY}/requests/{mine.application_id}/child",
        **{
            "born": "yes",
            "given_name": "Zebulon",
            "family_name": "Anders",
            "birth_date-day": "2",
            "birth_date-month": "8",
            "birth_date-year": str(house.clock.now().year),
        },
    )
    assert list(everywhere(house, old)) == []
    assert "Zebulon" in me.get(DATA).text and old not in me.get(DATA).text


def everywhere(house: House, word: str) -> Iterator[str]:
    """Yield the tables in which a word still stands, and the messages that would say it."""
    with as_maintainer(house) as session:
        for table in Base.metadata.sorted_tables:
            name = f"{table.schema}.{table.name}" if table.schema else table.name
            if session.scalar(
                text(f"select exists (select 1 from {name} t where t::text ilike :w)"), {"w": f"%{word}%"}
            ):
                yield name
        for row in session.scalars(select(OutboxMessage).where(OutboxMessage.sealed.is_not(None))):
            opened = open_json(
                session, row.sealed, owner_id=row.owner_id, key_class=MESSAGE_KEY_CLASS, place=f"outbox:sealed:{row.id}"
            )
            if word in json.dumps(opened):
                yield f"message {row.kind}"
