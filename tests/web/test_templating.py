"""Templates say the same as Jinja's own environment would, only sooner."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from app.web.templating import PageEnvironment, shown


def environment(**templates: str) -> PageEnvironment:
    made = PageEnvironment(Flask("t"), loader=DictLoader(templates), autoescape=True, trim_blocks=True)
    made.globals = {"_": lambda words: Markup(f"<i>{words}</i>"), "asset": lambda name: f"/static/{name}"}
    return made


@given(st.one_of(st.text(), st.integers(), st.none(), st.text().map(Markup), st.text().map(escape)))
def test_a_value_is_escaped_as_ever(value: object) -> None:
    assert shown(value) == str(escape(value))
    page = environment(a="{{ value }}{% macro m(v) %}{{ v }}{% endmacro %}{{ m(value) }}").get_template("a")
    assert page.render(value=value) == 2 * str(escape(value))


def test_words_that_stand_in_a_template_are_settled_when_it_is_compiled() -> None:
    made = environment(a='{% set t = _("a & b") %}{{ t }}{{ _("c") }}{{ asset("x") }}{{ _(word) }}')
    page = made.get_template("a")
    made.globals["_"] = lambda words: "later"
    assert page.render(word="<w>") == "<i>a & b</i><i>c</i>/static/xlater"


def test_imported_macros_and_blocks_know_the_globals() -> None:
    made = environment(
        base="{% block b %}{% endblock %}",
        parts="{% macro twice(v) %}{{ _(v) }}{{ caller() }}{% endmacro %}",
        page='{% extends "base" %}{% from "parts" import twice %}{% block b %}{% for v in vs %}'
        "{% call twice(v) %}{{ loop.index }}{{ v }}{% endcall %}{% endfor %}{% endblock %}",
    )
    assert made.get_template("page").render(vs=["<"]) == "<i><</i>1&lt;"


def test_a_missing_function_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment(a="{{ nobody() }}").get_template("a").render()
