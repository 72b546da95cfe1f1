"""What people type, and what is made of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.web.forms import NationalNumberField, StepForm, WholeNumberField
from app.web.i18n import compile_catalogues, texts
from tests.web.kit.preview import TODAY, EveryForm


class Form(EveryForm):
    """One of each, with the two that stand on no page of the preview."""

    number = WholeNumberField(lowest=1, highest=30)
    national_number = NationalNumberField()


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    compile_catalogues()


def filled(answers: Any, **options: Any) -> Form:
    form = Form(MultiDict(answers), texts=texts("en"), today=TODAY, demo=True, **options)
    form.validate()
    return form


@pytest.mark.parametrize(
    "typed",
    [
        ("27", "3", "2026"),
        (" 27 ", "03", "2026 "),
        ("27", "maart", "2026"),
        ("27", "mrt.", "2026"),
        ("27", "MARS", "2026"),
        ("27", "Mar", "2026"),
        ("27/3/2026", "", ""),
        ("27-03-2026", "", ""),
        ("27.3.2026", "", ""),
        ("2026-03-27", "", ""),
        ("27032026", "", ""),
        ("27 maart 2026", "", ""),
        ("le 27 mars 2026", "", ""),
        ("March 27th, 2026", "", ""),
        ("27 mars", "", "2026"),
        ("27/3", "", "2026"),
        ("٢٧", "٣", "٢٠٢٦"),
        ("２７", "３", "２０２６"),
    ],
)
def test_a_date_in_every_usual_spelling(typed: tuple[str, str, str]) -> None:
    form = filled(dict(zip(("birth_date-day", "birth_date-month", "birth_date-year"), typed, strict=True)))
    assert form.birth_date.data == date(2026, 3, 27)
    assert form.to_answers()["birth_date"] == "2026-03-27"


@pytest.mark.parametrize(
    ("month", "number"),
    [
        *(("januari", 1), ("févr.", 2), ("fevrier", 2), ("mrt", 3), ("avril", 4), ("mei", 5), ("juin", 6)),
        *(("juil.", 7), ("août", 8), ("AOUT", 8), ("augustus", 8), ("okt", 10), ("déc", 12), ("December", 12)),
        *(("مارس", 3), ("أبريل", 4), ("ابريل", 4), ("غشت", 8), ("آذار", 3), ("Mayıs", 5), ("KASIM", 11), ("Şub", 2)),
        *(("iunie", 6), ("enero", 1), ("березня", 3), ("березень", 3), ("лис", 11), ("mar", 3)),
    ],
)
def test_month_names_in_every_language(month: str, number: int) -> None:
    form = filled({"birth_date-day": "1er", "birth_date-month": month, "birth_date-year": "2026"})
    assert form.birth_date.data == date(2026, number, 1)


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        (("", "3", "2026"), "day"),
        (("27", "", "2026"), "month"),
        (("27", "3", ""), "year"),
        (("32", "3", "2026"), "day"),
        (("31", "2", "2026"), "day"),
        (("27", "13", "2026"), "month"),
        (("27", "jui", "2026"), "month"),
        (("27", "3", "26"), "year"),
        (("27", "3", "1826"), "year"),
        (("27", "3", "2226"), "year"),
        (("soon", "", ""), "day"),
        (("1\x00", "3", "2026"), "day"),
    ],
)
def test_an_error_points_at_the_first_wrong_part_and_keeps_what_was_typed(typed: tuple[str, ...], part: str) -> None:
    names = ("birth_date-day", "birth_date-month", "birth_date-year")
    form = filled(dict(zip(names, typed, strict=True)))
    assert [anchor for anchor, _ in form.errors_in_order()] == [f"birth_date-{part}"]
    assert [form.birth_date.part(name.split("-")[1]) for name in names] == [text.replace("\x00", "") for text in typed]
    assert "birth_date" not in form.to_answers()


@pytest.mark.parametrize(
    "typed",
    [
        *("0470 12 34 56", "0470/12.34.56", "0470-12-34-56", "0470123456", "(0470) 12 34 56", "+32 470 12 34 56"),
        *("+32 (0)470 12 34 56", "0032 470 12 34 56", "32470123456", "tel. 0470 12 34 56", "٠٤٧٠١٢٣٤٥٦"),
    ],
)
def test_a_phone_in_every_usual_spelling(typed: str) -> None:
    form = filled({"phone": typed})
    assert form.to_answers()["phone"] == "+32470123456"
    again = Form(texts=texts("nl"), today=TODAY, answers=form.to_answers())
    assert again.phone.typed == "0470 12 34 56"


@pytest.mark.parametrize(("typed", "kept"), [("016/20 30 40", "+3216203040"), ("+31 6 12345678", "+31612345678")])
def test_a_fixed_or_foreign_phone(typed: str, kept: str) -> None:
    assert filled({"phone": typed}).phone.data == kept


@pytest.mark.parametrize("typed", ["123", "0470 12 34 5", "my phone", "0470 12 34 56 ext 3", "+", "0" * 60])
def test_a_phone_that_is_none_stays_in_the_box(typed: str) -> None:
    form = filled({"phone": typed})
    assert form.errors_in_order()[0][0] == "phone"
    assert form.phone.typed == typed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("An@Example.BE", "An@example.be"),
        (" mailto:an@example.test ", "an@example.test"),
        ("an@münchen.example", "an@münchen.example"),
    ],
)
def test_an_email_address(typed: str, kept: str) -> None:
    assert filled({"email": typed}).email.data == kept


def test_a_test_domain_is_taken_in_the_demo_only() -> None:
    form = Form(MultiDict({"email": "an@example.test"}), texts=texts("en"), today=TODAY, demo=False)
    assert not form.validate()


@pytest.mark.parametrize("typed", ["an", "an@", "@b.be", "a b@c.be", "a@b", "a@b..be", "a" * 300 + "@b.be"])
def test_an_email_address_that_is_none(typed: str) -> None:
    assert filled({"email": typed}).errors_in_order()


@pytest.mark.parametrize(
    ("typed", "kept"), [("1000", "1000"), ("B-1080", "1080"), ("be 3000", "3000"), ("10 70", "1070")]
)
def test_a_postcode(typed: str, kept: str) -> None:
    assert filled({"postcode": typed}).postcode.data == kept


@pytest.mark.parametrize("typed", ["0999", "123", "12345", "1000 Brussel", "²000"])
def test_a_postcode_that_is_none(typed: str) -> None:
    assert filled({"postcode": typed}).errors_in_order()


@pytest.mark.parametrize(
    "name",
    ["Zoë d’Hoore", "Ñandú-Åse", "محمد عبد الله", "张伟", "Παπαδόπουλος", "Дарʼя", "ប៊ុន", "🙂", "Ꮳꮃꭹ", "می‌خواهم"],
)
def test_a_name_in_any_script_comes_back_as_typed(name: str) -> None:
    assert filled({"name": f"  {name}  "}).name.data == name


def test_a_name_is_made_nfc_and_loses_what_cannot_be_seen() -> None:
    assert filled({"name": "Zoe\u0308\u200b \u202etset\ufeff"}).name.data == "Zoë tset"


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800", "\x1b[31m", "a" * 101, "\ud83d"])
def test_text_that_cannot_be_kept_is_an_error_and_can_be_sent_back(typed: str) -> None:
    form = filled({"name": typed})
    assert form.errors_in_order()
    form.name.typed.encode("utf-8")


def test_a_repeated_key_is_an_error_for_a_single_answer() -> None:
    repeated = [(key, value) for key in ("name", "kind", "flexible", "consent", "birth_date-day") for value in "ab"]
    assert [anchor for anchor, _ in filled(repeated).errors_in_order()] == [
        *("name", "birth_date-day", "kind", "flexible", "consent")
    ]


def test_a_choice_that_is_not_offered_is_refused() -> None:
    form = filled({"kind": "palace", "facilities": "z", "flexible": "maybe", "consent": "on"})
    assert len(form.errors_in_order()) == 4


def test_a_profile_decides_what_is_offered_required_and_shown() -> None:
    form = filled(
        {"kind": "palace"}, choices={"kind": ("palace",)}, required=("name", "consent"), shown=("kind", "name")
    )
    assert form.kind.data == "palace"
    assert form.consent is None
    assert [anchor for anchor, _ in form.errors_in_order()] == ["name"]


def test_more_than_the_limit_is_refused() -> None:
    assert filled([("facilities", value) for value in "abc"]).errors_in_order() == [("facilities", "Choose at most 2")]


def test_hours_are_read_as_people_write_them() -> None:
    form = filled({"hours-0-from": "8", "hours-0-until": "16u30", "hours-4-from": "0730", "hours-4-until": "12.15"})
    assert form.to_answers()["hours"] == {"0": ["08:00", "16:30"], "4": ["07:30", "12:15"]}
    for wrong, anchor in (
        ({"hours-1-from": "9"}, "1-until"),
        ({"hours-1-from": "26", "hours-1-until": "27"}, "1-from"),
    ):
        assert filled(wrong).errors_in_order()[0][0] == f"hours-{anchor}"


def a_token(digits: str) -> str:
    """Stand in for the keyed token."""
    return f"token of {len(digits)} digits"


@pytest.mark.parametrize(
    "typed", ["85.07.30-033 28", "85073003328", " 85 07 30 033-28 ", "٨٥٠٧٣٠٠٣٣٢٨", "17.07.30-033.84"]
)
def test_a_national_number_becomes_a_token_at_once_and_is_never_shown(typed: str) -> None:
    form = filled({"national_number": typed, "password": "a long secret"}, token=a_token)
    assert form.to_answers()["national_number"] == "token of 11 digits"
    assert "national_number" not in form.to_typed()
    assert form.national_number.typed == ""


def test_a_wrong_national_number_is_refused_without_being_said_again() -> None:
    form = filled({"national_number": "85.07.30-033 29"}, token=a_token)
    assert form.errors_in_order()
    assert "national_number" not in {**form.to_answers(), **form.to_typed()}
    assert not any("033" in message for _, message in form.errors_in_order())


def test_a_number_that_was_given_stays_unless_another_is_typed() -> None:
    held = {"national_number": "the first token"}
    assert filled({}, token=a_token, held=held).to_answers()["national_number"] == "the first token"
    replaced = filled({"national_number": "85073003328"}, token=a_token, held=held)
    assert replaced.to_answers()["national_number"] == "token of 11 digits"


def test_without_a_key_no_number_is_taken() -> None:
    with pytest.raises(RuntimeError):
        filled({"national_number": "85073003328"})


def test_what_was_typed_can_be_put_away_and_shown_again_unjudged() -> None:
    left = filled({"name": "x" * 200, "birth_date-day": "soon", "phone": "??", "facilities": "a", "hours-0-from": "zz"})
    again = Form.from_typed(left.to_typed(), texts=texts("fr"), today=TODAY)
    assert again.to_typed() == left.to_typed()
    assert not again.errors_in_order()


def test_answers_come_back_as_they_were_given() -> None:
    form = filled(
        {
            "name": "An",
            "email": "an@example.be",
            "phone": "0470123456",
            "postcode": "1000",
            "kind": "group",
            "birth_date-day": "1",
            "birth_date-month": "2",
            "birth_date-year": "1990",
            "language": "nl",
            "facilities": "b",
            "flexible": "no",
            "hours-0-from": "8",
            "hours-0-until": "9",
            "consent": "yes",
        }
    )
    assert not form.errors_in_order()
    shown = Form(texts=texts("nl"), today=TODAY, answers=form.to_answers())
    assert filled(shown.to_typed()).to_answers() == form.to_answers()


_NAMES = sorted(
    {name for field in Form(texts=texts("en"), today=TODAY)._fields.values() for name in field.input_names()}
)
_TEXTS = st.one_of(
    st.text(max_size=60), st.sampled_from(["yes", "0", "13", "99999999999", "\x00", "\ud800", "2026", "１"])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_NAMES), _TEXTS), max_size=40), st.booleans())
def test_whatever_is_posted_gives_answers_or_errors_never_a_failure(pairs: list[tuple[str, str]], needed: bool) -> None:
    form: StepForm = filled(pairs, required=tuple(Form(texts=texts("en"), today=TODAY)._fields) if needed else ())
    assert {anchor for anchor, _ in form.errors_in_order()} <= set(_NAMES)
    json.dumps(form.to_answers(), ensure_ascii=False).encode()
    json.dumps(form.to_typed(), ensure_ascii=False).encode()


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(sorted(Form(texts=texts("en"), today=TODAY)._fields)),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_a_damaged_draft_is_shown_not_a_failure(answers: dict[str, Any]) -> None:
    form = Form(texts=texts("en"), today=TODAY, answers=answers)
    json.dumps(form.to_typed(), ensure_ascii=False).encode()
