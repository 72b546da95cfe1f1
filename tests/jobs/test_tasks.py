"""What the scheduled jobs do: drafts vanish with their keys, offers lapse, facilities hear counts and no names."""

from __future__ import annotations

from datetime import timedelta
from time import sleep
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from app.applications.models import Application, Choice, Draft, Offer, PossibleDouble
from app.core import heads
from app.core.actor import system
from app.core.audit import note_change
from app.core.db import transaction
from app.core.models import AuditEntry, DataKey
from app.families.models import Applicant, Child, Dossier
from app.web.doors import House
from jobs import tasks
from jobs.context import Context
from tests.factories import acting, as_maintainer, make_facility, make_family, make_offer, queued


def test_an_abandoned_draft_leaves_nothing(surroundings: Context, house: House) -> None:
    """BXL-27: an abandoned wizard leaves no trace after the draft's term."""
    now = surroundings.now()
    old, young = uuid4(), uuid4()
    with as_maintainer(house) as session:
        for draft, expires in ((old, now), (young, now + timedelta(days=1))):
            session.add(
                Draft(
                    id=draft,
                    organisation="brussels",
                    language="nl",
                    sealed=b"",
                    created_at=now,
                    updated_at=now,
                    expires_at=expires,
                )
            )
            session.add(
                DataKey(owner_id=draft, key_class="draft", organisation="brussels", wrapped=b"x", created_at=now)
            )
    assert tasks.expire_drafts(now) == 1
    assert tasks.expire_drafts(now) == 0
    with as_maintainer(house) as session:
        assert session.scalars(select(Draft.id)).all() == [young]
        assert session.scalars(select(DataKey.owner_id)).all() == [young]


def test_the_audit_is_sealed_published_and_verified(surroundings: Context, house: House) -> None:
    family = make_family(house, [make_facility(house)])
    with acting(house, family.person) as session:
        note_change(session, "plan_changed", dossier_id=family.dossier_id)
    # A test beside this one may run a transaction that keeps the sealer waiting.
    assert any(tasks.seal_audit(surroundings.now()) or sleep(0.1) for _ in range(300))
    assert tasks.broken_segments() == []
    with as_maintainer(house) as session:
        session.execute(update(AuditEntry).values(event="nothing"))
    assert [segment for segment, _ in tasks.broken_segments()] == [1]
    (surroundings.settings.kept_apart / heads.FILE).unlink()


def test_an_offer_lapses_once_and_both_sides_hear_it(surroundings: Context, house: House) -> None:
    facility = make_facility(house)
    family = make_family(house, [facility])
    make_offer(house, family, facility, expires_at=surroundings.now() - timedelta(minutes=1))
    assert tasks.lapse_offers(surroundings.now()) == 1
    assert tasks.lapse_offers(surroundings.now()) == 0
    with as_maintainer(house) as session:
        assert session.scalars(select(Offer.state)).all() == ["lapsed"]
        assert session.scalars(select(Choice.state)).all() == ["open"]
    assert sorted(message.kind for message in queued(house)) == ["facility_offer_lapsed", "offer_lapsed"]


def test_a_facility_hears_counts_and_no_names(surroundings: Context, house: House) -> None:
    facility, quiet = make_facility(house), make_facility(house)
    families = [make_family(house, [facility]) for _ in range(3)]
    assert tasks.facility_digest(surroundings.now()) == 1
    assert tasks.facility_digest(surroundings.now()) == 1
    (message,) = queued(house, "facility_digest")
    assert message.recipient == facility.email != quiet.email
    assert dict(message.params) == {"facility": facility.name, "new": 3, "waiting": 3, "due": 0, "unread": 0}
    for family in families:
        for name in family.names.values():
            assert name not in str(message.params)


@pytest.mark.parametrize("purpose", ["digest", "sealer", "drafts", "housekeeping", "scheduler", "nonsense"])
def test_a_purpose_reaches_no_further_than_its_task(surroundings: Context, house: House, purpose: str) -> None:
    make_family(house, [make_facility(house)])
    with transaction(surroundings.databases, "jobs", system(purpose, "brussels"), surroundings.now()) as session:
        assert session.scalars(select(Dossier.id)).all() == []
        assert session.scalars(select(Applicant.email)).all() == []


def test_who_sends_reads_where_to_and_no_more_of_a_file(surroundings: Context, house: House) -> None:
    family = make_family(house, [make_facility(house)])
    with transaction(surroundings.databases, "jobs", system("outbox"), surroundings.now()) as session:
        assert session.scalars(select(Applicant.email)).all() == [family.email]
        for nothing in (Dossier.id, Child.id, Application.id, Choice.id):
            assert session.scalars(select(nothing)).all() == []


def test_possible_doubles_are_found_in_every_organisation(surroundings: Context, house: House) -> None:
    born = surroundings.now().date() - timedelta(days=200)
    same = {"given_name": "An", "family_name": "Peeters", "street": "Kerkstraat", "house_number": "1"}
    for organisation in ("brussels", "leuven"):
        place = make_facility(house, organisation)
        for _ in range(2):
            make_family(
                house,
                [place],
                organisation=organisation,
                birth_date=born,
                applicant=same,
                child={"given_name": "Noor", "family_name": "Peeters"},
            )
    assert tasks.find_doubles(surroundings.now()) == 2
    assert tasks.find_doubles(surroundings.now()) == 0
    with as_maintainer(house) as session:
        assert sorted(session.scalars(select(PossibleDouble.organisation))) == ["brussels", "leuven"]
