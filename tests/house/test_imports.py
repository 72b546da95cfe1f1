"""Floors, rooms and doors: who may import whom."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ROOT, files, imports, module_of, name_of, plant

FLOORS = (
    "catalogue", "core", "organisations", "accounts", "families", "facilities", "consents", "priority", "applications",
    "mandates", "placements", "messages", "appointments", "daycare", "benefits", "statistics",
    "surveys", "retention", "transfers", "rights", "incidents", "privacy", "web",
)  # fmt: skip
# What stands outside the floors: it composes them, and no floor imports it.
COMPOSERS = ("app", "app.access_view", "jobs", "wsgi", "tests")
ROOMS = ("rules", "models", "policy", "queries", "operations")
# Packages that hold no domain rooms: declarations and settings, machinery, and the doors with their kit.
DECLARATIONS = ("catalogue", "organisations")
WITHOUT_ROOMS = (*DECLARATIONS, "core", "web")
DOORS = {
    "public",
    "own",
    "family",
    "assist",
    "helper",
    "facility",
    "staff",
    "counter",
    "lookalong",
    "oversight",
    "kiosk",
    "registrar",
    "demo",
}
# Tables of fixed facts that a package may keep beside its rooms; they are as pure as its rules.
DATA_ROOMS: dict[str, set[str]] = {"facilities": {"postcodes"}}


def floor_of(module: str) -> str | None:
    """Return the floor a module stands on; composers stand on none."""
    parts = module.split(".")
    return parts[1] if parts[0] == "app" and len(parts) > 1 and parts[1] in FLOORS else None


def door_of(module: str) -> str | None:
    """Return the door a module belongs to; the kit directly below app.web belongs to none."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["app", "web"] and len(parts) > 2 else None


def wrong_floors(root: Path) -> Iterator[str]:
    """Find imports that go up a floor, to a composer, or from one door to another."""
    for path in files(root, ".py", under=("app",)):
        module = module_of(root, path)
        here = floor_of(module)
        if here is None:
            if module not in COMPOSERS:
                yield f"{name_of(root, path)}: no floor of the house"
            continue
        for imported, line, _ in imports(root, path):
            where = f"{name_of(root, path)}:{line}"
            there = floor_of(imported)
            if imported.split(".")[0] in {"jobs", "wsgi", "tests"} or imported in {"app", "app.access_view"}:
                yield f"{where}: imports {imported}, which composes the floors"
            elif there and FLOORS.index(there) > FLOORS.index(here):
                yield f"{where}: {here} stands below {there}"
            elif door_of(imported) in DOORS and door_of(module) != door_of(imported):
                yield f"{where}: a door is imported from outside: {imported}"


def wrong_rooms(root: Path) -> Iterator[str]:
    """Find files that are no room, and rooms that import a room below them in their package."""
    for path in files(root, ".py", under=("app",)):
        module = module_of(root, path)
        floor = floor_of(module)
        if floor is None or floor in WITHOUT_ROOMS or path.name == "__init__.py":
            continue
        # A room that grows becomes a package of the same name.
        room = module.split(".")[2]
        if room not in {*ROOMS, *DATA_ROOMS.get(floor, ())}:
            yield f"{name_of(root, path)}: not one of the rooms {', '.join(ROOMS)}"
            continue
        for imported, line, _ in imports(root, path):
            parts = imported.split(".")
            own_rooms = parts[:2] == ["app", floor] and len(parts) > 2 and {room, parts[2]} <= set(ROOMS)
            if own_rooms and ROOMS.index(parts[2]) > ROOMS.index(room):
                yield f"{name_of(root, path)}:{line}: {room} imports {parts[2]}, which stands below it"


def impure(root: Path) -> Iterator[str]:
    """Find rules, tables of facts and declarations that import more than the standard library and declarations."""
    for path in files(root, ".py", under=("app",)):
        module = module_of(root, path)
        declaration = floor_of(module) in DECLARATIONS
        pure_rooms = {"rules", *DATA_ROOMS.get(floor_of(module) or "", ())}
        if not declaration and not pure_rooms & set(module.split(".")[2:3]):
            continue
        for imported, line, _ in imports(root, path):
            pure = imported.split(".")[0] in sys.stdlib_module_names
            if not pure and not (declaration and floor_of(imported) in DECLARATIONS):
                yield f"{name_of(root, path)}:{line}: imports {imported}; only the standard library belongs here"


