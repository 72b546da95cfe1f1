"""What the page of evidence shows of the promises is what the tests name now."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from app.organisations.profile import load_profiles
from app.privacy.queries.evidence import DOCUMENTS
from jobs.promises.ledger import ROOT, Standing, read_documents, read_ledger, read_marks
from jobs.promises.publish import EVIDENCE, stale, write


def test_what_was_published_is_what_the_tests_name() -> None:
    assert list(stale(ROOT, read_ledger(), read_marks())) == [], "run `flask promises publish` and commit what it wrote"


def test_a_stale_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "promises.toml", tmp_path / "tests")
    ledger, marks = read_ledger(), read_marks()
    found = dict.fromkeys((promise.id for promise in ledger), Standing.OPEN)
    assert write(tmp_path, ledger, marks, found, tmp_path / "none") == len(ledger)
    assert list(stale(tmp_path, ledger, marks)) == []
    path = tmp_path / EVIDENCE / "BXL.json"
    kept = json.loads(path.read_text("utf-8"))
    kept["promises"][0]["title"] += " now"
    kept["promises"][1]["rules"] = ["app.somewhere:else"]
    kept["promises"].append(kept["promises"][2] | {"id": "BXL-99"})
    path.write_text(json.dumps(kept), "utf-8")
    assert set(stale(tmp_path, ledger, marks)) == {"BXL-01", "BXL-02", "BXL-99"}
    path.unlink()
    assert len(list(stale(tmp_path, ledger, marks))) == sum(promise.document == "BXL" for promise in ledger)


def test_every_organisation_has_its_document() -> None:
    assert set(DOCUMENTS) == set(load_profiles())
    assert sorted(DOCUMENTS.values()) == sorted(read_documents())
