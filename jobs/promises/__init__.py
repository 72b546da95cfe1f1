"""`flask promises`: what the house has promised, and how far each promise is proved."""

from __future__ import annotations

import click

from jobs.promises.ledger import (
    ROOT,
    Standing,
    read_documents,
    read_ledger,
    read_marks,
    read_results,
    results_path,
    standings,
    write_results,
)
from jobs.promises.prove import prove as prove_marks
from jobs.promises.publish import write as write_evidence


@click.group("promises", invoke_without_command=True)
@click.option(
    "--only", type=click.Choice([s.value for s in Standing]), help="List only the promises with this standing."
)
@click.pass_context
def promises(context: click.Context, only: str | None) -> None:
    """Print proved, marked and open promises per document, from the last run."""
    if context.invoked_subcommand is not None:
        return
    ledger = read_ledger()
    marks = read_marks()
    results = read_results(results_path())
    found = standings(ledger, marks, results)
    for promise in ledger:
        if only in {None, found[promise.id].value}:
            click.echo(f"{found[promise.id]:<7} {promise.id:<7} {promise.kind:<14} {promise.title}")
    click.echo()
    click.echo(f"{'document':<38} {'promises':>8} " + " ".join(f"{s.value:>7}" for s in Standing))
    rows = [(name, [found[p.id] for p in ledger if p.document == key]) for key, name in read_documents().items()]
    for name, held in (*rows, ("all", list(found.values()))):
        click.echo(f"{name:<38} {len(held):>8} " + " ".join(f"{held.count(s):>7}" for s in Standing))


@promises.command("prove")
@click.argument("ids", nargs=-1)
@click.option("--jobs", "workers", default=2, show_default=True, help="How many scratch copies work at once.")
@click.pass_context
def prove(context: click.Context, ids: tuple[str, ...], workers: int) -> None:
    """Open each rule that a test names, in a scratch copy, and demand that the test turns red."""
    marks = [mark for mark in read_marks() if not ids or set(ids) & set(mark.ids)]
    outcomes, proofs = prove_marks(ROOT, marks, workers=workers, tell=click.echo)
    write_results(results_path(), tests=outcomes, proofs=proofs)
    answers = [answer for found in proofs.values() for answer in found.values()]
    click.echo(f"{answers.count('red')} of {len(answers)} rules turned their test red")
    if answers.count("red") != len(answers):
        context.exit(1)


@promises.command("publish")
def publish() -> None:
    """Write what the page of evidence shows: each promise, its rules and its proof in the last run; to be committed."""
    ledger, marks, results = read_ledger(), read_marks(), results_path()
    found = standings(ledger, marks, read_results(results))
    click.echo(f"{write_evidence(ROOT, ledger, marks, found, results)} promises published")
