"""Facilities of the demo as rows, and as what the families of the demo can choose."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.rules import add_months
from app.core.clock import today_at
from app.facilities.models import Facility
from app.facilities.postcodes import POSTCODES
from app.organisations.profile import Profile
from app.priority.queries import site_of
from app.priority.rules import Tariff
from jobs.demo.families import Spot
from jobs.demo.names import STREETS
from jobs.demo.places import GROUP, Place
from jobs.demo.rows import Rows

ENOUGH = 200
FREE_SHARE, QUICK_SHARE = 0.35, 0.2
_TARIFFS = (Tariff.INCOME, Tariff.INCOME, Tariff.INCOME, Tariff.PLUS, Tariff.FREE)


def facility_id(organisation: str, name: str) -> UUID:
    """The id of an invented facility, the same at every start."""
    return uuid5(NAMESPACE_URL, f"opvangloket:{organisation}:{name}")


def add_facility(organisation: str, place: Place, rows: Rows) -> Spot:
    """Gather the row of a facility, somewhere around the middle of its postcode."""
    key = facility_id(organisation, place.name)
    dice = Random(key.int)  # noqa: S311 - dice, not secrets
    middle = POSTCODES[place.postcode]
    at = (middle.latitude + dice.uniform(-0.006, 0.006), middle.longitude + dice.uniform(-0.009, 0.009))
    reached = (f"+3225550{dice.randrange(1000):03d}", f"post.{key.hex[:8]}@example.org")
    where = (place.street, place.postcode, place.municipality, *at)
    how = (*reached, place.language, place.tariff, place.reply_days, False, False, True)
    rows.add("facility", (key, organisation, place.name, place.kind, *where, *how))
    return Spot(str(key), site_of(place.postcode, place.tariff), place.reply_days)


def add_free_places(organisation: str, places: Iterable[Place], now: datetime, rows: Rows) -> None:
    """Gather a free place of about one facility in three, a few of them last-minute."""
    today = today_at(now)
    for place in places:
        key = facility_id(organisation, place.name)
        dice = Random(key.int ^ 1)  # noqa: S311 - dice, not secrets
        if dice.random() > FREE_SHARE:
            continue
        quick = dice.random() < QUICK_SHARE
        start = today if quick else add_months(today.replace(day=1), dice.randrange(6))
        until = max(start, today) + timedelta(days=7 if quick else 60)
        ages = dice.choice(((0, 11), (12, 23), (24, 71), (0, 71)))
        half_days = dice.choice((0b1111111111, 0b11_11, 0b11_11_11_00_00, 0b01_01_01_01_01, 0b11_00_00_00_11))
        rows.add(
            "free_place",
            (
                uuid5(key, "free"),
                organisation,
                key,
                half_days,
                *ages,
                start,
                until,
                quick,
                now - timedelta(days=1),
                None,
            ),
        )


def add_enough(session: Session, profile: Profile) -> None:
    """Add facilities until there are enough to spread many dossiers over."""
    present = select(func.count()).select_from(Facility).where(Facility.organisation == profile.key)
    rows, dice = Rows(), Random(profile.key)  # noqa: S311 - dice, not secrets
    homes = [(key, code) for key, place in profile.area.items() for code in place.postcodes]
    for number in range(session.scalar(present) or 0, ENOUGH):
        municipality, postcode = homes[number % len(homes)]
        street, tariff = f"{dice.choice(STREETS)} {dice.randint(1, 99)}", dice.choice(_TARIFFS)
        place = Place(f"Proefhuis {number + 1}", GROUP, street, postcode, municipality, "nl", tariff, None)
        add_facility(profile.key, place, rows)
    rows.copy(session)


def spots_of(session: Session, organisation: str) -> list[Spot]:
    """The facilities of an organisation that can be chosen."""
    query = select(Facility.id, Facility.postcode, Facility.tariff, Facility.reply_days)
    query = query.where(Facility.organisation == organisation, Facility.active).order_by(Facility.id)
    return [Spot(str(row.id), site_of(row.postcode, row.tariff), row.reply_days) for row in session.execute(query)]
