"""A helper and a family on one device: what the tests of filing together share."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import WebSession
from app.core.actor import Actor
from app.mandates.models import Mandate
from app.organisations.profile import Profile
from app.web.assisting import Ground
from app.web.doors import House
from tests.factories import Person, as_maintainer, make_helper, post_form, signed_in
from tests.web.family.walk import ANSWERS, Walk, make_facilities, set_clock

WORD = "appelboom aan zee"


def begin(house: House, client: FlaskClient, helper: Person, *, label: str = "A. Y.", language: str = "fr") -> Walk:
    """Let a helper begin with a family, and return the family's pages on the helper's device."""
    answer = post_form(client, f"{helper.base}/helper/start", label=label, language=language)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith(f"/{language}/apply/together")
    return answering(house, client, f"/brussels/{language}/")


def answering(house: House, client: FlaskClient, base: str) -> Walk:
    """Return the pages of a family with all its answers ready."""
    walk = Walk(client, base)
    walk.facilities = make_facilities(house, 3)
    walk.answers = {step: dict(given) for step, given in ANSWERS.items()}
    walk.answers["language"]["language"] = base.split("/")[2]
    walk.answers["you"]["birth_date-month"] = "3"
    walk.answers["facilities"] = {"facilities": [key.hex for key in walk.facilities]}
    return walk


def signed_helper(house: House, client: FlaskClient) -> tuple[Person, UUID]:
    """Set the clock before all the answers, and sign a helper in; return who, and for which organisation."""
    set_clock(house)
    helper, home = make_helper(house)
    signed_in(house, client, helper)
    return helper, home


def agree(walk: Walk, word: str = WORD) -> None:
    """Let the family agree with its own code word."""
    page = f"{walk.base}apply/together"
    assert post_form(walk.client, page, way="word", word=word, again=word).status_code == 303


def mandate_of(house: House, helper: Person) -> Mandate:
    """Return the newest mandate of a helper."""
    with as_maintainer(house) as session:
        found = session.scalars(
            select(Mandate).where(Mandate.helper_id == helper.id).order_by(Mandate.started_at.desc(), Mandate.id)
        ).first()
        assert found is not None
        session.expunge(found)
        return found


def beside(house: House, helper: Person) -> UUID | None:
    """Return beside whom the helper's session stands."""
    with as_maintainer(house) as session:
        return session.scalar(select(WebSession.assisting_id).where(WebSession.actor_id == helper.id))


def ground_of_before(house: House, profile: Profile, worker: Actor, now: datetime) -> Ground | None:
    """Let somebody go on beside whomever they once began with: the twin of asking whether the ground still holds."""
    with as_maintainer(house) as session:
        kept = select(WebSession.assisting_kind, WebSession.assisting_id).where(WebSession.actor_id == worker.id)
        kind, family = session.execute(kept).first() or ("", None)
    return Ground(Actor(kind, family, profile.key, typed_by=worker.id, typed_kind=worker.kind), "", "")
