"""The relay's journal: what was accepted, recognisable by its Message-ID."""

from __future__ import annotations

from pathlib import Path

from app.core import journal


def write(directory: Path, message_id: str) -> int:
    """Write one mail."""
    return journal.record(
        directory,
        message_id=message_id,
        sender="desk@example.org",
        recipients=["ouder@example.org"],
        received_at="2027-01-15T08:00:00+00:00",
        source="Subject: dag\n\nDag Zoë",
    )


def test_an_accepted_mail_is_found_by_its_message_id(tmp_path: Path) -> None:
    assert not journal.was_accepted(tmp_path, "<1@x>")
    assert write(tmp_path, "<1@x>") == 0
    assert journal.was_accepted(tmp_path, "<1@x>")
    assert not journal.was_accepted(tmp_path, "<2@x>")


def test_a_second_mail_with_the_same_message_id_is_kept_and_counted(tmp_path: Path) -> None:
    assert [write(tmp_path, "<1@x>") for _ in range(3)] == [0, 1, 2]
    write(tmp_path, "<2@x>")
    found = list(journal.mails(tmp_path))
    assert [(mail.message_id, mail.repeat) for mail in found] == [
        ("<1@x>", 0),
        ("<1@x>", 1),
        ("<1@x>", 2),
        ("<2@x>", 0),
    ]
    assert found[0].recipients == ("ouder@example.org",)
    assert found[0].source.endswith("Zoë")


def test_a_half_written_mail_is_no_mail(tmp_path: Path) -> None:
    write(tmp_path, "<1@x>")
    (tmp_path / ".99-abc").write_text('{"message_id":')
    assert len(list(journal.mails(tmp_path))) == 1
    assert all(not path.name.startswith(".") for path in tmp_path.glob("*.json"))
