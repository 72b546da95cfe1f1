"""The frame of every page: language, title, headers, bytes, and no record inside."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass

import brotli
import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app.core.models import Base
from app.organisations.profile import load_profiles
from app.web import assets
from app.web.i18n import bind_language
from app.web.pages import refuse_records, render_error
from tests.budgets import AS_SENT, BUDGETS

PAGES = ("step", "every", "pieces", "list", "fail/404")


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_a_page_says_its_language_and_offers_the_others(kit: FlaskClient, language: str) -> None:
    answer = kit.get(f"/brussels/{language}/pieces")
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.text
    for other in {"nl", "fr", "en"} - {language}:
        assert f'<a href="/brussels/{other}/pieces" lang="{other}" hreflang="{other}">' in answer.text


def test_a_page_with_unsaved_input_switches_language_by_its_form(kit: FlaskClient) -> None:
    page = kit.get("/brussels/nl/step").text
    assert '<button form="step" name="switch_language" value="fr" lang="fr" formnovalidate>Français</button>' in page
    assert "hreflang" not in page


def test_a_page_with_errors_says_so_first_in_its_title(kit: FlaskClient) -> None:
    assert re.search(r"<title>(?!Error)", kit.get("/brussels/en/step").text)
    wrong = kit.post("/brussels/en/step", data={"birth_date-day": "<b>soon"})
    assert wrong.status_code == 422
    assert "<title>Error: " in wrong.text
    assert 'value="&lt;b&gt;soon"' in wrong.text
    assert '<a href="#birth_date-day">' in wrong.text


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_inline_script_or_style(kit: FlaskClient, page: str) -> None:
    html = kit.get(f"/brussels/nl/{page}").text
    assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son\w+=|javascript:", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_headers_of_every_answer(kit: FlaskClient) -> None:
    for path in ("/brussels/nl/step", "/nowhere", "/brussels/nl/fail/503"):
        answer = kit.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in answer.headers
    secure = kit.get("/brussels/nl/step", base_url="https://localhost")
    assert "max-age" in secure.headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("br, gzip", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None), ("identity", None)],
)
@pytest.mark.parametrize("path", ["page", "asset"])
def test_the_same_text_in_each_encoding(
    kit: FlaskClient, preview: Flask, accepted: str, encoding: str | None, path: str
) -> None:
    url = "/brussels/nl/fail/404" if path == "page" else assets.of(preview).url("family.css")
    answer = kit.get(url, headers={"Accept-Encoding": accepted})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert unpack(answer.data) == kit.get(url).data


def test_an_asset_is_kept_for_ever_under_its_own_hash(kit: FlaskClient, preview: Flask) -> None:
    url = assets.of(preview).url("family.css")
    answer = kit.get(url)
    assert re.fullmatch(r"/static/family\.[0-9a-f]{10}\.css", url)
    assert answer.headers["Cache-Control"] == assets.IMMUTABLE
    assert answer.mimetype == "text/css"
    for wrong in ("/static/family.css", "/static/family.0000000000.css", "/static/../pages.py", "/static/"):
        assert kit.get(wrong).status_code == 404


@pytest.mark.parametrize("name", ["family.css", "staff.css", "app.js"])
def test_the_budget_of_an_asset(kit: FlaskClient, preview: Flask, name: str) -> None:
    BUDGETS[name].hold(kit.get(assets.of(preview).url(name), headers=AS_SENT))


def test_the_budget_of_a_page(kit: FlaskClient) -> None:
    for page in ("step", "every"):
        for answer in (
            kit.get(f"/brussels/fr/{page}", headers=AS_SENT),
            kit.post(f"/brussels/fr/{page}", headers=AS_SENT),
        ):
            BUDGETS["step"].hold(answer)
    BUDGETS["facility_list"].hold(kit.get("/brussels/fr/list", headers=AS_SENT))


def test_htmx_is_the_vendored_version_with_its_licence(preview: Flask, kit: FlaskClient) -> None:
    held = assets.of(preview).by_name
    assert "vendor/htmx-4.0.1.min.js" in held
    assert "Zero-Clause BSD" in (assets.FOLDER / "vendor" / "htmx-4.0.1.LICENSE").read_text()
    assert "htmx" not in kit.get("/brussels/nl/step").text
    assert '"includeIndicatorCSS":false' in kit.get("/brussels/nl/list").text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418])
def test_a_failure_has_a_page_in_plain_words(kit: FlaskClient, status: int) -> None:
    answer = kit.get(f"/brussels/en/fail/{status}")
    assert answer.status_code == status
    assert "<h1" in answer.text
    assert "/brussels/en/" in answer.text


def test_a_failure_before_a_language_is_known_takes_that_of_the_browser(preview: Flask) -> None:
    for header, language in (("fr-BE,fr;q=0.9", "fr"), ("tr", "tr"), ("de", "en")):
        with preview.test_request_context("/nowhere", headers={"Accept-Language": header}):
            assert render_error(404).headers["Content-Language"] == language


def test_the_frame_shows_how_to_reach_a_human(preview: Flask) -> None:
    profile = load_profiles()["brussels"]
    with preview.test_request_context("/brussels/nl/step"):
        g.profile = profile
        bind_language("nl")
        page = render_error(404).get_data(as_text=True)
    assert profile.contacts.helpdesk_email in page
    assert 'href="tel:+32' in page
    for name in ("privacy", "cookies", "accessibility", "contact"):
        assert f'href="/brussels/nl/{name}"' in page


@dataclass(frozen=True)
class Carrier:
    """A frozen record that hides something."""

    inside: object


def test_a_record_never_reaches_a_template() -> None:
    record = next(iter(Base.registry.mappers)).class_()
    for hidden in (record, [record], {"a": (record,)}, Carrier(record), Carrier([Carrier(record)])):
        with pytest.raises(TypeError, match="database object"):
            refuse_records({"x": hidden})
    refuse_records({"x": Carrier([Carrier("text")])})
