"""Legal orders: only the ticked fields, after two people, and silent wherever the law forbids to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.actor import system
from app.core.db import transaction
from app.core.errors import Refused
from app.core.models import AuditEntry
from app.rights.models import RightsRequest
from app.rights.queries.log import own_log
from app.transfers.models import Delivery, Disclosure
from app.transfers.operations.asking import approve_delivery
from app.transfers.operations.orders import Order, prepare_order
from app.transfers.operations.terms import tell_after_ban
from app.transfers.queries.given import given_to
from app.transfers.queries.ledger import order_said
from app.transfers.rules import Denied, OrderGround, order_grounds
from app.web.doors import House
from tests.factories import FamilyMade, acting, as_maintainer, make_family, make_worker, queued, signed_in
from tests.transfers.leaving import give_key, make, officers, read

LEUVEN = "leuven"
LAW = "Article 46quater of the Code of Criminal Procedure"
TICKED = ("applicant.family_name", "applicant.given_name", "child.birth_date")


def order(**other: Any) -> Order:
    """Return a whole order of the police."""
    whole = Order("police", OrderGround.LAW, LAW, "BR-2026-114", "Inspector on duty", TICKED, "json")
    return replace(whole, **other)


def prepared(house: House, family: FamilyMade, **other: Any) -> UUID:
    """Prepare an order about a family and agree to it, as two people."""
    asks, agrees = officers(house, LEUVEN)
    profile, now = house.profiles[LEUVEN], house.clock.now()
    with acting(house, asks) as session:
        delivery_id = prepare_order(session, profile, family.dossier_id, order(**other), now=now)
        assert order_said(session, delivery_id) == {"reference": "BR-2026-114", "who": "Inspector on duty"}
    with acting(house, agrees) as session:
        approve_delivery(session, profile, delivery_id, now=now)
    return delivery_id


def followed(house: House, family: FamilyMade, **other: Any) -> UUID:
    """Prepare an order, agree to it, and make its file."""
    give_key(house, "police", LEUVEN)
    delivery_id = prepared(house, family, **other)
    assert make(house, delivery_id, house.profiles[LEUVEN]).denied is None
    return delivery_id


@pytest.fixture
def family(house: House) -> FamilyMade:
    """A family of Leuven."""
    return make_family(house, organisation=LEUVEN)


@pytest.mark.promise("LEU-37", breaks="app.transfers.rules:basis_denied")
@pytest.mark.promise("KK-42", breaks="app.transfers.rules:basis_denied")
@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ({"law": "  "}, Denied.NO_LAW),
        ({"reference": ""}, Denied.NO_REFERENCE),
        ({"authority": "neighbour"}, Denied.AUTHORITY_UNKNOWN),
        ({"ground": "curiosity"}, Denied.GROUND_UNKNOWN),
        ({"ground": "urgent"}, Denied.GROUND_UNKNOWN),
        ({"columns": ()}, Denied.NO_COLUMNS),
        ({"columns": ("applicant.number_token",)}, Denied.OTHER_COLUMNS),
        ({"hidden_until": date(2020, 1, 1)}, Denied.BAN_OVER),
    ],
)
def test_what_is_missing(house: House, family: FamilyMade, missing: Mapping[str, Any], reason: Denied) -> None:
    """No file without law, reference or authority, and never the national number."""
    with acting(house, make_worker(house, LEUVEN, role="dpo")) as session, pytest.raises(Refused) as refused:
        prepare_order(session, house.profiles[LEUVEN], family.dossier_id, order(**missing), now=house.clock.now())
    assert refused.value.reason is reason


@pytest.mark.promise("KK-42", breaks="app.transfers.rules:basis_denied")
def test_an_urgent_reason_is_weighed(house: House, family: FamilyMade) -> None:
    """Where a statement knows an urgent weighty reason, it is written out, and a second person agrees to it."""
    assert order_grounds("consent") == (OrderGround.LAW,)
    home = house.profiles[LEUVEN]
    profile = replace(home, settings=replace(home.settings, disclosure_kind="consent_or_report"))
    asks, agrees = officers(house, LEUVEN)
    now, weighed = house.clock.now(), "The child may be hurt tonight; telling later would come too late for it."
    with acting(house, asks) as session:
        with pytest.raises(Refused) as refused:
            prepare_order(session, profile, family.dossier_id, order(ground="urgent", law="Hurry"), now=now)
        assert refused.value.reason is Denied.NO_WEIGHING
        delivery_id = prepare_order(session, profile, family.dossier_id, order(ground="urgent", law=weighed), now=now)
    give_key(house, "police", LEUVEN)
    assert make(house, delivery_id, profile).denied is Denied.NOT_NOW
    with acting(house, agrees) as session:
        approve_delivery(session, profile, delivery_id, now=now)
    assert make(house, delivery_id, profile).count == 1


@pytest.mark.promise("LEU-37", breaks="constraint:delivery.ck_delivery_second_person")
def test_nobody_agrees_alone(house: House, family: FamilyMade) -> None:
    """Who prepared it cannot agree to it, through the page or past it; until somebody does there is no file."""
    alone = make_worker(house, LEUVEN, role="dpo")
    profile, now = house.profiles[LEUVEN], house.clock.now()
    give_key(house, "police", LEUVEN)
    with acting(house, alone) as session:
        delivery_id = prepare_order(session, profile, family.dossier_id, order(), now=now)
        with pytest.raises(Refused) as refused:
            approve_delivery(session, profile, delivery_id, now=now)
        assert refused.value.reason is Denied.SAME_PERSON
    assert make(house, delivery_id, profile).denied is Denied.NOT_NOW
    past = "update delivery set state = 'approved', approved_by = app.actor_id() where id = :id"
    taken = False
    try:
        with acting(house, alone) as session:
            session.execute(text(past), {"id": delivery_id})
            taken = True
    except DBAPIError:
        taken = False
    assert not taken


@pytest.mark.promise("LEU-37", breaks="app.transfers.policy.rows:_ticked", twin="tests.twins:value_itself")
def test_only_the_ticked_fields(house: House, family: FamilyMade) -> None:
    make_family(house, of=family, organisation=LEUVEN)
    delivery_id, waiting = followed(house, family), prepared(house, family)
    file, names = read(house, delivery_id), family.names
    assert file["columns"] == list(TICKED)
    assert len(file["records"]) == 2
    assert {record[0] for record in file["records"]} == {names["family_name"]}
    assert not [value for value in (names["child"], family.email, family.reference) if value and value in str(file)]
    with transaction(house.databases, "jobs", system("deliveries", LEUVEN), house.clock.now()) as session:
        other = session.execute(text("select * from access.order_rows(:id)"), {"id": uuid4()}).all()
        rows = session.execute(text("select * from access.order_rows(:id)"), {"id": waiting}).all()
    assert other == []
    # The database itself hands out no more, whatever a program asks of it.
    known = {"applicant_family_name", "applicant_given_name", "child_birth_date", "dossier_id", "child_id"}
    assert {name for row in rows for name, value in row._mapping.items() if value is not None} == known
    one = followed(house, family, columns=("applicant.phone",))
    assert len(read(house, one)["records"]) == 1
    # It is told at once where no law forbids that.
    assert [m.kind for m in queued(house, organisation=LEUVEN) if m.recipient == family.email] == [
        "disclosure_told"
    ] * 2


@pytest.mark.promise("LEU-38", breaks="policy:disclosure.family.select")
def test_a_hidden_order_is_nowhere(app: Flask, house: House, family: FamilyMade) -> None:
    """Not on the family's page, in its copy, log or mail, nor at the desk; once the ban ends it is all there."""
    client = signed_in(house, app.test_client(), family.person)
    today = house.clock.now().date()
    with acting(house, family.person) as session:
        log_before = own_log(session)
    page_before = client.get(f"{family.person.base}/my/given").text
    delivery_id = followed(house, family, hidden_until=today + timedelta(days=30))
    _ask_for_copy(house, family)

    assert client.get(f"{family.person.base}/my/given").text.count("<dt>") == page_before.count("<dt>")
    with acting(house, family.person) as session:
        assert given_to(session, family.dossier_id) == ()
        assert session.execute(text("select id from delivery")).all() == []
        assert session.execute(text("select id from disclosure")).all() == []
        assert own_log(session).lines[1:] == log_before.lines[1:]
    assert _copied(house, family) == ()
    assert [one.kind for one in queued(house, organisation=LEUVEN) if one.recipient == family.email] == []
    for role in ("helpdesk", "administrator", "counter"):
        with acting(house, make_worker(house, LEUVEN, role=role, area=["leuven"])) as session:
            for table in ("disclosure", "delivery"):
                with pytest.raises(DBAPIError), session.begin_nested():
                    session.execute(text(f"select count(*) from {table}"))
    with as_maintainer(house, LEUVEN) as session:
        noted = session.execute(select(AuditEntry.event, AuditEntry.subjects).where(AuditEntry.event.like("order%")))
        assert {(event, tuple(subjects)) for event, subjects in noted} == {
            ("order_prepared", ()),
            ("order_followed", ()),
        }

    for after, told in ((30, 0), (31, 1), (32, 0)):
        later = house.clock.now() + timedelta(days=after)
        with transaction(house.databases, "jobs", system("deliveries", LEUVEN), later) as session:
            assert tell_after_ban(session, now=later) == told
    assert [one.kind for one in queued(house, organisation=LEUVEN) if one.recipient == family.email] == [
        "disclosure_told"
    ]
    house.clock.offset += timedelta(days=31)
    with acting(house, family.person) as session:
        found = given_to(session, family.dossier_id)
    assert {(one.recipient, one.purpose) for one in found} == {("police", "legal_order")}
    assert _copied(house, family) == found
    with as_maintainer(house) as session:
        assert session.scalars(select(Delivery.hidden_until).where(Delivery.id == delivery_id)).one() is not None


