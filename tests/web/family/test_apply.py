"""The application through the door: page by page, back and forth, until the reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.applications.models import Application, Choice, Draft
from app.applications.queries.drafts import draft_place
from app.consents.models import Consent
from app.core.crypto import open_json
from app.core.models import DataKey
from app.families.models import Applicant, Child, Circumstances, Dossier, HealthAnswer, Partner
from app.organisations.rules import field_reason
from app.web.doors import House
from app.web.family.apply_steps import STEPS
from tests.factories import as_maintainer, make_facility
from tests.web.family.walk import Walk, shown_errors, start_walk, step_of

Client = Callable[[], FlaskClient]


@pytest.fixture
def walk(client: Client, house: House) -> Walk:
    """A family on its way, with facilities to choose from."""
    return start_walk(client(), house)


def text_of(walk: Walk, step: str) -> str:
    """Return the page as its reader sees it."""
    return unescape(walk.client.get(f"{walk.base}apply/{step}").get_data(as_text=True))


@pytest.mark.promise("BXL-04", breaks="app.applications.operations.submission:submit")
@pytest.mark.promise("BXL-27", breaks="app.applications.operations.submission:submit")
def test_a_family_applies_and_gets_a_reference(walk: Walk, house: House) -> None:
    walk.through(until="send")
    with as_maintainer(house, "brussels") as session:
        assert session.scalar(select(func.count()).select_from(Choice)) == 0  # half-finished: no facility sees it
    sent = walk.post("send")
    assert step_of(sent) == "sent", shown_errors(sent)
    assert walk.get("sent").status_code == 200
    page = text_of(walk, "sent")
    with as_maintainer(house, "brussels") as session:
        dossier = session.scalars(select(Dossier)).one()
        application = session.scalars(select(Application)).one()
        choices = session.scalars(select(Choice).order_by(Choice.position)).all()
        assert session.scalars(select(Applicant)).one().family_name == "Yılmaz"
        assert session.scalars(select(Child)).one().expected is True
        assert session.scalars(select(Draft.sealed)).one() == b""
        assert not session.scalars(select(DataKey.owner_id).where(DataKey.key_class == "draft")).all()
    reference = dossier.reference
    assert f"{reference[:3]} {reference[3:6]} {reference[6:]}" in page
    assert application.state == "open"
    assert application.half_days == 0b111
    assert [choice.facility_id for choice in choices] == walk.facilities[:3]


def test_the_start_leads_to_the_first_page_and_later_to_where_the_family_was(walk: Walk) -> None:
    assert step_of(walk.client.get("/brussels/en/apply")) == "language"
    walk.through(until="child")
    assert step_of(walk.client.get("/brussels/en/apply")) == "child"


@pytest.mark.promise(
    "BXL-27", breaks="line:app/web/family/apply_pages.py#missing = first_missing(visit.profile, content, before"
)
def test_jumping_ahead_leads_to_the_first_page_without_answers(walk: Walk) -> None:
    assert step_of(walk.get("days")) == "language"
    walk.post("language")
    for step in ("contact", "days", "facilities", "order", "health", "check", "send"):
        assert step_of(walk.get(step)) == "you", step


def test_back_shows_what_was_filled_in(walk: Walk) -> None:
    walk.through(until="partner")
    page = text_of(walk, "you")
    assert 'value="Yılmaz"' in page
    assert 'value="1994"' in page
    assert 'value="0470 12 34 56"' in text_of(walk, "contact")


def test_the_other_language_keeps_what_was_typed(walk: Walk) -> None:
    walk.through(until="you")
    answer = walk.post("you", {"given_name": "Ayşe", "birth_date-day": "31", "switch_language": "fr"})
    assert answer.headers["Location"] == "/brussels/fr/apply/you"
    page = walk.client.get("/brussels/fr/apply/you").get_data(as_text=True)
    assert 'lang="fr"' in page
    assert 'value="Ayşe"' in page
    assert 'value="31"' in page
    assert not shown_errors(walk.client.get("/brussels/fr/apply/you"))


def test_the_other_language_keeps_what_was_typed_on_the_first_page(walk: Walk) -> None:
    answer = walk.post("language", {"municipality": "ukkel", "switch_language": "fr"})
    assert answer.headers["Location"] == "/brussels/fr/apply/language"
    assert '<option value="ukkel" selected>' in walk.client.get("/brussels/fr/apply/language").get_data(as_text=True)


@pytest.mark.promise("BXL-28", breaks="app.web.family.apply_content:Content.is_done")
@pytest.mark.promise("BXL-28", breaks='line:app/web/family/apply_summary.py#yield "you", "applicant_name"')
def test_every_answer_is_shown_with_a_way_to_change_it_and_has_to_be_confirmed(walk: Walk) -> None:
    walk.through(until="check")
    page = text_of(walk, "check")
    for shown in (
        *(
            "Nederlands",
            "Ayşe Yılmaz",
            "3 March 1994",
            "0470 12 34 56",
            "Ayse.Yilmaz@example.com",
            "Rozenstraat 12 bus 3",
        ),
        *("1030", "Schaarbeek", "Mehmet Kaya", "mehmet@example.com", "10 April 2027", "1 September 2027"),
        *("De Wolkenfiets 0, De Wolkenfiets 1", "Bakkerij Bloem"),
    ):
        assert shown in page, shown
    # Those that another organisation asks, or that concern twins, stand in no application of this family.
    for step in {step.name for step in STEPS} - {"number", "children", "child-number"}:
        assert f'href="/brussels/en/apply/{step}?from=check"' in page, step
    refused = walk.post("check", {})
    assert refused.status_code == 422
    assert step_of(walk.get("send")) == "check"


def test_a_changed_answer_leads_back_to_the_overview_and_has_to_be_confirmed_again(walk: Walk) -> None:
    walk.through(until="send")
    assert step_of(walk.post("contact?from=check", {**walk.answers["contact"], "street": "Kerkstraat"})) == "check"
    assert "Kerkstraat 12 bus 3" in text_of(walk, "check")
    assert step_of(walk.get("send")) == "check"


@pytest.mark.promise("BXL-06", breaks="app.web.family.apply_settle:settle")
def test_without_a_partner_nothing_is_asked_or_kept_about_one(walk: Walk, house: House) -> None:
    walk.through(until="check")
    answer = walk.post("partner?from=check", {"has_partner": "no"})
    assert step_of(answer) == "check"
    with as_maintainer(house) as session:
        draft = session.scalars(select(Draft)).one()
        place = draft_place(draft.id)
        content = open_json(session, draft.sealed, owner_id=draft.id, key_class="draft", place=place)
    assert "Mehmet" not in str(content)
    page = text_of(walk, "check")
    assert "Mehmet" not in page
    assert "Kaya" not in page.replace("Kaya</dd>", "", 1)  # the child's own name stays
    walk.post("check")
    walk.post("send")
    with as_maintainer(house, "brussels") as session:
        assert not session.scalars(select(Partner)).all()


def test_a_partner_who_knew_dutch_takes_that_answer_along(walk: Walk) -> None:
    walk.answers["dutch"] = {"level": "partner"}
    walk.through(until="check")
    assert step_of(walk.post("partner?from=check", {"has_partner": "no"})) == "dutch"


@pytest.mark.promise("BXL-06", breaks="app.web.family.apply_answers:partner_of")
def test_a_partner_is_kept_once_beside_the_dossier(walk: Walk, house: House) -> None:
    walk.through()
    with as_maintainer(house, "brussels") as session:
        partners = session.scalars(select(Partner)).all()
        dossier = session.scalars(select(Dossier)).one()
    kept = [(partner.dossier_id, partner.email, partner.work) for partner in partners]
    assert kept == [(dossier.id, "mehmet@example.com", "full_time")]


@pytest.mark.promise("BXL-05", breaks='line:app/organisations/profiles/brussels.toml#"applicant.sex"')
def test_the_applicant_is_asked_exactly_what_the_profile_names(walk: Walk, house: House) -> None:
    walk.through(until="partner")
    you, contact = text_of(walk, "you"), text_of(walk, "contact")
    asked = {"given_name", "family_name", "birth_date-day", "sex"}
    assert all(f'name="{name}"' in you for name in asked)
    assert all(f'name="{name}"' in contact for name in ("phone", "email", "street", "house_number", "postcode"))
    profile = house.profiles["brussels"]
    for page, key in ((contact, "contact.phone"), (contact, "contact.email"), (contact, "contact.street")):
        assert field_reason(profile, key) in page
    for step in STEPS:
        assert "national" not in text_of(walk, step.name)


@pytest.mark.promise("BXL-07", breaks="line:app/web/family/apply_answers.py#expected=")
def test_an_expected_child_needs_no_first_name(walk: Walk, house: House) -> None:
    walk.through()
    with as_maintainer(house, "brussels") as session:
        child = session.scalars(select(Child)).one()
    assert (child.given_name, child.expected) == (None, True)


@pytest.mark.parametrize(
    ("born", "days", "part"), [("yes", 10, "no"), ("no", -60, "yes")], ids=["born in the future", "awaited long ago"]
)
def test_the_date_has_to_agree_with_the_birth(walk: Walk, house: House, born: str, days: int, part: str) -> None:
    walk.through(until="child")
    day = house.clock.today() + timedelta(days=days)
    given = {
        "birth_date-day": str(day.day),
        "birth_date-month": str(day.month),
        "birth_date-year": str(day.year),
    }
    refused = walk.post("child", {"born": born, "given_name": "Noor", "family_name": "Kaya", **given})
    assert refused.status_code == 422
    assert f"choose {part}" in shown_errors(refused)[0]


@pytest.mark.promise("BXL-08", breaks="app.applications.rules:plan_problems")
@pytest.mark.promise("BXL-08", breaks="app.web.family.apply_steps:_judge_start", twin="tests.web.family.walk:nothing")
def test_a_start_before_the_birth_is_refused_beside_the_field(walk: Walk) -> None:
    walk.through(until="start")
    refused = walk.post("start", {"start_date-day": "1", "start_date-month": "4", "start_date-year": "2027"})
    assert refused.status_code == 422
    assert shown_errors(refused) == ["Your child is not born yet on this date. Choose a later date."]
    assert 'id="start_date-err"' in refused.get_data(as_text=True)


@pytest.mark.promise("BXL-08", breaks="app.organisations.rules:field_required")
def test_no_start_and_no_day_are_refused_beside_the_field(walk: Walk) -> None:
    walk.through(until="start")
    refused = walk.post("start", {})
    assert refused.status_code == 422
    assert 'id="start_date-err"' in refused.get_data(as_text=True)
    walk.post("start")
    refused = walk.post("days", {})
    assert refused.status_code == 422
    assert 'id="half_days-err"' in refused.get_data(as_text=True)


def test_a_later_birth_date_asks_the_start_again(walk: Walk) -> None:
    walk.through(until="check")
    later = {**walk.answers["child"], "birth_date-month": "9", "birth_date-day": "15"}
    assert step_of(walk.post("child?from=check", later)) == "start"
    page = walk.get("start?from=check")
    assert page.status_code == 200
    assert shown_errors(page) == ["Your child is not born yet on this date. Choose a later date."]
    assert 'value="2027"' in text_of(walk, "start")
    again = {"start_date-day": "1", "start_date-month": "11", "start_date-year": "2027"}
    assert step_of(walk.post("start?from=check", again)) == "check"


def test_hours_go_with_the_days_that_are_ticked(walk: Walk) -> None:
    walk.through(until="days")
    refused = walk.post("days", {"half_days": ["0"], "hours-1-from": "8u30", "hours-1-until": "12.00"})
    assert refused.status_code == 422
    taken = walk.post("days", {"half_days": ["0"], "hours-0-from": "8u30", "hours-0-until": "12.00"})
    assert step_of(taken) == "facilities"


@pytest.mark.promise("BXL-10", breaks="app.organisations.rules:field_asked")
def test_priority_questions_may_all_stay_empty(walk: Walk, house: House) -> None:
    walk.answers |= {step: {} for step in ("dutch", "work", "household", "education", "health", "consents")}
    walk.through(until="dutch")
    profile = house.profiles["brussels"]
    for step, key in (("dutch", "dutch.level"), ("work", "work.regime"), ("household", "household.income"),
                      ("education", "education.level"), ("health", "health.situation")):  # fmt: skip
        assert field_reason(profile, key) in text_of(walk, step), step
        walk.post(step)
    walk.post("consents")
    walk.post("check")
    assert step_of(walk.post("send")) == "sent"
    with as_maintainer(house, "brussels") as session:
        application = session.scalars(select(Application)).one()
        assert (application.grounds, application.priority_rank) == ([], 2)
        assert not session.scalars(select(HealthAnswer)).all()
        assert session.scalars(select(Circumstances)).one().dutch_proof is False


@pytest.mark.promise("BXL-22", breaks="app.priority.rules:masters_dutch")
def test_the_tick_for_a_proof_appears_with_dutch_and_decides_the_priority(walk: Walk, house: House) -> None:
    walk.answers |= {step: {} for step in ("work", "household", "education", "health")}
    walk.answers["dutch-proof"] = {}
    walk.through(until="dutch")
    assert step_of(walk.post("dutch", {"level": "neither"})) == "work"
    assert step_of(walk.get("dutch-proof")) == "work"
    assert step_of(walk.post("dutch", {"level": "applicant"})) == "dutch-proof"
    assert "checked" not in text_of(walk, "dutch-proof")
    walk.onward("dutch-proof")
    with as_maintainer(house, "brussels") as session:
        kept = session.scalars(select(Circumstances)).one()
        assert (kept.dutch, kept.dutch_proof, kept.dutch_proof_at) == ("applicant", False, None)
        assert session.scalars(select(Application)).one().grounds == []


@pytest.mark.promise("BXL-22", breaks="line:app/families/operations.py#values.update(dutch_proof_at=now")
def test_the_tick_for_a_proof_carries_day_and_author(walk: Walk, house: House) -> None:
    walk.through()
    with as_maintainer(house, "brussels") as session:
        kept = session.scalars(select(Circumstances)).one()
        dossier = session.scalars(select(Dossier)).one()
        assert "dutch" in session.scalars(select(Application)).one().grounds
    assert kept.dutch_proof is True
    assert kept.dutch_proof_at == dossier.created_at
    assert kept.dutch_proof_by == dossier.account_id


@pytest.mark.promise(
    "BXL-25", breaks="app.web.family.forms_apply:HealthForm.check", twin="tests.web.family.walk:nothing"
)
def test_the_health_answer_is_kept_only_with_consent_and_encrypted(walk: Walk, house: House) -> None:
    walk.through(until="health")
    refused = walk.post("health", {"situation": "yes"})
    assert refused.status_code == 422
    assert "agree" in refused.get_data(as_text=True)
    walk.onward("health")
    with as_maintainer(house, "brussels") as session:
        kept = session.scalars(select(HealthAnswer)).one()
        assert b"situation" not in kept.sealed
        assert session.scalar(select(DataKey.key_class).where(DataKey.key_class == "health")) == "health"
        assert all("health" not in ground for found in session.scalars(select(Choice.grounds)) for ground in found)


@pytest.mark.promise("BXL-34", breaks="line:app/consents/operations.py#given=answers.get(")
@pytest.mark.promise("BXL-35", breaks="line:app/templates/family/apply/consents.html#recipient.contact")
def test_consents_are_separate_unticked_boxes_with_recipient_and_contact(walk: Walk, house: House) -> None:
    walk.through(until="consents")
    page = text_of(walk, "consents")
    assert page.count('type="checkbox"') == 2
    assert "checked" not in page
    first, second = page.split("<fieldset")[1:3]
    assert "Kind en Gezin" in first
    assert "privacyoffice@kindengezin.be" in first
    assert "privacy@vgc.be" not in first
    assert "LOP Brussel" in second
    assert "privacy@vgc.be" in second
    walk.onward("consents")
    with as_maintainer(house, "brussels") as session:
        given = {row.recipient: row for row in session.scalars(select(Consent))}
    assert {key: row.given for key, row in given.items()} == {"kind_en_gezin": False, "lop": True}
    assert {(row.text_version, row.language, row.channel) for row in given.values()} == {("2026-1", "nl", "web")}


@pytest.mark.promise("BXL-02", breaks="line:app/web/pages.py#footer=tuple(")
def test_privacy_and_contact_are_one_step_away_and_the_draft_stays(walk: Walk) -> None:
    step = "language"
    while step != "sent":
        page = text_of(walk, step)
        assert 'href="/brussels/en/privacy"' in page, step
        assert "mailto:helpdesk@kinderopvanginbrussel.be" in page, step
        step = step_of(walk.post(step))
    walk.client.get("/brussels/en/privacy")
    assert walk.get("sent").status_code == 200


@pytest.mark.promise("BXL-26", breaks="line:app/templates/family/apply/priority_links.html#href")
def test_the_rules_for_priority_open_beside_the_form(walk: Walk) -> None:
    walk.through(until="household")
    page = text_of(walk, "household")
    assert '<a href="/brussels/en/priority" target="_blank"' in page
    assert '<a href="https://www.kindengezin.be/" target="_blank"' in page
    rules = walk.client.get("/brussels/en/priority").get_data(as_text=True)
    assert "One parent raises the child alone" in unescape(rules)
    assert walk.get("household").status_code == 200


def test_an_organisation_asks_what_its_own_profile_names(client: Client, house: House) -> None:
    walk = start_walk(client(), house)
    walk.base = "/leuven/nl/"
    facility = make_facility(house, "leuven", postcode="3000", municipality="leuven")
    walk.answers["language"]["municipality"] = "leuven"
    walk.answers["facilities"] = {"facilities": [facility.id.hex]}
    walk.answers["you"] |= {"nationality": "other", "relation": "parent"}
    walk.through(until="partner")
    assert 'name="sex"' not in text_of(walk, "you")
    for step in ("dutch", "health", "consents", "order"):
        assert step_of(walk.get(step)) == "partner", step
    walk.onward("partner")
    page = text_of(walk, "sent")
    assert "kindengezin" not in page
    with as_maintainer(house, "leuven") as session:
        assert session.scalars(select(Applicant)).one().birth_date is None
        assert [consent.recipient for consent in session.scalars(select(Consent))] == ["terms"]
