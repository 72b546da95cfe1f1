"""A helper and a family fill in together: only the family agrees, confirms and sends."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from app.accounts.models import Account, WebSession
from app.applications.models import Application, Draft
from app.consents.models import Consent
from app.core.db import transaction
from app.core.models import AuditEntry
from app.families.models import Applicant, Dossier, HealthAnswer
from app.mandates.models import Mandate
from app.web.doors import House
from tests.factories import (
    Person,
    as_maintainer,
    make_facility,
    make_helper,
    make_leader,
    make_worker,
    post_form,
    queued,
    signed_in,
)
from tests.web.family.walk import PASSWORD, hidden, shown_errors, step_of
from tests.web.helper.together import WORD, agree, answering, begin, beside, mandate_of, signed_helper

Client = Callable[[], FlaskClient]


def dossiers(house: House) -> int:
    """Count the dossiers."""
    with as_maintainer(house) as session:
        return session.scalar(select(func.count()).select_from(Dossier)) or 0


@pytest.mark.promise("BXL-50", breaks=("branch:helper", "app.web.family.apply_pages:_refuse_helpers_address"))
def test_what_is_filed_together_belongs_to_the_parent_and_shows_who_helped(client: Client, house: House) -> None:
    browser = client()
    helper, home = signed_helper(house, browser)
    colleague, _ = make_helper(house, of=home)
    walk = begin(house, browser, helper)
    agree(walk)
    assert step_of(walk.post("language")) == "you"
    page = unescape(walk.get("you").text)
    # The banner, in the family's language and in that of the worker.
    assert 'lang="fr"' in page and 'lang="nl"' in page and "A. Y." in page
    walk.post("you")
    # An address of the helper or of a colleague is never the family's.
    for theirs in (helper.login, colleague.login.upper()):
        refused = walk.post("contact", email=theirs)
        assert refused.status_code == 422 and len(shown_errors(refused)) == 1
    assert walk.onward("contact", until="ways").status_code == 200
    summary = unescape(walk.get("ways").text)
    assert "Yılmaz" in summary and "data-print" in summary
    handed = post_form(browser, f"{walk.base}apply/ways", way="word", word=WORD)
    assert step_of(handed) == "handed", handed.text
    receipt = walk.get("handed").text
    with as_maintainer(house) as session:
        dossier = session.scalars(select(Dossier).order_by(Dossier.created_at.desc())).first()
        assert dossier is not None
        account = session.get_one(Account, dossier.account_id)
        applicant = session.get_one(Applicant, dossier.id)
        application = session.scalars(select(Application).where(Application.dossier_id == dossier.id)).one()
        mandate = session.get_one(Mandate, application.mandate_id)
        assert (mandate.dossier_id, mandate.helper_id) == (dossier.id, helper.id)
        assert mandate.last_joint_at is not None and mandate.consent_how == "code_word"
        # The parent's own account: its address, and no password before it chooses one.
        assert (account.kind, account.login, account.password_hash) == ("parent", "ayse.yilmaz@example.com", None)
        assert applicant.email == "Ayse.Yilmaz@example.com"
        # What only the family says, nobody said.
        assert session.get(HealthAnswer, dossier.id) is None
        assert not session.scalars(select(Consent).where(Consent.dossier_id == dossier.id, Consent.given)).all()
        # Nobody is signed in to the file on the helper's device.
        sessions = session.scalars(select(WebSession.actor_kind).where(WebSession.actor_id == account.id)).all()
        assert "parent" not in sessions
        typed = session.scalars(select(AuditEntry.typed_by).where(AuditEntry.actor_id == account.id)).all()
        assert typed and set(typed) == {helper.id}
        reference = dossier.reference
    assert reference in re.sub(r"\s", "", receipt)
    letters = {message.kind: message for message in queued(house)}
    assert {"received", "mandate_started", "first_password"} <= letters.keys()
    assert letters["mandate_started"].params["helper"].startswith("De Brug")

    # The parent chooses a password by its own message, and sees who helped.
    parent = client()
    link = f"/brussels/fr/password/new/{letters['first_password'].params['token']}"
    assert post_form(parent, link, password=PASSWORD).status_code == 303
    signed = post_form(parent, "/brussels/fr/sign-in", login=reference, password=PASSWORD)
    assert signed.headers["Location"].endswith("/my")
    assert "De Brug" in parent.get("/brussels/fr/my/helper").text

    # The helper finds it in the list of work; another helper of the same house, and one of another, does not.
    stop = browser.post("/brussels/nl/assist/stop", data=hidden(walk.get("handed").text))
    assert stop.status_code == 303 and beside(house, helper) is None
    assert "Yılmaz" in unescape(browser.get("/brussels/nl/helper").text)
    one = f"/brussels/nl/helper/clients/{mandate.id}"
    assert browser.get(one).status_code == 200
    for stranger in (colleague, make_helper(house)[0]):
        other = signed_in(house, client(), stranger)
        assert other.get(one).status_code == 404
        assert "Yılmaz" not in unescape(other.get("/brussels/nl/helper").text)
    # There is nothing to search with.
    assert 'type="search"' not in browser.get("/brussels/nl/helper").text


@pytest.mark.promise("LEU-14", breaks="app.mandates.rules:sending_problem")
def test_without_the_familys_yes_nothing_leaves(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    walk = begin(house, browser, helper)
    assert walk.onward("language", until="ways").status_code == 200
    before, form = dossiers(house), {}
    page = walk.get("ways")
    form = hidden(page.text)
    # Nothing to print, and no way to send.
    assert "data-print" not in page.text and 'name="word"' not in page.text
    for data in ({"way": "word", "word": WORD}, {"way": "paper", "paper": "yes"}):
        assert browser.post(f"{walk.base}apply/ways", data={**form, **data}).status_code == 409
    # The pages of sending and of saving elsewhere are not the helper's at all.
    for name in ("send", "later"):
        assert browser.post(f"{walk.base}apply/{name}", data={**form, "password": PASSWORD}).status_code == 404
        assert walk.get(name).status_code == 404
    assert dossiers(house) == before
    assert mandate_of(house, helper).consent_at is None
    assert {message.kind for message in queued(house)} & {"received", "draft_link"} == set()

    # The family agrees, and it goes.
    agree(walk)
    assert step_of(post_form(browser, f"{walk.base}apply/ways", way="word", word=WORD)) == "handed"
    assert dossiers(house) == before + 1


def test_the_family_sends_from_its_own_device_and_is_asked_first(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    walk = begin(house, browser, helper, language="en")
    walk.onward("language", until="ways")
    sent = post_form(browser, f"{walk.base}apply/ways", way="link")
    assert step_of(sent) == "ways"
    link = queued(house, "draft_link")[-1]
    assert link.recipient == "Ayse.Yilmaz@example.com"
    own = client()
    page = f"/brussels/en/continue/{link.params['token']}"
    date = {"birth_date-day": "10", "birth_date-month": "4", "birth_date-year": "2027"}
    assert post_form(own, page, **date).status_code == 303
    home = answering(house, own, "/brussels/en/")
    # What only the family may say is asked here; then it looks everything over, and is asked about the help.
    assert step_of(home.get("")) in ("health", "")
    home.onward("health", until="check")
    assert step_of(home.post("check")) == "send"
    assert step_of(home.get("send")) == "together"
    asked = home.get("together")
    assert "De Brug" in asked.text
    assert post_form(own, "/brussels/en/apply/together", agree="yes").status_code == 303
    assert step_of(home.post("send")) == "sent"
    mandate = mandate_of(house, helper)
    assert (mandate.consent_how, mandate.dossier_id is not None) == ("link", True)
    # The address works once.
    assert post_form(client(), page, **date).status_code != 303


def test_a_family_that_goes_on_alone_shows_the_helper_nothing(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    walk = begin(house, browser, helper, language="en")
    walk.onward("language", until="ways")
    code = post_form(browser, f"{walk.base}apply/ways", way="code")
    shown = browser.get(code.headers["Location"]).text
    found = re.search(r'<b class="ref" dir="ltr">([^<]+)', shown)
    assert found
    own = client()
    date = {"birth_date-day": "10", "birth_date-month": "4", "birth_date-year": "2027"}
    assert post_form(own, "/brussels/en/continue", code=found[1], **date).status_code == 303
    home = answering(house, own, "/brussels/en/")
    home.onward("health", until="check")
    home.post("check")
    assert post_form(own, "/brussels/en/apply/together", alone="yes").status_code == 303
    # From that moment the helper's own device shows nothing of it either.
    assert walk.get("you").status_code == 404
    assert step_of(home.post("send")) == "sent"
    mandate = mandate_of(house, helper)
    assert (mandate.ended_by_kind, mandate.dossier_id, mandate.consent_at) == ("family", None, None)
    assert "Yılmaz" not in unescape(browser.get("/brussels/nl/helper").text)


def test_switching_families_carries_nothing_over(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    first = begin(house, browser, helper, label="first")
    agree(first)
    first.post("language")
    first.post("you")
    turned = beside(house, helper)
    second = begin(house, browser, helper, label="second")
    assert beside(house, helper) not in (None, turned)
    # The code word, the answers and the language of the one are not those of the other.
    second.post("language")
    page = unescape(second.get("you").text)
    assert "Ayşe" not in page and "second" in page and "first" not in page
    with as_maintainer(house) as session:
        words = session.scalars(select(Mandate.code_word_hash).where(Mandate.helper_id == helper.id)).all()
        assert sum(word is not None for word in words) == 1
        drafts = session.scalars(select(Draft).where(Draft.assisted_by == helper.id)).all()
        assert len({draft.id for draft in drafts}) == 2
    # Back to the first: its own answers, and only those.
    post_form(browser, "/brussels/nl/helper", f"/brussels/nl/helper/drafts/{turned}")
    assert "Ayşe" in unescape(first.get("you").text)


def test_a_code_word_cannot_be_guessed(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    walk = begin(house, browser, helper)
    agree(walk)
    walk.onward("language", until="ways")
    before = dossiers(house)
    answers = [post_form(browser, f"{walk.base}apply/ways", way="word", word=f"guess number {n}") for n in range(6)]
    assert {answer.status_code for answer in answers} == {422}
    # Once they are too many, the right one counts no more than a wrong one.
    assert post_form(browser, f"{walk.base}apply/ways", way="word", word=WORD).status_code == 422
    assert dossiers(house) == before
    assert WORD not in "".join(answer.text for answer in answers)


@pytest.mark.promise("BXL-52", breaks="app.web.assisting:ground_now", twin="tests.web.helper.together:ground_of_before")
def test_what_ends_ends_at_the_next_click(client: Client, house: House) -> None:
    browser = client()
    helper, _ = signed_helper(house, browser)
    walk = begin(house, browser, helper)
    assert walk.get("language").status_code == 200
    with as_maintainer(house) as session:
        mandate = session.get_one(Mandate, mandate_of(house, helper).id)
        mandate.ended_at, mandate.ended_by_kind = house.clock.now(), "family"
    assert walk.get("language").status_code == 404
    assert walk.get("together").status_code == 404
    assert beside(house, helper) is not None  # the slot is still there; the ground is not


@pytest.mark.promise("BXL-54", breaks="branch:registrar")
def test_a_facility_registers_for_parents(client: Client, house: House) -> None:
    browser = client()
    signed_helper(house, client())
    walk = answering(house, browser, "/brussels/en/")
    place = make_facility(house)
    leader = make_leader(house, place)
    signed_in(house, browser, leader)
    began = post_form(browser, "/brussels/nl/assist/start", language="en")
    assert began.headers["Location"].endswith("/en/apply/together")
    post_form(browser, f"{walk.base}apply/together", way="word", word=WORD, again=WORD)
    assert walk.post("language").status_code == 303
    walk.post("you")
    assert walk.post("contact", email=place.email).status_code == 422
    walk.onward("contact", until="ways")
    handed = post_form(browser, f"{walk.base}apply/ways", way="paper", paper="yes")
    assert step_of(handed) == "handed", handed.text
    with as_maintainer(house) as session:
        dossier = session.scalars(select(Dossier).order_by(Dossier.created_at.desc())).first()
        assert dossier is not None and dossier.registrar_facility_id == place.id
        account = session.get_one(Account, dossier.account_id)
        assert account.kind == "parent"
        dossier_id = dossier.id
    # Its leader keeps reaching it, no other leader does so, and not a moment longer than the parents let it.
    other = make_leader(house, make_facility(house))
    assert registered(house, leader) == [dossier_id] and registered(house, other) == []
    with as_maintainer(house) as session:
        session.get_one(Dossier, dossier_id).registrar_ended_at = house.clock.now()
    assert registered(house, leader) == []


def registered(house: House, leader: Person) -> list[UUID]:
    """Return the files that somebody reaches for having registered them."""
    with transaction(house.databases, "helper", leader.actor, house.clock.now()) as session:
        return list(session.scalars(text("select id from dossier")))


def test_who_may_not_fill_in_beside_families_cannot_begin(client: Client, house: House) -> None:
    signed_helper(house, client())
    for role in ("developer", "policy", "sick_care"):
        worker = make_worker(house, role=role)
        answer = signed_in(house, client(), worker).get("/brussels/nl/assist/start")
        assert answer.status_code == 404, role
    counter = signed_in(house, client(), make_worker(house, role="counter", area=("schaarbeek",)))
    assert counter.get("/brussels/nl/assist/start").status_code == 200
    # In Leuven every chosen facility writes; none registers.
    newcomer, _ = make_helper(house, agrees=False)
    led = signed_in(house, client(), newcomer).get("/brussels/nl/helper")
    assert led.status_code == 303 and led.headers["Location"].endswith("/helper/agreement")
