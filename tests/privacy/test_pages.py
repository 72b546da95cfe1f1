"""The pages that every footer leads to, through the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest
from markupsafe import escape

from app.organisations.profile import load_profiles
from app.privacy.queries import privacy_statement
from app.web.i18n import texts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PROFILES = load_profiles()
PAGES = [
    (organisation, language, page)
    for organisation, profile in PROFILES.items()
    for language in profile.languages.for_families
    for page in ("privacy", "cookies", "accessibility", "contact")
]
# What is each organisation's alone, typed from the documents; "+" joins what must stand together.
OWN = {
    "brussels": (
        "Samenwerken aan Kinderopvang Brussel",
        "0508.697.197",
        "Vooruitgangsstraat",
        "kinderopvanginbrussel.be",
    ),
    "leuven": ("Interleuven", "kinderopvanginmijnbuurt.be", "28 42 66", "Tactics"),
    "kindengezin": ("Hallepoortlaan", "ICT en Recht"),
    "kinderkeet": ("Kinderkeet", "Brederode", "Autoriteit Persoonsgegevens"),
    "kidslife": ("KidsLife",),
}


def text_of(client: FlaskClient, path: str) -> str:
    """The page's HTML; the answer must be 200, public, and without a cookie."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert "Set-Cookie" not in answer.headers
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("organisation", "language", "page"), PAGES)
def test_every_page_opens_and_names_nobody_else(
    client: Callable[[], FlaskClient], organisation: str, language: str, page: str
) -> None:
    html = text_of(client(), f"/{organisation}/{language}/{page}")
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    for other, names in OWN.items():
        if other != organisation:
            assert not [name for name in names if name in html], other


@pytest.mark.promise("BXL-03", breaks="line:app/privacy/statements/brussels/nl.toml#(ondernemingsnummer")
def test_brussels_says_who_it_is(client: Callable[[], FlaskClient]) -> None:
    for language in ("nl", "fr", "en"):
        html = text_of(client(), f"/brussels/{language}/privacy")
        for fact in ("vzw Samenwerken aan Kinderopvang Brussel", "0508.697.197", "323/9", "2012", "Lokaal Loket"):
            assert fact in html