def test_a_column_of_every_row_is_hidden_alike(house: House, family: FamilyMade) -> None:
    """The ban stands on each person's row, and not on the delivery alone."""
    followed(house, family, hidden_until=house.clock.now().date() + timedelta(days=2))
    with as_maintainer(house, LEUVEN) as session:
        rows = session.execute(select(Disclosure.person, Disclosure.hidden_until)).all()
    assert {person for person, _ in rows} == {"applicant", "child"}
    assert all(until for _, until in rows)


def _ask_for_copy(house: House, family: FamilyMade) -> None:
    """Let a request about the family's rights be open."""
    now = house.clock.now()
    with as_maintainer(house, LEUVEN) as session:
        session.add(
            RightsRequest(
                id=uuid4(),
                organisation=LEUVEN,
                reference=uuid4().hex[:8],
                kind="copy",
                subject_kind="applicant",
                dossier_id=family.dossier_id,
                account_id=family.person.id,
                channel="portal",
                language="nl",
                received_on=now.date(),
                due_on=now.date(),
                entered_at=now,
                entered_kind="parent",
                state="received",
                sealed=b"",
            )
        )


def _copied(house: House, family: FamilyMade) -> object:
    """Return what an answer about rights would list."""
    with transaction(house.databases, "jobs", system("rights", LEUVEN), house.clock.now()) as session:
        return given_to(session, family.dossier_id)
