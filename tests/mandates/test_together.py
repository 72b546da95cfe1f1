"""The life of a mandate: who reaches what was filed together, until when, and what makes the term begin again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from app.accounts.models import PartyAgreement
from app.accounts.operations.passwords import hash_password
from app.applications.models import Application
from app.core.actor import Actor, system
from app.core.db import transaction
from app.core.errors import Refused
from app.mandates.models import HelperMember, JointSession, Mandate
from app.mandates.operations.deadlines import tell_helpers
from app.mandates.operations.joint_sessions import ask_joint, prove_by_code
from app.mandates.queries.clients import client as one_client
from app.mandates.rules import NotTogether, mandate_ends_on
from app.web.doors import House
from tests.factories import (
    FamilyMade,
    Person,
    Place,
    acting,
    as_maintainer,
    make_facility,
    make_family,
    make_helper,
    make_mandate,
    make_offer,
    post_form,
    queued,
    signed_in,
)

Client = Callable[[], FlaskClient]
WORD = "appelboom aan zee"
NOON = {"hour": 11, "tzinfo": UTC}


@pytest.fixture
def filed(house: House) -> tuple[Person, FamilyMade, UUID]:
    """A helper, a family, and the mandate under which they filed together."""
    house.clock.offset = timedelta()
    helper, home = make_helper(house)
    family = make_family(house, [make_facility(house), make_facility(house)])
    return helper, family, make_mandate(house, helper, home, family, code_word_hash=hash_password(WORD))


def reaches(house: House, helper: Person, mandate_id: UUID, now: datetime) -> bool:
    """Tell whether the helper's database login shows the file at a moment."""
    with acting(house, helper, now) as session:
        return session.scalar(select(func.count()).select_from(Application)) == 1


def joint_at(house: House, mandate_id: UUID) -> datetime | None:
    """Return the last change made together."""
    with as_maintainer(house) as session:
        return session.scalar(select(Mandate.last_joint_at).where(Mandate.id == mandate_id))


@pytest.mark.promise("BXL-52", breaks="branch:helper")
def test_the_term_ends_two_years_after_the_last_change_made_together(house: House) -> None:
    last = datetime(2024, 5, 1, **NOON)
    helper, home = make_helper(house, starts_at=datetime(2023, 1, 1, **NOON))
    family = make_family(house, [make_facility(house)])
    mandate_id = make_mandate(house, helper, home, family, last_joint_at=last, consent_at=last)
    # On the last day it works, on the next it does not, and no job ran in between.
    for now, open_ in ((datetime(2026, 5, 1, 21, 59, tzinfo=UTC), True), (datetime(2026, 5, 1, 22, tzinfo=UTC), False)):
        with as_maintainer(house) as session:
            session.execute(text("update agreement set accepted_at = '2024-01-01', expires_at = '2030-01-01'"))
        assert reaches(house, helper, mandate_id, now) is open_, now
    assert mandate_ends_on(last.date(), 2).isoformat() == "2026-05-01"
    assert mandate_ends_on(datetime(2024, 2, 29).date(), 1).isoformat() == "2025-02-28"


@pytest.mark.promise("BXL-52", breaks="app.web.family.my_details:_count")
def test_only_what_both_changed_together_begins_the_term_again(
    filed: tuple[Person, FamilyMade, UUID], client: Client, house: House
) -> None:
    helper, family, mandate_id = filed
    earlier = house.clock.now() - timedelta(days=300)
    with as_maintainer(house) as session:
        session.execute(update(Mandate).where(Mandate.id == mandate_id).values(last_joint_at=earlier))
    browser, parent = signed_in(house, client(), helper), signed_in(house, client(), family.person)
    base, own = "/brussels/nl", f"/brussels/{family.person.language}"
    page, plan = f"{base}/helper/clients/{mandate_id}", f"my/requests/{family.application_id}"
    days = {"half_days": ["0", "1"]}

    # A read, a change by the parent alone, a message to the parent: none of them is a change made together.
    assert browser.get(page).status_code == 200
    assert post_form(parent, f"{own}/{plan}/days", **days).status_code == 303
    assert post_form(browser, page, f"{page}/ask").status_code == 303
    assert joint_at(house, mandate_id) == earlier
    # Before the family proves that it is there, its pages are not the helper's.
    assert browser.get(f"{own}/{plan}/days").status_code == 404
    assert post_form(browser, page, f"{page}/begin").status_code == 404

    asked = queued(house, "joint_asked")[-1]
    wrong = "000000" if asked.params["code"].replace(" ", "") != "000000" else "111111"
    assert post_form(browser, page, f"{page}/prove", way="code", code=wrong).status_code == 422
    assert post_form(browser, page, f"{page}/prove", way="code", code=asked.params["code"]).status_code == 303
    began = post_form(browser, page, f"{page}/begin")
    assert began.status_code == 303 and began.headers["Location"].endswith("/my/together")
    language = began.headers["Location"].split("/")[2]
    joint = f"/brussels/{language}"
    # Saving what stood there is no change; changing it is.
    assert post_form(browser, f"{joint}/{plan}/days", **days).status_code == 303
    assert joint_at(house, mandate_id) == earlier
    shown = browser.get(f"{joint}/my/details")
    assert shown.status_code == 200 and "A. P." in shown.text
    assert post_form(browser, f"{joint}/{plan}/days", half_days=["2", "3"]).status_code == 303
    moved = joint_at(house, mandate_id)
    assert moved is not None and moved > earlier

    # What is the family's own stays its own.
    closed = (
        "my",
        "my/account",
        "my/access",
        "my/messages",
        "my/password",
        "my/email",
        "my/helper",
        "my/second-parent",
    )
    for name in (*closed, f"{plan}/consents", f"{plan}/health", f"{plan}/cancel", "apply/language"):
        assert browser.get(f"{joint}/{name}").status_code == 404, name

    # The family ends it with one tap: the next click of the helper finds nothing, neither beside it nor in the list.
    ended = post_form(parent, f"{own}/my/helper", deed="end", which=mandate_id.hex)
    assert ended.status_code == 303
    for name in (f"{joint}/my/details", f"{joint}/my/together", page):
        assert browser.get(name).status_code == 404, name
    assert "mandate_ended" in {message.kind for message in queued(house)}