@pytest.mark.promise("KG-01", breaks="line:app/privacy/statements/kindengezin/nl.toml#Hallepoortlaan 27, 1060 Brussel.")
def test_kind_en_gezin_says_who_it_is(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/kindengezin/nl/privacy")
    assert (
        "Kind en Gezin, intern verzelfstandigd agentschap met rechtspersoonlijkheid (IVA), Hallepoortlaan 27, 1060"
        in html
    )


@pytest.mark.promise("KG-11", breaks="line:app/privacy/statements/kindengezin/nl.toml#- Adoptie")
def test_kind_en_gezin_publishes_its_three_tasks(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/kindengezin/nl/privacy")
    for task in ("Preventieve gezinsondersteuning:", "Kinderopvang:", "Adoptie:"):
        assert f"<li>{task}" in html


@pytest.mark.promise("BXL-43", breaks="line:app/privacy/statements/brussels/nl.toml#Heb je hier vragen over")
def test_the_retention_paragraph_gives_the_dpo(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/brussels/nl/privacy")
    paragraph = html.partition('<h2 id="keeping"')[2].partition("<h2")[0]
    assert 'href="mailto:privacy@kinderopvanginbrussel.be"' in paragraph
    assert "5 jaar na de laatste activiteit" in paragraph


@pytest.mark.promise("BXL-69", breaks="line:app/privacy/statements/brussels/nl.toml#nietig zou zijn")
def test_the_law_is_named_and_the_other_clauses_stand(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/brussels/nl/privacy")
    assert "Algemene Verordening Gegevensbescherming (AVG)" in html
    assert "geen invloed op de andere bepalingen" in html
    for language in ("nl", "fr", "en"):
        assert "2026-2" in text_of(client(), f"/brussels/{language}/privacy")


def test_a_missing_translation_gives_the_binding_text_marked_as_dutch(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/kidslife/fr/privacy")
    assert 'lang="nl">Waarom verzamelen wij jouw gegevens?</h2>' in html
    assert '<html lang="fr"' in html


def as_asked(versions: Mapping[str, str], wanted: str, master: str, current: str) -> str:
    """Show a statement in whatever language is asked: the twin of the choice of its language."""
    return wanted


@pytest.mark.promise("BXL-69", breaks="app.privacy.rules:language_shown", twin="tests.privacy.test_pages:as_asked")
@pytest.mark.parametrize("organisation", ["brussels", "leuven"])
@pytest.mark.parametrize("language", ["ar", "tr", "ro", "es", "uk"])
def test_a_help_translation_leaves_the_binding_text_in_dutch_and_says_so(
    organisation: str, language: str, client: Callable[[], FlaskClient]
) -> None:
    profile, bound = PROFILES[organisation], texts(language)
    html = client().get(f"/{organisation}/{language}/privacy").text
    rtl, ltr = (' dir="rtl"', ' dir="ltr"') if language == "ar" else ("", "")
    assert f'<html lang="{language}"{rtl}>' in html
    said = "We do not have this version in your language yet. You read the text that counts, in %(language)s."
    assert bound.markup(said, language="Nederlands") in html
    # The organisation's own words are those of the Dutch page, marked as Dutch; what we derive speaks the language.
    for section in privacy_statement(profile, "nl").sections:
        assert f'<h2 id="{section.key}" lang="nl"{ltr}>{escape(section.heading)}</h2>' in html
    assert profile.statement.version in html
    for derived in ("Your name", "Who reads what on this website", "As long as we keep your file"):
        assert bound.markup(derived) in html
        assert bound.gettext(derived) != texts("nl").gettext(derived)


@pytest.mark.promise("BXL-67", breaks="line:app/privacy/statements/brussels/nl.toml#@authority")
def test_dpo_and_authority_stand_on_the_rights_page_without_signing_in(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/brussels/nl/privacy")
    rights = html.partition('<h2 id="rights"')[2].partition('<h2 id="questions"')[0]
    assert "privacy@kinderopvanginbrussel.be" in rights
    assert "Gegevensbeschermingsautoriteit" in rights
    assert "Drukpersstraat 35, 1000 Brussel" in rights


@pytest.mark.promise("LEU-58", breaks="line:app/privacy/statements/leuven/nl.toml#@authority")
def test_leuven_gives_the_flemish_committee(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/leuven/nl/privacy")
    for fact in ("Vlaamse Toezichtcommissie", "Koning Albert II-laan 15, 1210 Brussel", "contact@toezichtcommissie.be"):
        assert fact in html
    assert "Vlaamse Toezichtcommissie" not in text_of(client(), "/kinderkeet/nl/privacy")


@pytest.mark.promise(
    "KK-03",
    breaks=(
        "line:app/privacy/statements/kinderkeet/nl.toml#{dpo_name}",
        "line:app/organisations/profiles/kinderkeet.toml#dpo_name",
    ),
)
def test_the_kinderkeet_gives_its_contact_point(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/kinderkeet/nl/privacy")
    assert "Petra van Brederode" in html
    assert "20 566 28 68" in html
    assert "rol van verantwoordelijke" in html


@pytest.mark.promise("KK-58", breaks='line:app/templates/public/privacy.html#href="#{{ heading.key }}"')
def test_there_is_a_date_and_a_table_of_contents_that_works(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/kinderkeet/nl/privacy")
    assert "2018-04" in html
    targets = re.findall(r'<a href="#([a-z]+)">', html)
    assert len(targets) == 8
    assert all(f'<h2 id="{target}"' in html for target in targets)


@pytest.mark.promise("BXL-70", breaks="line:app/organisations/profiles/brussels.toml#phone = ")
def test_phone_hours_and_mail_of_the_helpdesk(client: Callable[[], FlaskClient]) -> None:
    html = text_of(client(), "/brussels/nl/contact")
    assert "788 31 73" in html
    assert "9:30" in html
    assert "12:30" in html
    assert 'href="mailto:helpdesk@kinderopvanginbrussel.be"' in html


@pytest.mark.promise("LEU-59", breaks="line:app/organisations/profiles/leuven.toml#helpdesk_email")
def test_every_leuven_page_gives_phone_and_mail(client: Callable[[], FlaskClient]) -> None:
    for page in ("privacy", "cookies", "accessibility", "contact"):
        html = text_of(client(), f"/leuven/nl/{page}")
        assert "28 42 66" in html
        assert "info@kinderopvanginmijnbuurt.be" in html


def test_the_cookie_page_names_the_cookie_that_the_site_sets(client: Callable[[], FlaskClient]) -> None:
    for organisation in PROFILES:
        html = text_of(client(), f"/{organisation}/nl/cookies")
        comfort = ["cookie_choice", "language"]
        more = {
            "brussels": ["device"],
            "leuven": ["device", "cookie_choice"],
            "kidslife": comfort,
            "kindengezin": comfort,
        }.get(organisation, [])
        assert re.findall(r"<dt>([^<]+)</dt>", html) == ["sid", *more]


def test_a_language_that_is_not_offered_is_not_there(client: Callable[[], FlaskClient]) -> None:
    assert client().get("/kinderkeet/fr/privacy").status_code == 404
    assert client().get("/leuven/de/privacy").status_code == 404
    assert client().get("/nobody/nl/privacy").status_code == 404


def test_no_page_asks_anything_of_another_host(client: Callable[[], FlaskClient]) -> None:
    for organisation, language, page in PAGES:
        html = text_of(client(), f"/{organisation}/{language}/{page}")
        assert not re.findall(r'(?:src|srcset|action)="https?:', html)
        assert not re.findall(r'<link[^>]+href="https?:', html)
