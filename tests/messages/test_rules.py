"""What may be written and filed, and what counts as unread."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.messages.rules import (
    LONGEST_TEXT,
    OLDEST_FILED,
    Channel,
    Denied,
    filing_problem,
    is_unread,
    may_write,
    notice_key,
    text_problem,
)

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("Dag", None),
        ("x" * LONGEST_TEXT, None),
        ("x" * (LONGEST_TEXT + 1), Denied.TOO_LONG),
        ("", Denied.EMPTY),
        (" \n\t", Denied.EMPTY),
    ],
)
def test_a_text_has_words_and_an_end(words: str, problem: Denied | None) -> None:
    assert text_problem(words) is problem


@pytest.mark.parametrize(
    ("channel", "day", "problem"),
    [
        (Channel.MAIL, TODAY, None),
        (Channel.WHATSAPP, TODAY - timedelta(days=1), None),
        (Channel.LETTER, TODAY - OLDEST_FILED, None),
        (Channel.CALL, TODAY + timedelta(days=1), Denied.NOT_YET),
        (Channel.TEXT, TODAY - OLDEST_FILED - timedelta(days=1), Denied.TOO_OLD),
        (Channel.PORTAL, TODAY, Denied.NOT_FILED),
    ],
)
def test_what_is_filed_came_in_elsewhere_on_a_day_that_was(channel: Channel, day: date, problem: Denied | None) -> None:
    assert filing_problem(channel, day, TODAY) is problem


def test_a_family_writes_while_the_facility_can_read_its_file() -> None:
    assert may_write(True) is None
    assert may_write(False) is Denied.CLOSED


@pytest.mark.parametrize(
    ("sender", "read", "by_family", "unread"),
    [
        ("family", None, False, True),
        ("family", NOON - timedelta(seconds=1), False, True),
        ("family", NOON, False, False),
        ("family", None, True, False),
        ("desk", None, True, True),
        ("facility", NOON, True, False),
        ("facility", None, False, False),
    ],
)
def test_only_the_other_side_s_last_word_is_unread(
    sender: str, read: datetime | None, by_family: bool, unread: bool
) -> None:
    assert is_unread(last_at=NOON, last_sender=sender, read_at=read, by_family=by_family) is unread


def test_a_notice_goes_once_until_the_thread_is_read() -> None:
    assert notice_key("t", None) == notice_key("t", None)
    assert notice_key("t", None) != notice_key("t", NOON) != notice_key("t", NOON + timedelta(seconds=1))
