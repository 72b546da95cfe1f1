"""Directories, keys and ports of `make run`."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from jobs.local import places
from jobs.local.places import CannotStart, Places


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    made = places.key_file(tmp_path, "master")
    first = made.read_text()
    assert len(bytes.fromhex(first)) == 32
    assert made.stat().st_mode & 0o777 == 0o600
    assert places.key_file(tmp_path, "master").read_text() == first
    assert places.key_file(tmp_path, "index").read_text() != first


def test_the_socket_directory_is_short_and_private_however_deep_the_data_lies(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    made = places.prepare_places(deep)
    try:
        assert len(str(made.sockets / ".s.PGSQL.5432")) < 100
        assert made.sockets.stat().st_mode & 0o077 == 0
        assert all(path.stat().st_mode & 0o077 == 0 for path in (made.queue, made.journal, made.keys))
        assert places.prepare_places(deep) == made
    finally:
        made.sockets.rmdir()


def test_a_socket_directory_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    made = places.prepare_places(tmp_path)
    made.sockets.chmod(0o755)
    try:
        with pytest.raises(CannotStart, match="not a private directory"):
            places.prepare_places(tmp_path)
    finally:
        made.sockets.rmdir()


def test_one_data_directory_serves_one_supervisor(tmp_path: Path) -> None:
    with places.lock(tmp_path), pytest.raises(CannotStart, match="already runs"):
        places.lock(tmp_path)
    places.lock(tmp_path).close()


def test_a_port_is_chosen_below_the_range_of_outgoing_connections() -> None:
    port = places.free_port("here")
    assert 20000 <= port < 30000
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert not places.port_is_free("127.0.0.1", port)
        assert places.free_port("here") != port


def test_a_change_in_what_decides_on_the_database_changes_the_fingerprint(tmp_path: Path) -> None:
    source = tmp_path / "app" / "core"
    source.mkdir(parents=True)
    (source / "models.py").write_text("a")
    before = places.fingerprint(tmp_path)
    assert places.fingerprint(tmp_path) == before
    (source / "models.py").write_text("b")
    assert places.fingerprint(tmp_path) != before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account for the database")
def test_root_keeps_its_closed_directories_closed(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    made: Places = places.prepare_places(closed / "data")
    made.sockets.rmdir()
    link = closed / "data" / "postgres"
    assert made.database.is_relative_to("/var/lib/opvangloket")
    assert link.readlink() == made.database
    assert closed.stat().st_mode & 0o777 == 0o700
