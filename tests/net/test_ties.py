"""Rows that would tie strangers together: the net takes a new row only when all its keys are its writer's."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import pytest

from app.web.doors import House
from tests.net.people import BRUSSELS, LEUVEN
from tests.net.raw import DENIED, Story, acting, attempt, into, tell


@pytest.fixture
def story(house: House) -> Story:
    """Everybody, written down afresh."""
    return tell(house)


# Rows that would tie two families, two facilities or two organisations together; each ends in a denial.
_ROW = {"id": ":new", "organisation": ":org"}
_PLAN = {"start_date": "'2027-09-01'", "half_days": "1"}
_RANK = {"priority_rank": "1", "grounds": "'{}'", "submitted_at": ":now"}
_CHOICE = into(
    "choice",
    **_ROW,
    application_id=":application",
    dossier_id=":dossier",
    child_id=":child",
    facility_id=":facility",
    position="1",
    state="'open'",
    **_RANK,
    **_PLAN,
    child_birth_date="'2026-09-01'",
    sibling_here="false",
    origin="'family'",
    reply_due_on="'2027-09-01'",
    expires_on="'2027-10-31'",
)
_APPLICATION = into(
    "application",
    **_ROW,
    dossier_id=":dossier",
    child_id=":child",
    **_PLAN,
    flexible="false",
    state="'cancelled'",
    **_RANK,
    rule_set="'x'",
    expires_on="'2027-10-31'",
)
_OFFER = into(
    "offer",
    **_ROW,
    choice_id=":choice",
    application_id=":application",
    dossier_id=":dossier",
    facility_id=":facility",
    **_PLAN,
    deviating="false",
    expires_at=":now",
    state="'declined'",
    created_at=":now",
)
_PLACEMENT = into(
    "placement",
    **_ROW,
    facility_id=":facility",
    dossier_id=":dossier",
    child_id=":child",
    application_id=":application",
    offer_id=":offer",
    **_PLAN,
    created_at=":now",
)
_CONSENT = "insert into consent values (:new, :org, :dossier, :application, 'lop', true, :now, '1', 'nl', 'web')"
_CHILD = "insert into child values (:new, :org, :dossier, 'X', 'Y', '2026-09-01', false)"
_KEY = "insert into keys.data_key values (:dossier, 'health', :org, 'x', :now)"
_AUDIT = into(
    "audit_entry",
    **_ROW,
    at=":now",
    actor_kind="'parent'",
    actor_id=":somebody",
    event="'read'",
    reasons="'{}'",
    groups="'{}'",
    subjects="'{}'",
)
_SESSION = "insert into web_session values ('x', :org, 'parent', :somebody, :now, :now, :now)"
_MEMBER = "insert into facility_member values (:new, :org, :facility, :somebody, 'leader', :now)"
_ACCOUNT = into("account", **_ROW, kind="'facility'", language="'nl'", created_at=":now", active="true")

TIES: Mapping[str, tuple[str, str, set[str]]] = {
    # what: (login, statement, which of its values are somebody else's)
    "a choice of another family": ("family", _CHOICE, {"application", "dossier", "child"}),
    "an own choice on another's request": ("family", _CHOICE, {"application"}),
    "an own choice for another's child": ("family", _CHOICE, {"child"}),
    "an own choice on another's request and child": ("family", _CHOICE, {"application", "child"}),
    "a choice in another organisation": ("family", _CHOICE, {"org"}),
    "a request of another family": ("family", _APPLICATION, {"dossier", "child"}),
    "an own request for another's child": ("family", _APPLICATION, {"child"}),
    "another's request for an own child": ("family", _APPLICATION, {"dossier"}),
    "a child in another family": ("family", _CHILD, {"dossier"}),
    "a consent of another family": ("family", _CONSENT, {"dossier"}),
    "an own consent on another's request": ("family", _CONSENT, {"application"}),
    "a key of another family": ("family", _KEY, {"dossier"}),
    "a place for another's child": ("family", _PLACEMENT, {"dossier", "child", "application"}),
    "an own place for another's child": ("family", _PLACEMENT, {"child"}),
    "a place that nobody offered": ("family", _PLACEMENT, set()),
    "an offer by a family": ("family", _OFFER, set()),
    "an audit entry in another's name": ("family", _AUDIT, {"somebody"}),
    "a session": ("family", _SESSION, set()),
    "an account of a leader": ("family", _ACCOUNT, set()),
    "a membership": ("family", _MEMBER, set()),
    "an offer on a request of another facility": ("facility", _OFFER, {"choice", "application", "dossier", "facility"}),
    "an own offer to another family": ("facility", _OFFER, {"dossier"}),
    "an own offer on another's request": ("facility", _OFFER, {"application"}),
    "an own offer to another family's request": ("facility", _OFFER, {"dossier", "application"}),
    "an own offer in another facility's name": ("facility", _OFFER, {"facility"}),
    "a placement by a facility": ("facility", _PLACEMENT, set()),
    "a membership of oneself": ("facility", _MEMBER, {"facility"}),
    "a choice by a facility": ("facility", _CHOICE, set()),
    "a consent by a facility": ("facility", _CONSENT, set()),
    "an entry in another leader's name": ("facility", _AUDIT, {"somebody"}),
    "a session of a leader": ("facility", _SESSION, set()),
}


@pytest.mark.promise("BXL-58", breaks="policy:choice.family.insert")
@pytest.mark.promise("BXL-58", breaks="policy:offer.facility.insert")
@pytest.mark.parametrize("tie", TIES)
def test_no_row_ties_strangers_together(tie: str, house: House, story: Story) -> None:
    login, statement, foreign = TIES[tie]
    cast, target, other = story.cast, story.cast.target, story.cast.other
    actor = story.family if login == "family" else story.leader
    own = {
        "org": BRUSSELS,
        "dossier": target.dossier_id,
        "application": target.application_id,
        "child": target.child_id,
        "choice": target.choices[cast.facilities["chosen"].id],
        "facility": cast.facilities["chosen" if login == "facility" else "enrolling"].id,
        "offer": cast.offer_id,
        "somebody": actor.id,
    }
    theirs = {
        "org": LEUVEN,
        "dossier": other.dossier_id,
        "application": other.application_id,
        "child": other.child_id,
        "choice": other.choices[cast.facilities["unchosen"].id],
        "facility": cast.facilities["unchosen"].id,
        "somebody": other.person.id,
    }
    values = {**own, **{name: theirs[name] for name in foreign}, "new": uuid4(), "now": house.clock.now()}
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    with acting(house, login, actor) as connection:
        assert attempt(connection, statement, **used) == DENIED


OWN_ROWS = {
    "an own choice": ("family", _CHOICE),
    "an own consent": ("family", _CONSENT),
    "an own child": ("family", _CHILD),
    "an own request": ("family", _APPLICATION),
    "an own offer": ("facility", _OFFER),
}


@pytest.mark.parametrize("row", OWN_ROWS)
def test_what_is_one_s_own_goes_in(row: str, house: House, story: Story) -> None:
    """The statements above are good ones: with nothing foreign in them they are taken."""
    login, statement = OWN_ROWS[row]
    cast, target = story.cast, story.cast.target
    values = {
        "org": BRUSSELS,
        "dossier": target.dossier_id,
        "application": target.application_id,
        "child": target.child_id,
        "choice": target.choices[cast.facilities["chosen"].id],
        "facility": cast.facilities["chosen" if login == "facility" else "unchosen"].id,
        "new": uuid4(),
        "now": house.clock.now(),
    }
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    with acting(house, login, story.family if login == "family" else story.leader) as connection:
        assert attempt(connection, statement, **used) == 1
