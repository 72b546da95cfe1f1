"""A page speaks one language: the words, the dates, the mails, and the way to another language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from email import policy
from email.message import EmailMessage
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from werkzeug.test import TestResponse

from app.core.journal import Accepted
from app.organisations.profile import load_profiles
from app.organisations.terms import Languages
from app.web.demo.demo import _opened
from app.web.doors import ANYONE, House
from app.web.i18n import Texts, texts
from app.web.i18n_cli import extract
from app.web.mails import compose
from app.web.mails.letters import LETTERS
from tests.budgets import AS_SENT, BUDGETS
from tests.factories import make_facility, make_family, make_leader, make_offer, signed_in
from tests.web.family.walk import ANSWERS, start_walk
from tests.web.test_mails import VALUES

Client = Callable[[], FlaskClient]
FAMILY = ("nl", "fr", "en")
HELP = ("ar", "tr", "ro", "es", "uk")
STAFF = ("nl", "fr")
PUBLIC = ("", "sign-in", "password/forgotten", "privacy", "cookies", "accessibility", "contact", "nowhere")
MINE = ("my", "my/receipt", "my/details", "my/access", "my/account", "my/account/password", "my/account/email")
# The third month, and its fifteenth day, as each language writes them.
MARCH = {
    "nl": ("maart", "maandag 15 maart 2027"),
    "fr": ("mars", "lundi 15 mars 2027"),
    "en": ("March", "Monday 15 March 2027"),
    "ar": ("مارس", "الاثنين، 15 مارس 2027"),
    "tr": ("Mart", "15 Mart 2027 Pazartesi"),
    "ro": ("martie", "luni, 15 martie 2027"),
    "es": ("marzo", "lunes, 15 de marzo de 2027"),
    "uk": ("березень", "понеділок, 15 березня 2027"),
}


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    """Every text of the code; forgets what earlier tests looked up, for they show pages of their own."""
    for language in FAMILY:
        texts(language)._plain.clear()
        texts(language)._escaped.clear()
    ids = [message.id for message in extract() if message.id]
    return frozenset(text for found in ids for text in ((found,) if isinstance(found, str) else found))


def english_on(page: str, language: str, known: frozenset[str]) -> list[str]:
    """Find texts of at least three words that a page shows in English."""
    bound = texts(language)
    spoken = {text: bound.gettext(text) for text in known if len(text.split()) > 2 and "%(" not in text}
    return [text for text, said in spoken.items() if said != text and (text in page or str(escape(text)) in page)]


@pytest.fixture(autouse=True)
def _asked_elsewhere() -> None:
    """Forget what pages of other tests asked for in this process: some show texts that no catalogue has."""
    for language in (*FAMILY, *HELP):
        _BEFORE[language] = {*texts(language)._plain, *texts(language)._escaped}


_BEFORE: dict[str, set[str]] = {}


def unmarked(bound: Texts, known: frozenset[str]) -> list[str]:
    """Find texts that a test asked for and that no catalogue holds, for want of a mark in the code."""
    profiles = load_profiles().values()
    names = {recipient.name for profile in profiles for recipient in profile.recipients.values()}
    asked = {*bound._plain, *bound._escaped} - known - _BEFORE[bound.language]
    return sorted(text for text in asked if re.search("[a-z]{2}", text) and not any(name in text for name in names))


def _judge(page: TestResponse, language: str, known: frozenset[str]) -> None:
    rtl = ' dir="rtl"' if language == "ar" else ""
    assert f'<html lang="{language}"{rtl}>' in page.text, page.request.path
    if language != "en":
        assert english_on(page.text, language, known) == [], page.request.path


@pytest.mark.promise(
    "KL-07", breaks="app.organisations.terms:Languages.for_families", twin="tests.web.test_language:complete"
)
@pytest.mark.parametrize("language", [*FAMILY, *HELP])
def test_the_application_speaks_the_language(
    language: str, house: House, client: Client, known: frozenset[str]
) -> None:
    walk = start_walk(client(), house)
    walk.base = f"/brussels/{language}/"
    pages = [walk.get("language"), walk.post("language", {}), walk.through("you"), walk.post("you", {})]
    pages += [walk.onward("you", "child"), walk.post("child", {"born": "yes", "birth_date-day": "99"})]
    pages += [
        walk.onward("child", "check"),
        *(walk.get(step) for step in ANSWERS if step != "send"),
        walk.onward("check"),
    ]
    pages.append(walk.client.get(f"{walk.base}priority"))
    for page in pages:
        _judge(page, language, known)
    assert {page.status_code for page in pages} == {200, 422}
    assert unmarked(texts(language), known) == []


@pytest.mark.parametrize("language", ["ar", "uk"])
def test_letters_of_two_bytes_stay_within_the_budget_of_a_page(language: str, house: House, client: Client) -> None:
    walk = start_walk(client(), house)
    walk.base = f"/brussels/{language}/"
    walk.through("check")
    for step in ANSWERS:
        BUDGETS["step"].hold(walk.get(step, headers=AS_SENT))
    BUDGETS["public"].hold(walk.client.get(walk.base, headers=AS_SENT))
    BUDGETS["privacy"].hold(walk.client.get(f"{walk.base}privacy", headers=AS_SENT))


@pytest.mark.parametrize("language", [*FAMILY, *HELP])
def test_public_pages_and_the_own_page_speak_the_language(
    language: str, house: House, client: Client, known: frozenset[str]
) -> None:
    places = [make_facility(house, name=name) for name in ("Zonnetje", "Regenboog", "Wolkje")]
    for place in places:
        make_leader(house, place)
    states = {places[1].id: "refused", places[2].id: "not_now"}
    family = make_family(house, places, language=language, states=states)
    make_offer(house, family, places[0], half_days=3)
    me = signed_in(house, client(), family.person)
    base = f"/brussels/{language}/"
    for path in (*PUBLIC, *MINE, f"my/requests/{family.application_id}/cancel"):
        _judge(me.get(base + path), language, known)
    assert unmarked(texts(language), known) == []


@pytest.mark.parametrize("language", STAFF)
def test_a_facility_reads_its_own_language(language: str, house: House, client: Client, known: frozenset[str]) -> None:
    place = make_facility(house, name="De Zandbak")
    choice = make_family(house, [place]).choices[place.id]
    desk = signed_in(house, client(), make_leader(house, place, language=language))
    base = f"/brussels/{language}/facility"
    for path in (
        "",
        "?state=offered",
        f"/requests/{choice}",
        f"/requests/{choice}/offer",
        f"/requests/{choice}/refuse",
    ):
        page = desk.get(base + path, follow_redirects=True)
        assert page.status_code == 200, path
        _judge(page, language, known)
    assert unmarked(texts(language), known) == []
    for other in ("en", *HELP):
        assert desk.get(f"/brussels/{other}/facility").status_code == 404


def test_a_help_translation_opens_the_doors_of_families_only(house: House, client: Client) -> None:
    visitor, found = client(), {"family": 0, "staff": 0}
    for endpoint, page in house.pages.items():
        shape, names = house.shapes.get(endpoint, ("", frozenset()))
        if "organisation" not in names or "GET" not in page.methods:
            continue
        ids = {name: uuid4().hex for name in names}
        for language in ("ar", "uk"):
            answer = visitor.get(shape % {**ids, "organisation": "brussels", "language": language})
            if page.languages == "staff":
                assert answer.status_code == 404, endpoint
            elif page.who == ANYONE and answer.status_code == 200 and "<html" in answer.text:
                assert f'<html lang="{language}"' in answer.text, endpoint
            else:
                # Who may not come in is led to the sign-in page or the first page, and that stays in the language.
                assert answer.status_code in (200, 303, 404, 410), endpoint
                assert f"/{language}/" in answer.headers.get("Location", f"/{language}/"), endpoint
        found[page.languages] += 1
    assert found["family"] > 20
    assert found["staff"] > 5


def _links(page: str) -> Iterator[str]:
    return (found[1] for found in re.finditer(r'<a href="([^"]+)" lang="\w+" hreflang="\w+"[^>]*>', page))


@pytest.mark.parametrize("path", ["", "sign-in", "privacy", "cookies", "accessibility", "contact"])
def test_the_switch_keeps_the_page(path: str, client: Client, house: House) -> None:
    page = client().get(f"/brussels/nl/{path}").text
    assert set(_links(page)) == {f"/brussels/{language}/{path}" for language in ("fr", "en", *HELP)}
    for link in _links(page):
        assert client().get(link).status_code == 200


def test_a_help_translation_keeps_what_was_typed(house: House, client: Client) -> None:
    walk = start_walk(client(), house)
    walk.through(until="you")
    answer = walk.post("you", {"given_name": "ليلى", "birth_date-day": "31", "switch_language": "ar"})
    assert answer.headers["Location"] == "/brussels/ar/apply/you"
    page = walk.client.get("/brussels/ar/apply/you").text
    assert '<html lang="ar" dir="rtl">' in page
    assert 'value="ليلى"' in page
    assert 'value="31"' in page
    walk.base = "/brussels/ar/"
    back = walk.post("you", {"given_name": "ليلى", "switch_language": "tr"})
    assert back.headers["Location"] == "/brussels/tr/apply/you"
    assert walk.post("you", {"given_name": "x", "switch_language": "de"}).status_code == 422


@pytest.mark.parametrize("language", FAMILY)
@pytest.mark.parametrize("kind", LETTERS)
def test_a_mail_is_written_in_the_language_of_the_person(
    kind: str, language: str, known: frozenset[str], house: House
) -> None:
    mail = compose(house.profiles["brussels"], kind, language, VALUES, base_url="https://example.org")
    assert "%(" not in mail.subject + mail.text
    assert "ABC" not in mail.subject
    if language != "en":
        assert english_on(mail.text + mail.subject, language, known) == []


def test_the_demo_shows_a_mail_with_its_accents(house: House) -> None:
    composed = compose(house.profiles["brussels"], "facility_digest", "fr", VALUES, base_url="https://example.org")
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"], mail["To"], mail["Message-ID"] = composed.subject, "a@example.org", "<1@example.org>"
    mail.set_content(composed.text, cte="8bit")
    source = mail.as_bytes().decode()
    shown = _opened(
        Accepted("<1@example.org>", "b@example.org", ("a@example.org",), "2027-01-15T09:00:00+00:00", source)
    )
    assert shown.text.split() == composed.text.split()


def complete(languages: Languages) -> tuple[str, ...]:
    """Return the complete languages only: the twin of what a family may choose."""
    return languages.family


def test_every_declared_language_has_a_catalogue_and_a_calendar() -> None:
    declared = {
        language
        for profile in load_profiles().values()
        for language in (*profile.languages.for_families, *profile.languages.staff)
    }
    assert declared == set(MARCH)
    for language, (month, written) in MARCH.items():
        assert texts(language).month_name(3) == month
        assert texts(language).format_weekday(date(2027, 3, 15)) == written
        # The desk reads the date too: in the digits that it knows.
        assert texts(language).format_day_short(date(2027, 3, 15)) == "15/03/2027"


def test_french_counts_the_first_of_a_month() -> None:
    assert texts("fr").format_day(date(2027, 3, 1)) == "1er mars 2027"
    assert texts("fr").format_weekday(date(2027, 3, 1)) == "lundi 1er mars 2027"
    assert texts("fr").format_day(date(2027, 3, 21)) == "21 mars 2027"
    assert texts("fr").format_day_short(date(2027, 3, 1)) == "01/03/2027"
    assert texts("nl").format_day(date(2027, 3, 1)) == "1 maart 2027"


def test_none_takes_the_form_of_one_in_french_only() -> None:
    one, many = "%(count)s facility", "%(count)s facilities"
    assert texts("fr").ngettext(one, many, 0) == "0 milieu d’accueil"
    assert texts("fr").ngettext(one, many, 2) == "2 milieux d’accueil"
    assert texts("nl").ngettext(one, many, 0) == "0 opvanglocaties"
    assert texts("nl").ngettext(one, many, 1) == "1 opvanglocatie"


def test_planted_english_is_found(known: frozenset[str]) -> None:
    assert english_on("<h1>Who are you?</h1>", "nl", known) == ["Who are you?"]
    assert english_on("<h1>Wie bent u?</h1>", "nl", known) == []
    asked = Texts("nl", texts("nl").locale, texts("nl").catalogue)
    asked.gettext("Who are you?")
    assert unmarked(asked, known) == []
    asked.markup("A text that nobody marked")
    assert unmarked(asked, known) == ["A text that nobody marked"]