def test_a_sitting_is_proved_once_by_link_word_or_paper(
    filed: tuple[Person, FamilyMade, UUID], client: Client, house: House
) -> None:
    helper, family, mandate_id = filed
    browser, anybody = signed_in(house, client(), helper), client()
    page = f"/brussels/nl/helper/clients/{mandate_id}"
    post_form(browser, page, f"{page}/ask")
    link = f"/brussels/nl/together/{queued(house, 'joint_asked')[-1].params['token']}"
    # Opening it says nothing of the family and spends nothing; the button counts once.
    shown = anybody.get(link)
    assert shown.status_code == 200 and family.reference not in shown.text
    assert post_form(anybody, link).status_code == 303
    assert anybody.get(link).status_code == 410
    assert post_form(browser, page, f"{page}/begin").status_code == 303
    # It is over after an hour, whatever the session remembers.
    with as_maintainer(house) as session:
        session.execute(update(JointSession).values(until=house.clock.now() - timedelta(seconds=1)))
    assert browser.get("/brussels/nl/my/details").status_code == 404

    for way, given in (("word", WORD), ("paper", "yes")):
        assert post_form(browser, page, f"{page}/prove", way=way, **{way: given}).status_code == 303
        with as_maintainer(house) as session:
            session.execute(update(JointSession).values(until=house.clock.now() - timedelta(seconds=1)))
    # Of both the family hears: whoever was not there finds out.
    assert len(queued(house, "joint_begun")) >= 2
    # Its own yes on its own page.
    post_form(browser, page, f"{page}/ask")
    with as_maintainer(house) as session:
        waiting = session.scalars(select(JointSession.id).where(JointSession.confirmed_at.is_(None))).all()
    parent = signed_in(house, client(), family.person)
    own = f"/brussels/{family.person.language}/my/helper"
    assert post_form(parent, own, deed="prove", which=waiting[-1].hex).status_code == 303
    assert post_form(browser, page, f"{page}/begin").status_code == 303


def test_figures_and_words_cannot_be_guessed(
    filed: tuple[Person, FamilyMade, UUID], client: Client, house: House
) -> None:
    helper, _, mandate_id = filed
    with acting(house, helper) as session:
        joint = ask_joint(session, house.databases, mandate_id, tells=True, now=house.clock.now())
    code = queued(house, "joint_asked")[-1].params["code"].replace(" ", "")
    wrong = [f"{n:06d}" for n in range(7) if f"{n:06d}" != code]
    found = []
    for guess in (*wrong[:5], code):
        with acting(house, helper) as session:
            try:
                prove_by_code(session, joint, guess)
            except Refused as refused:
                found.append(refused.reason)
    # The right one comes too late.
    assert found == [NotTogether.WRONG_WORD] * 5 + [NotTogether.TOO_MANY_TRIES]
    browser, page = signed_in(house, client(), helper), f"/brussels/nl/helper/clients/{mandate_id}"
    for guess in (*(f"guess number {n}" for n in range(5)), WORD):
        assert post_form(browser, page, f"{page}/prove", way="word", word=guess).status_code == 422
    with as_maintainer(house) as session:
        assert (
            session.scalar(
                select(func.count()).where(
                    JointSession.mandate_id == mandate_id, JointSession.confirmed_at.is_not(None)
                )
            )
            == 0
        )


