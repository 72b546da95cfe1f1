"""The journal of erasures: on disk before the database forgets, silent about what did not happen, never torn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.actor import system
from app.core.db import transaction
from app.core.line_files import append, last_line, lines
from app.retention.operations.journal import FILE, erased, note_erased, prune
from app.web.doors import House
from tests.factories import BRUSSELS, make_family


def erase(house: House, folder: Path, dossier_id: UUID, *, then: str = "") -> None:
    """Erase a file in a transaction that says so in the journal, and may fail at its very end."""
    now = house.clock.now()
    with transaction(house.databases, "maintainer", system("retention", BRUSSELS), now) as session:
        note_erased(session, folder, "dossier", [dossier_id], organisation=BRUSSELS, at=now)
        session.execute(text("delete from dossier where id = :id"), {"id": dossier_id})
        if then:
            # Judged at commit, when the line is on disk already.
            session.execute(text("create temporary table once (id int unique deferrable initially deferred)"))
            session.execute(text("insert into once values (1), (1)"))


@pytest.mark.promise("KG-37", breaks="app.retention.operations.journal:note_erased")
def test_what_was_erased_stands_there_by_ids_alone(house: House, tmp_path: Path) -> None:
    family = make_family(house)
    erase(house, tmp_path, family.dossier_id)
    assert [(batch.what, batch.ids, batch.organisation) for batch in erased(tmp_path)] == [
        ("dossier", (family.dossier_id,), BRUSSELS)
    ]
    written = (tmp_path / FILE).read_text()
    for value in (*family.names.values(), family.reference, str(family.email)):
        assert value not in written


def test_what_did_not_happen_is_taken_back(house: House, tmp_path: Path) -> None:
    family = make_family(house)
    with pytest.raises(Exception, match="duplicate key"):
        erase(house, tmp_path, family.dossier_id, then="fails")
    assert len(lines(tmp_path / FILE)) == 2
    assert erased(tmp_path) == ()


def test_a_line_goes_when_no_backup_can_need_it(house: House, tmp_path: Path) -> None:
    family = make_family(house)
    erase(house, tmp_path, family.dossier_id)
    now = house.clock.now()
    assert prune(tmp_path, now + timedelta(days=34)) == 0
    assert len(erased(tmp_path)) == 1
    assert prune(tmp_path, now + timedelta(days=36)) == 1
    assert erased(tmp_path) == ()


def test_two_writers_never_mix_their_lines_and_a_torn_one_is_left_out(tmp_path: Path) -> None:
    """Each write opens the file anew, as another process would."""
    path = tmp_path / FILE
    path.write_bytes(b'{"torn": tr')

    def write(writer: int) -> None:
        for number in range(20):
            append(path, {"writer": writer, "number": number, "fill": "x" * 3000})

    with ThreadPoolExecutor(2) as writers:
        list(writers.map(write, range(2)))
    assert len(lines(path)) == 40
    assert last_line(path) == lines(path)[-1]
