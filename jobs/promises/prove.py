"""Prove promises: open the rule that a test names, in a scratch copy, and demand that the test turns red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from jobs.promises.ledger import Mark, read_results
from jobs.promises.twins import NoRuleError, file_of, is_in_database, opened, settled

PLUGIN = "tests.plugins.promise"
KEEPER = "tests/servers/keeper.py"
_LEFT_BEHIND = (".data/", ".venv/", ".git/")


@dataclass(frozen=True)
class Opening:
    """Rules opened together, and the tests that must turn red by it."""

    key: str
    breaks: tuple[str, ...]
    twin: str | None
    nodes: tuple[str, ...]


class Scratch:
    """A copy of the checkout that may be spoiled."""

    def __init__(self, root: Path) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="promises-"))
        for name in _files_of(root):
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, target)
        self._servers = Path(tempfile.mkdtemp(prefix="servers-"))
        self._keeper = self._keep_servers() if (self.path / KEEPER).exists() else None

    def _keep_servers(self) -> subprocess.Popen[bytes]:
        """Start the servers of the tests once for all runs here; they end with this process at the latest."""
        self._servers.chmod(0o711)
        keeper = subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
            [sys.executable, "-m", KEEPER.removesuffix(".py").replace("/", "."), str(self._servers), str(os.getpid())],
            cwd=self.path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(1200):
            if (self._servers / "servers.json").exists() or keeper.poll() is not None:
                break
            time.sleep(0.05)
        return keeper

    def run(self, nodes: Sequence[str], opening: Opening | None, *, limit: float) -> dict[str, Any]:
        """Run tests here, with the rules of `opening` replaced, and return what each did."""
        spoiled: dict[Path, str] = {}
        in_database: list[str] = []
        try:
            for named in opening.breaks if opening else ():
                rule = settled(self.path, named)
                if is_in_database(rule):
                    in_database.append(f"--open={rule}")
                    continue
                path = file_of(self.path, rule)
                text = path.read_text("utf-8")
                spoiled.setdefault(path, text)
                path.write_text(opened(text, rule, opening.twin if opening else None), "utf-8")
            return self._pytest(nodes, in_database, limit)
        finally:
            for path, text in spoiled.items():
                path.write_text(text, "utf-8")

    def _pytest(self, nodes: Sequence[str], options: list[str], limit: float) -> dict[str, Any]:
        results = self.path / "results.json"
        results.unlink(missing_ok=True)
        # Named in a file: a test file that cannot be imported must not keep the others from running.
        chosen = self.path / "nodes.txt"
        chosen.write_text("\n".join(nodes), "utf-8")
        places = sorted({node.partition("::")[0] for node in nodes})
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            PLUGIN,
            "-p",
            "no:cacheprovider",
            "--continue-on-collection-errors",
            f"--promise-results={results}",
            f"--promise-nodes={chosen}",
        ]
        environment = {k: v for k, v in os.environ.items() if k not in {"DATA_DIR", "PORT"}}
        if self._keeper is not None and self._keeper.poll() is None:
            environment["OPVANGLOKET_TEST_SERVERS"] = str(self._servers)
        try:
            done = subprocess.run(  # noqa: S603 - our own interpreter on our own tests
                [*command, *options, *places],
                cwd=self.path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"tests": {}, "words": f"no end within {limit:.0f} s"}
        found = read_results(results)
        return {"tests": found["tests"], "words": (done.stdout + done.stderr)[-2000:]}

    def remove(self) -> None:
        """Stop the servers and throw the copy away."""
        if self._keeper is not None:
            self._keeper.terminate()
            self._keeper.wait(30)
        for path in (self.path, self._servers):
            shutil.rmtree(path, ignore_errors=True)


def _files_of(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - whichever git made the checkout
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    compiled = [path.relative_to(root).as_posix() for path in (root / "translations").rglob("*.mo")]
    return [n for n in (*listed, *compiled) if n and not n.startswith(_LEFT_BEHIND) and (root / n).is_file()]


def openings_of(marks: Iterable[Mark]) -> list[Opening]:
    """Gather marks by the rules they name, so that each set of rules is opened once."""
    by_key: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.breaks:
            by_key.setdefault(mark.key, []).append(mark)
    return [
        Opening(key, held[0].breaks, held[0].twin, tuple(dict.fromkeys(mark.node for mark in held)))
        for key, held in sorted(by_key.items())
    ]


def prove(
    root: Path,
    marks: Iterable[Mark],
    *,
    workers: int = 2,
    limit: float = 900,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Run the marked tests as the code stands, then once per named rule with that rule opened.

    Return the outcome per test, and per test and rule `red` or why it is no proof.
    """
    openings = openings_of(marks)
    nodes = list(dict.fromkeys(node for opening in openings for node in opening.nodes))
    if not nodes:
        return {}, {}
    scratches: SimpleQueue[Scratch] = SimpleQueue()
    made = [Scratch(root) for _ in range(max(1, min(workers, len(openings))))]
    for scratch in made:
        scratches.put(scratch)

    def turn(opening: Opening) -> dict[str, str]:
        green = [node for node in opening.nodes if outcomes.get(node) == "passed"]
        answer = {node: f"not green as the code stands: {outcomes.get(node, 'not run')}" for node in opening.nodes}
        if green:
            scratch = scratches.get()
            try:
                answer |= _judged(green, scratch.run(green, opening, limit=limit))
            except NoRuleError as error:
                answer |= dict.fromkeys(green, str(error))
            finally:
                scratches.put(scratch)
        for node in opening.nodes:
            tell(f"{'red ' if answer[node] == 'red' else 'NOT '} {opening.key}  {node}{_reason(answer[node])}")
        return answer

    try:
        first = made[0].run(nodes, None, limit=limit)
        outcomes: dict[str, str] = first["tests"]
        if not outcomes:
            tell(first["words"])
        with ThreadPoolExecutor(workers) as pool:
            proofs: dict[str, dict[str, str]] = {}
            for opening, answer in zip(openings, pool.map(turn, openings), strict=True):
                for node, word in answer.items():
                    proofs.setdefault(node, {})[opening.key] = word
        return outcomes, proofs
    finally:
        for scratch in made:
            scratch.remove()


def _judged(nodes: Iterable[str], run: Mapping[str, Any]) -> dict[str, str]:
    """Read a run with an opened rule: an assertion that fails is red; a crash, a skip or a pass proves nothing."""
    words = {"failed": "red", "passed": "still green: the rule may be idle, or the test does not look"}
    last_line = str(run["words"]).strip().rpartition("\n")[2]
    return {node: words.get(w := run["tests"].get(node, f"not run: {last_line}"), w) for node in nodes}


def _reason(answer: str) -> str:
    return "" if answer == "red" else f"\n       {answer}"
