"""The coded set for research: no name, no way to anybody, and a key that whoever makes the file cannot read."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from app.core.actor import system
from app.core.db import transaction
from app.core.models import DataKey
from app.families.models import Applicant, Child, Dossier, Restriction
from app.transfers.operations.coding import key_owner, pseudonyms_for
from app.transfers.rules import CODED
from app.web.doors import House
from tests.factories import as_maintainer
from tests.transfers.leaving import disclosures, give_key, make, plant, read

HOME, GHENT = "kindengezin", "ugent"


def client_of(house: House, name: str, born: date) -> tuple[UUID, UUID]:
    """Write down somebody whom the organisation knows, with a child."""
    dossier_id, child_id, now = uuid4(), uuid4(), house.clock.now()
    with as_maintainer(house, HOME) as session:
        keys = {"organisation": HOME, "dossier_id": dossier_id}
        session.add(
            Dossier(
                id=dossier_id,
                organisation=HOME,
                reference=f"R{dossier_id.hex[:8]}",
                language="nl",
                created_at=now,
                last_activity_at=now,
                state="active",
            )
        )
        session.flush()
        session.add(
            Applicant(
                **keys,
                given_name=f"An{name}",
                family_name=name,
                municipality="gent",
                phone="+32470123123",
                street="Veldstraat",
            )
        )
        session.add(
            Child(id=child_id, **keys, given_name=f"Kind{name}", family_name=name, birth_date=born, expected=False)
        )
    return dossier_id, child_id


def coded(house: House) -> tuple[UUID, dict[str, list[str]]]:
    """Make a coded set as the job does, in two purposes; return the records by pseudonym."""
    profile, now = house.profiles[HOME], house.clock.now()
    columns = ["pseudonym", *(CODED[name] for name in profile.recipients[GHENT].columns)]
    given = {"recipient": GHENT, "purpose": "research", "ground": "research", "kind": "research", "columns": columns}
    delivery_id = plant(house, HOME, **given)
    with transaction(house.databases, "jobs", system("research", HOME), now) as session:
        pseudonyms = pseudonyms_for(session, delivery_id, GHENT)
    assert make(house, delivery_id, profile, pseudonyms=pseudonyms).denied is None
    return delivery_id, {record[0]: record[1:] for record in read(house, delivery_id)["records"]}


@pytest.mark.promise("KG-41", breaks="policy:data_key.jobs.select")
def test_nobody_is_in_it(house: House) -> None:
    """A year of birth and a town under a code; the next set has the same code for a child, and no erased one."""
    give_key(house, GHENT, HOME)
    (first, child), (second, _) = client_of(house, "Alfa", date(2024, 5, 6)), client_of(house, "Beta", date(2025, 7, 8))
    _, records = coded(house)
    assert sorted(records.values()) == [["2024", "gent"], ["2025", "gent"]]
    whole = str(records)
    hidden = ("Alfa", "Beta", "+32470123123", "Veldstraat", "05-06", str(first), str(child), first.hex, child.hex)
    assert not [value for value in hidden if value in whole]
    assert {row.person for row in disclosures(house, first)} == {"applicant", "child"}
    with as_maintainer(house, HOME) as session:
        session.delete(session.get_one(Dossier, second))
    _, again = coded(house)
    assert again == {code: values for code, values in records.items() if values == ["2024", "gent"]}
    with as_maintainer(house, HOME) as session:
        session.add(Restriction(id=uuid4(), organisation=HOME, dossier_id=first, since=house.clock.now()))
    assert coded(house)[1] == {}
    for purpose, keys in (("deliveries", 0), ("research", 1)):
        with transaction(house.databases, "jobs", system(purpose, HOME), house.clock.now()) as session:
            query = select(DataKey.wrapped).where(DataKey.owner_id == key_owner(HOME, GHENT))
            assert len(session.scalars(query).all()) == keys, purpose


def test_the_key_is_all_that_links(house: House) -> None:
    """Another recipient, or a key that was destroyed, gives another code for the same child."""
    give_key(house, GHENT, HOME)
    client_of(house, "Gamma", date(2024, 5, 6))
    _, before = coded(house)
    with as_maintainer(house, HOME) as session:
        session.execute(text("delete from keys.data_key where key_class = 'research'"))
    _, after = coded(house)
    assert len(before) == len(after) == 1
    assert before.keys().isdisjoint(after)