def late_imports(root: Path) -> Iterator[str]:
    """Find imports of our own packages that hide inside a function."""
    for path in files(root, ".py", under=("app", "jobs", "migrations")):
        for imported, line, inside in imports(root, path):
            late = inside and imported.split(".")[0] in {"app", "jobs"}
            if late and not (name_of(root, path).startswith("jobs/local/")):
                yield f"{name_of(root, path)}:{line}: {imported} is imported inside a function"


def flask_outside_the_web(root: Path) -> Iterator[str]:
    """Find Flask anywhere but in the web and in create_app."""
    for path in files(root, ".py", under=("app",)):
        module = module_of(root, path)
        if floor_of(module) == "web" or module == "app":
            continue
        for imported, line, _ in imports(root, path):
            if imported.split(".")[0].startswith("flask"):
                yield f"{name_of(root, path)}:{line}: Flask belongs to the doors"


def migrations_with_app_code(root: Path) -> Iterator[str]:
    """Find migrations that import the application, whose code will have changed when they run."""
    for path in files(root, ".py", under=("migrations/versions",)):
        for imported, line, _ in imports(root, path):
            if imported.split(".")[0] in {"app", "jobs", "tests"}:
                yield f"{name_of(root, path)}:{line}: a migration imports {imported}"


CHECKS = (wrong_floors, wrong_rooms, impure, late_imports, flask_outside_the_web, migrations_with_app_code)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_the_house_keeps_it(check: object) -> None:
    assert list(check(ROOT)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("check", "name", "text"),
    [
        (wrong_floors, "app/families/queries.py", "from app.applications import models"),
        (wrong_floors, "app/families/queries.py", "from app.access_view import apply"),
        (wrong_floors, "app/families/queries.py", "import jobs.demo"),
        (wrong_floors, "app/families/queries.py", "from app import create_app"),
        (wrong_floors, "app/web/family/views.py", "from app.web.facility import views"),
        (wrong_floors, "app/web/pages.py", "from app.web.family.views import show"),
        (wrong_floors, "app/drawer/queries.py", ""),
        (wrong_rooms, "app/families/drawer.py", ""),
        (wrong_rooms, "app/families/deep/rules.py", ""),
        (wrong_rooms, "app/families/queries.py", "from app.families.operations import move"),
        (wrong_rooms, "app/families/models.py", "from app.families import policy"),
        (impure, "app/families/rules.py", "import sqlalchemy"),
        (impure, "app/families/rules.py", "from app.core import clock"),
        (impure, "app/catalogue/groups.py", "import flask"),
        (late_imports, "app/families/queries.py", "def f():\n    from app.core import db"),
        (flask_outside_the_web, "app/families/queries.py", "from flask import g"),
        (flask_outside_the_web, "app/core/db.py", "import flask_login"),
        (migrations_with_app_code, "migrations/versions/0001_first.py", "from app.core.models import Base"),
    ],
)
def test_a_planted_violation_is_found(check: object, name: str, text: str, tmp_path: Path) -> None:
    rooms = {
        "app/families/operations.py": "",
        "app/families/policy.py": "",
        "app/web/facility/__init__.py": "",
        "app/web/family/__init__.py": "",
    }
    plant(
        tmp_path,
        rooms
        | {
            "app/web/family/views.py": "",
            "app/web/facility/views.py": "",
            "app/applications/models.py": "",
            name: text,
        },
    )
    assert len(list(check(tmp_path))) == 1  # type: ignore[operator]


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "app/__init__.py": "from app.web.family import views",
            "app/access_view.py": "from app.families import policy",
            "app/families/policy.py": "from app.core.access import Branch\nfrom app.families.models import Child",
            "app/families/models.py": "from app.families.rules import Sex",
            "app/families/rules.py": "from enum import StrEnum",
            "app/core/access.py": "",
            "app/web/family/__init__.py": "",
            "app/web/family/views.py": "from app.web.pages import p\nfrom app.families.policy import X\nimport flask",
            "app/web/pages.py": "",
            "jobs/digest.py": "from app.access_view import apply",
        },
    )
    assert [found for check in CHECKS for found in check(tmp_path)] == []
