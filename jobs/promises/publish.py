"""Publish the ledger with its rules and proofs as data that ship with the program, for the page of evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jobs.promises.ledger import Mark, Promise, Standing, read_documents

EVIDENCE = Path("app") / "privacy" / "evidence"


def published(root: Path, document: str) -> Mapping[str, Any]:
    """Return what was published of a document; nothing before the first time."""
    path = root / EVIDENCE / f"{document}.json"
    found: Mapping[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {"promises": []}
    return found


def to_publish(
    ledger: Iterable[Promise], marks: Iterable[Mark], found: Mapping[str, Standing], results: Path
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield (document, what is published of it): each promise, its rules, and its proof on the day of the last run."""
    rules = _rules(marks)
    day = datetime.fromtimestamp(results.stat().st_mtime, UTC).date().isoformat() if results.exists() else None
    documents: dict[str, list[Mapping[str, Any]]] = {}
    for promise in ledger:
        proof = found[promise.id]
        documents.setdefault(promise.document, []).append(
            {
                "id": promise.id,
                "kind": promise.kind,
                "title": promise.title,
                "rules": sorted(rules.get(promise.id, ())),
                "proof": proof.value,
                "proved_on": day if proof is Standing.PROVED else None,
            }
        )
    yield from ((document, {"document": document, "promises": rows}) for document, rows in documents.items())


def write(
    root: Path, ledger: Iterable[Promise], marks: Iterable[Mark], found: Mapping[str, Standing], results: Path
) -> int:
    """Write one file for each document and return how many promises they hold."""
    (root / EVIDENCE).mkdir(parents=True, exist_ok=True)
    count, names = 0, read_documents(root)
    for document, made in to_publish(ledger, marks, found, results):
        named = {"document": document, "name": names[document], "promises": made["promises"]}
        text = json.dumps(named, indent=1, ensure_ascii=False)
        (root / EVIDENCE / f"{document}.json").write_text(f"{text}\n", "utf-8")
        count += len(made["promises"])
    return count


def stale(root: Path, ledger: Iterable[Promise], marks: Iterable[Mark]) -> Iterator[str]:
    """Yield the promises of which another sentence or other rules were published than the tests name now."""
    rules = _rules(marks)
    shown: dict[str, tuple[Any, ...]] = {}
    for document in read_documents(root):
        for row in published(root, document)["promises"]:
            shown[row["id"]] = (row["kind"], row["title"], row["rules"])
    for promise in ledger:
        now = (promise.kind, promise.title, sorted(rules.get(promise.id, ())))
        if shown.pop(promise.id, None) != now:
            yield promise.id
    yield from shown


def _rules(marks: Iterable[Mark]) -> Mapping[str, set[str]]:
    rules: dict[str, set[str]] = {}
    for mark in marks:
        for promise_id in mark.ids:
            rules.setdefault(promise_id, set()).update(mark.breaks)
    return rules
