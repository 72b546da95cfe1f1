"""Every column that is mapped stands in a group, or says nothing about a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.accounts import models as accounts
from app.applications import models as applications
from app.catalogue.checks import ceiling, uncovered
from app.catalogue.groups import GROUPS, Sensitivity
from app.catalogue.technical import NOT_PERSONAL, NOT_PERSONAL_ANYWHERE
from app.consents import models as consents
from app.core.models import Base
from app.facilities import models as facilities
from app.families import models as families
from app.incidents import models as incidents
from app.mandates import models as mandates
from app.messages import models as messages
from app.placements import models as placements
from app.privacy import models as privacy
from app.retention import models as retention
from app.rights import models as rights
from app.statistics import models as statistics
from app.surveys import models as surveys
from app.transfers import models as transfers

MODELS = (
    accounts, applications, consents, facilities, families, incidents, mandates, messages, placements, privacy,
    retention, rights, statistics, surveys, transfers,
)  # fmt: skip

# Typed from the working agreement, not from the catalogue.
NAMES = {
    "applicant_name", "applicant_identity", "contact", "language", "partner_name", "partner_contact",
    "partner_situation", "child_identity", "national_number", "care_plan", "choices", "own_choice",
    "family_situation", "work_situation", "income_situation", "education", "dutch_knowledge", "priority_result",
    "health", "consents", "answers", "placement", "messages", "draft", "account", "access_log", "change_log",
    "leuven_background", "notes", "doubles", "help", "service_use", "address", "municipality", "child_name",
    "rights_requests", "holds", "disclosures", "cases", "registers",
}  # fmt: skip
# Parts of other groups, for whoever needs no more than that.
PARTS = {"address", "municipality", "child_name"}


def mapped() -> set[str]:
    """Every mapped column, as table.column."""
    return {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}


def test_the_models_of_every_package_are_compared() -> None:
    packages = {path.parent.name for path in Path("app").glob("*/models.py")} - {"core"}
    assert packages == {module.__name__.split(".")[1] for module in MODELS}


def test_the_groups_are_those_agreed() -> None:
    assert set(GROUPS) == NAMES


@pytest.mark.promise("KG-15", breaks="app.catalogue.checks:uncovered")
@pytest.mark.promise("KG-09", breaks="app.catalogue.checks:uncovered")
def test_a_new_column_without_a_group_is_found() -> None:
    assert uncovered(mapped()) == set()
    assert uncovered({*mapped(), "child.photo", "applicant.place_of_birth"}) == {
        "child.photo",
        "applicant.place_of_birth",
    }


def test_the_catalogue_names_no_column_that_is_gone() -> None:
    named = NOT_PERSONAL.union(*(group.columns for group in GROUPS.values()))
    assert named - mapped() == set()


def test_a_column_stands_in_one_place() -> None:
    # The change log has the same rows as the access log.
    groups = [group for group in GROUPS.values() if group.key not in {"change_log", *PARTS}]
    columns = [column for group in groups for column in group.columns]
    assert len(columns) == len(set(columns))
    assert not NOT_PERSONAL & set(columns)


def test_a_key_name_never_hides_a_value() -> None:
    assert not {"name", "email", "phone", "birth_date", "sealed", "at"} & NOT_PERSONAL_ANYWHERE


def test_health_and_the_national_number_have_a_class_of_their_own() -> None:
    assert [g.key for g in GROUPS.values() if g.sensitivity is Sensitivity.HEALTH] == ["health", "service_use"]
    assert [g.key for g in GROUPS.values() if g.sensitivity is Sensitivity.NATIONAL] == ["national_number"]
    assert GROUPS["health"].columns == {"health_answer.sealed", "health_answer.consented_at"}


@pytest.mark.promise("KG-17", breaks="app.catalogue.checks:uncovered")
def test_nothing_biometric_is_held() -> None:
    words = ("finger", "biometr", "face", "photo", "voice", "iris")
    assert not [column for column in mapped() if any(word in column for word in words)]
    assert uncovered({"applicant.fingerprint"}) == {"applicant.fingerprint"}


def test_no_column_can_hold_an_amount_of_income() -> None:
    assert str(Base.metadata.tables["circumstances"].c.income.type) == "TEXT"
    assert uncovered({"circumstances.income_amount"}) == {"circumstances.income_amount"}


def test_the_ceiling_of_an_unknown_reason_is_nothing() -> None:
    access = {"chosen": ("contact", "health", "a group that does not exist")}
    assert ceiling(access, "chosen") == {"contact", "health"}
    assert ceiling(access, "helpdesk") == frozenset()
