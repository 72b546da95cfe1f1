"""Finding a file by what a family tells, and what is found by nobody else and by no trick."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import update

from app.core.errors import Refused
from app.families.models import Applicant
from app.mandates.queries.find import MOST, Sought, Vague, find_files, found_rows, read_sought
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_helper,
    make_worker,
)

BORN = date(2025, 3, 9)


@pytest.fixture
def family(house: House) -> FamilyMade:
    return make_family(
        house,
        [make_facility(house)],
        applicant={
            "given_name": "Zoë",
            "family_name": "Van den Bossche-Peña",
            "phone": "+32470123456",
            "email": "Zoe@example.org",
        },
        child={"given_name": "Çelik", "call_name": "Muisje", "family_name": "O'Brien", "birth_date": BORN},
    )


def found(house: House, worker: Person, typed: str) -> tuple[UUID, ...]:
    with acting(house, worker) as session:
        return find_files(session, read_sought(typed))[0]


@pytest.mark.parametrize(
    "typed",
    [
        "zoe",
        "BOSSCHE",
        "pena zoë",
        "van den bos",
        "muisje",
        "celik o'brien",
        "Çel 09/03/2025",
        "muis 9-3-2025",
        "2025-03-09 celik",
        "zoe@EXAMPLE.org",
        "0470 12 34 56",
        "+32 (0)470/12.34.56",
        "0032470123456",
    ],
)
def test_a_family_is_found_by_what_it_tells(house: House, family: FamilyMade, typed: str) -> None:
    make_family(house, [make_facility(house)])
    assert found(house, make_worker(house), typed) == (family.dossier_id,)


def test_the_reference_finds_its_file_however_it_is_spaced(house: House, family: FamilyMade) -> None:
    reference = family.reference
    for typed in (reference, f"{reference[:3]} {reference[3:6]}-{reference[6:].lower()}"):
        assert found(house, make_worker(house), typed) == (family.dossier_id,)


@pytest.mark.promise("KG-36", breaks="app.mandates.queries.find:read_sought", twin="tests.mandates.test_find:anything")
@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", Vague.NOTHING),
        ("  ", Vague.NOTHING),
        ("%%%", Vague.TOO_SHORT),
        ("___", Vague.TOO_SHORT),
        ("*", Vague.TOO_SHORT),
        ("a b", Vague.TOO_SHORT),
        ("' or true --", None),
        ("x:* | y:*", Vague.TOO_SHORT),
        ("09/03/2025", Vague.TOO_SHORT),
        ("@", Vague.TOO_SHORT),
        ("a" * 10_000, Vague.TOO_LONG),
        ("\x00\x00\x00", Vague.TOO_SHORT),
    ],
)
def test_nobody_reads_a_list_by_asking_for_almost_nothing(
    house: House, family: FamilyMade, typed: str, why: Vague | None
) -> None:
    worker = make_worker(house)
    if why is None:
        assert found(house, worker, typed) == ()
        return
    with pytest.raises(Refused) as refused:
        found(house, worker, typed)
    assert refused.value.reason is why


def anything(typed: str) -> Sought:
    """Look for whatever was typed, by its first letters."""
    return Sought(words="a:* | n:* | z:*")


def test_a_list_is_short_and_says_that_there_is_more(house: House) -> None:
    place, worker = make_facility(house), make_worker(house)
    for _ in range(MOST + 1):
        make_family(house, [place], applicant={"family_name": "Veelvoorkomend"}, partner=False)
    with acting(house, worker) as session:
        ids, more = find_files(session, read_sought("veelvoor"))
        rows = found_rows(session, ids)
    assert (len(ids), more, len(rows)) == (MOST, True, MOST)
    assert {row.applicant_name.family_name for row in rows} == {"Veelvoorkomend"}


def test_what_is_shown_is_enough_to_choose_and_no_more(house: House, family: FamilyMade) -> None:
    with acting(house, make_worker(house)) as session:
        (row,) = found_rows(session, [family.dossier_id])
    assert (row.applicant_name.given_name, row.municipality, row.own_choice) == ("Zoë", "schaarbeek", "open")
    assert [(child.name, child.year) for child in row.child_identity] == [("Muisje", 2025)]
    for kept in ("Kersenlaan", "0470", "example.org", "03"):
        assert kept not in str(row.applicant_name) + str(row.child_identity)


@pytest.mark.promise(
    "KG-02",
    breaks=("branch:employed", "line:app/mandates/policy/find_functions.py#where (m.organisation, m.role) in (values"),
)
@pytest.mark.parametrize("role", ["policy", "developer"])
def test_a_role_without_files_finds_none(house: House, family: FamilyMade, role: str) -> None:
    worker = make_worker(house, role=role)
    assert found(house, worker, "bossche") == ()
    with acting(house, worker) as session:
        assert found_rows(session, [family.dossier_id]) == ()


def test_nobody_finds_what_another_organisation_holds(house: House, family: FamilyMade) -> None:
    there = make_worker(house, "leuven", role="administrator")
    unsigned = make_worker(house, "leuven", role="administrator", agrees=False)
    make_family(house, [make_facility(house, "leuven")], organisation="leuven", applicant={"family_name": "Leuvenaar"})
    assert found(house, there, "bossche") == found(house, make_worker(house), "leuvenaar") == ()
    assert found(house, unsigned, "leuvenaar") == (), "before the confidentiality agreement"
    assert found(house, make_worker(house, "leuven"), "leuvenaar") == (), "no such role there"
    assert len(found(house, there, "leuvenaar")) == 1
    with acting(house, there) as session:
        assert found_rows(session, [family.dossier_id]) == ()


@pytest.mark.parametrize("kind", ["counter", "helper", "parent", "oversight"])
def test_no_other_login_may_even_ask(house: House, family: FamilyMade, kind: str) -> None:
    asking = {
        "counter": lambda: make_worker(house, "leuven", role="counter", area=["leuven"]),
        "helper": lambda: make_helper(house)[0],
        "parent": lambda: family.person,
        "oversight": lambda: make_worker(house, role="dpo"),
    }[kind]()
    with pytest.raises(Exception, match="permission denied"):
        found(house, asking, "bossche")


def test_a_protected_address_finds_nobody(house: House, family: FamilyMade) -> None:
    with as_maintainer(house) as session:
        session.execute(
            update(Applicant)
            .where(Applicant.dossier_id == family.dossier_id)
            .values(protected=True, phone=None, email=None, street=None, house_number=None, postcode=None)
        )
    assert found(house, make_worker(house), "0470123456") == ()
    assert found(house, make_worker(house), "bossche") == (family.dossier_id,)
