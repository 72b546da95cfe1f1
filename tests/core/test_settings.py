"""Settings: what a process may hold, and what a production start refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.settings import DEMO_SECRET, DOORS, ENVIRONMENT_FILE, LOGINS, Settings, url_of_login
from jobs.local import places

GOOD_DATABASES = {
    f"DATABASE_URL_{login.upper()}": f"postgresql://opvang_{login}:pw-{login}@db.example/o?sslmode=verify-full"
    for login in LOGINS
}


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an installation that may start."""
    for number, name in enumerate(("master", "index"), start=1):
        (tmp_path / name).write_text(f"{number}" * 64 + "\n")
        (tmp_path / name).chmod(0o600)
    return {
        **GOOD_DATABASES,
        "OPVANGLOKET_PRODUCTION": "1",
        "DATA_DIR": str(tmp_path),
        "BASE_URL": "https://opvang.example",
        "SECRET_KEY": "s" * 40,
        "MASTER_KEY_FILE": str(tmp_path / "master"),
        "INDEX_KEY_FILE": str(tmp_path / "index"),
        "REDIS_URL": "rediss://:pw@queue.example:6379/0",
        "SMTP_URL": "smtps://relay.example",
        "RELAY_JOURNAL": str(tmp_path),
        "ERASURE_JOURNAL": str(tmp_path),
    }


def test_a_complete_installation_has_no_problem(good: dict[str, str]) -> None:
    assert Settings.from_env(good).problems() == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"OPVANGLOKET_DEMO": "1"}, "OPVANGLOKET_DEMO is on"),
        ({"OPVANGLOKET_PRODUCTION": "0"}, "OPVANGLOKET_PRODUCTION is off"),
        ({"BASE_URL": ""}, "BASE_URL is missing"),
        ({"BASE_URL": "http://opvang.example"}, "BASE_URL is not https"),
        ({"OPVANGLOKET_CLOCK_OFFSET": "60"}, "OPVANGLOKET_CLOCK_OFFSET is set"),
        ({"OPVANGLOKET_LOG_DETAILS": "1"}, "OPVANGLOKET_LOG_DETAILS is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": DEMO_SECRET}, "SECRET_KEY is the demo's own"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"MASTER_KEY_FILE": ""}, "MASTER_KEY_FILE is missing"),
        ({"INDEX_KEY_FILE": ""}, "INDEX_KEY_FILE is missing"),
        ({"ERASURE_JOURNAL": ""}, "ERASURE_JOURNAL is missing"),
        ({"DATABASE_URL_STAFF": ""}, "DATABASE_URL_STAFF is missing"),
        (
            {"DATABASE_URL_STAFF": "postgresql://opvang_staff@db.example/o?sslmode=verify-full"},
            "The database login staff has no password",
        ),
        (
            {"DATABASE_URL_STAFF": "postgresql://opvang_staff:pw@db.example/o"},
            "The database login staff does not check the server's certificate",
        ),
        (
            {"DATABASE_URL_STAFF": "postgresql://postgres:pw@localhost/o"},
            "The database login staff does not use the role opvang_staff",
        ),
        (
            {"DATABASE_URL_STAFF": GOOD_DATABASES["DATABASE_URL_FAMILY"]},
            "The database login staff is the same role as family",
        ),
        ({"REDIS_URL": ""}, "REDIS_URL is missing"),
        ({"REDIS_URL": "rediss://queue.example"}, "REDIS_URL has no password"),
        ({"REDIS_URL": "redis://:pw@queue.example"}, "REDIS_URL is not encrypted"),
        ({"SMTP_URL": ""}, "SMTP_URL is missing"),
        ({"SMTP_URL": "smtp://relay.example"}, "SMTP_URL is not encrypted"),
        ({"RELAY_JOURNAL": ""}, "RELAY_JOURNAL is missing"),
    ],
)
def test_each_missing_or_unsafe_setting_is_named(good: dict[str, str], change: dict[str, str], sentence: str) -> None:
    problems = Settings.from_env({**good, **change}).problems()
    assert any(problem.startswith(sentence) for problem in problems), problems


def test_keys_that_are_equal_or_open_to_others_are_named(good: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "index").write_text("1" * 64)
    (tmp_path / "master").chmod(0o644)
    problems = Settings.from_env(good).problems()
    assert "MASTER_KEY_FILE and INDEX_KEY_FILE hold the same key." in problems
    assert "MASTER_KEY_FILE can be read by others: set its mode to 600." in problems


@pytest.mark.parametrize("content", ["", "zz" * 32, "11" * 31])
def test_a_malformed_key_stops_the_start_and_stays_out_of_the_text(
    good: dict[str, str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "master").write_text(content)
    with pytest.raises(ValueError, match="MASTER_KEY_FILE") as refusal:
        Settings.from_env(good)
    assert not content or content not in str(refusal.value)


def test_saying_nothing_means_production(tmp_path: Path) -> None:
    settings = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert settings.production
    assert not settings.demo
    assert settings.problems()


@pytest.mark.parametrize(
    ("process", "logins"),
    [("web", set(DOORS)), ("worker", {"jobs"}), ("scheduler", {"jobs"}), ("migrate", {"maintainer"})],
)
def test_a_process_holds_only_its_own_logins(good: dict[str, str], process: str, logins: set[str]) -> None:
    settings = Settings.from_env({**good, "OPVANGLOKET_PROCESS": process})
    assert set(settings.database_urls) == logins
    assert settings.problems() == ()


def test_an_unknown_process_is_refused(good: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="OPVANGLOKET_PROCESS"):
        Settings.from_env({**good, "OPVANGLOKET_PROCESS": "shell"})


def test_a_base_url_gives_each_login_its_role_and_nobody_elses_password() -> None:
    base = "postgresql://admin:secret@db.example:5433/o?sslmode=verify-full"
    assert url_of_login(base, "kiosk") == "postgresql://opvang_kiosk@db.example:5433/o?sslmode=verify-full"
    assert url_of_login("postgresql://postgres@/o?host=/tmp/s", "jobs") == "postgresql://opvang_jobs@/o?host=/tmp/s"


def test_a_command_beside_a_running_demo_finds_it_and_an_installed_process_never_looks(tmp_path: Path) -> None:
    written = {
        "OPVANGLOKET_DEMO": "1",
        "DATABASE_URL": "postgresql://postgres@/o?host=/tmp/s",
        "DATA_DIR": str(tmp_path),
    }
    (tmp_path / ENVIRONMENT_FILE).write_text(json.dumps(written))
    beside = Settings.from_env({"DATA_DIR": str(tmp_path)})
    assert beside.demo
    assert set(beside.database_urls) == set(LOGINS)
    installed = Settings.from_env({"DATA_DIR": str(tmp_path), "OPVANGLOKET_PROCESS": "web"})
    assert not installed.demo
    assert not installed.database_urls


def test_secrets_stay_out_of_the_settings_own_description(good: dict[str, str]) -> None:
    settings = replace(Settings.from_env(good), secret_key="hush-hush")
    assert "hush-hush" not in repr(settings)
    assert repr(settings.master_key) not in repr(settings)


def test_both_sides_agree_on_the_name_of_the_environment_file() -> None:
    assert places.ENVIRONMENT_FILE == ENVIRONMENT_FILE
