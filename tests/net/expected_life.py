"""Who gets what on the pages about the life of data, typed by hand from the promises, in the columns of `expected`."""

# ruff: noqa: E501  a table is read by its columns

from __future__ import annotations

TABLE_OF_LIFE = """
public.survey            GET,HEAD,POST            410
public.survey_answered   GET,HEAD                 200
public.survey_answered   POST                     405
public.statement_versions GET,HEAD                200
public.statement_versions POST                    405
public.statement_version GET,HEAD                 200
public.statement_version POST                     405
public.register          GET,HEAD                 200
public.register          POST                     405
public.register_csv      GET,HEAD                 200
public.register_csv      POST                     405
staff.list_surveys       GET,HEAD,POST
"""