def test_every_end_closes_the_file(filed: tuple[Person, FamilyMade, UUID], client: Client, house: House) -> None:
    helper, _, mandate_id = filed
    now = house.clock.now()
    assert reaches(house, helper, mandate_id, now)
    with as_maintainer(house) as session:
        home = session.scalar(select(Mandate.helper_organisation_id).where(Mandate.id == mandate_id))
    ends = (
        (
            update(PartyAgreement).where(PartyAgreement.party_id == home),
            {"ends_on": now.date() - timedelta(days=2)},
            {"ends_on": None},
        ),
        (update(HelperMember).where(HelperMember.account_id == helper.id), {"ends_at": now}, {"ends_at": None}),
        (
            update(Mandate).where(Mandate.id == mandate_id),
            {"consent_at": None, "consent_how": None},
            {"consent_at": now, "consent_how": "link"},
        ),
    )
    for which, ended, again in ends:
        with as_maintainer(house) as session:
            session.execute(which.values(**ended))
        assert not reaches(house, helper, mandate_id, now + timedelta(seconds=1)), ended
        with as_maintainer(house) as session:
            session.execute(which.values(**again))
    assert reaches(house, helper, mandate_id, now)
    browser, page = signed_in(house, client(), helper), f"/brussels/nl/helper/clients/{mandate_id}"
    assert post_form(browser, f"{page}/end").status_code == 303
    assert browser.get(page).status_code == 404
    assert "A. P." in unescape(browser.get("/brussels/nl/helper?show=ended").text)


@pytest.mark.promise("LEU-13", breaks="branch:helper")
def test_a_guide_sees_what_was_filed_together_and_no_next_child(house: House) -> None:
    helper, home = make_helper(house, "leuven")
    place = make_facility(house, "leuven", municipality="leuven", postcode="3000")
    family = make_family(house, [place], organisation="leuven")
    other = make_family(house, [place], organisation="leuven")
    mandate_id = make_mandate(house, helper, home, family)
    next_child = make_family(house, [place], organisation="leuven", of=family)
    with acting(house, helper) as session:
        seen = session.execute(text("select id from application")).scalars().all()
        assert seen == [family.application_id]
        assert one_client(session, mandate_id, years=2, now=house.clock.now()).subject == family.dossier_id
        children = session.execute(text("select id from child")).scalars().all()
        assert children == [family.child_id]
        assert not {other.child_id, next_child.child_id} & set(children)
        # The family's word is for no helper to read.
        with pytest.raises(ProgrammingError):
            session.execute(text("select code_word_hash from mandate"))


@pytest.mark.promise("LEU-14", breaks="grant:mandate.helper.update")
def test_the_helpers_login_writes_no_consent_and_no_joint_change(
    filed: tuple[Person, FamilyMade, UUID], house: House
) -> None:
    helper, family, mandate_id = filed
    denied = (
        "update mandate set last_joint_at = now()",
        "update mandate set consent_at = now(), consent_how = 'paper'",
        "update mandate set dossier_id = null",
        "update joint_session set confirmed_at = now(), proof = 'paper'",
        "update dossier set language = 'fr'",
        "update application set start_date = start_date + 1",
    )
    for statement in denied:
        try:
            with acting(house, helper) as session:
                done = session.connection().execute(text(statement))
                assert done.rowcount == 0, statement
        except ProgrammingError:
            continue
    # Nor does the family's login move it without a sitting that was proved.
    before = joint_at(house, mandate_id)
    parent = Actor("parent", family.person.id, "brussels", typed_by=helper.id, typed_kind="helper")
    with transaction(house.databases, "family", parent, house.clock.now()) as session:
        assert session.scalar(select(func.access.count_joint_change(helper.id))) is False
        with pytest.raises(ProgrammingError):
            session.execute(text("update mandate set last_joint_at = now()"))
    assert joint_at(house, mandate_id) == before


def test_a_helper_hears_of_a_day_and_of_nothing_else(filed: tuple[Person, FamilyMade, UUID], house: House) -> None:
    helper, family, mandate_id = filed
    now = house.clock.now()
    facility = next(iter(family.choices))
    make_offer(house, family, Place(facility, "brussels", "", None, "nl", "1030", "income", None))

    def told() -> int:
        with transaction(house.databases, "jobs", system("helpers", "brussels"), now) as session:
            return tell_helpers(session, years=2, within=timedelta(days=30), now=now, limit=50)

    assert told() == 0
    with as_maintainer(house) as session:
        session.execute(update(Mandate).where(Mandate.id == mandate_id).values(tells_deadlines=True))
    assert told() == 1
    told()
    mails = [mail for mail in queued(house, "helper_deadline") if mail.recipient == helper.login]
    assert len(mails) == 1 and set(mails[0].params) == {"deadline_at"}
