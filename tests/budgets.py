"""What a page may cost on the wire and in the database, and how both are counted.

with count_sql(databases.engine("family")) as spent:
    response = client.get(path, headers=AS_SENT)
BUDGETS["step"].hold(response, spent)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.wrappers import Response

AS_SENT = {"Accept-Encoding": "br"}
# The frame of a transaction is the same for every page; what is counted is what the page itself asks.
_FRAME = re.compile(
    r"\s*(?:begin|commit|rollback|savepoint|release savepoint)\b|\s*select set_config\('app\.organisation'",
    re.I,
)


@dataclass
class Spent:
    """The statements that ran, without the frame of the transaction."""

    statements: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.statements)


@dataclass(frozen=True)
class Budget:
    """The most bytes and statements that one answer may take."""

    bytes: int
    sql: int | None = None

    def hold(self, response: Response, spent: Spent | None = None) -> None:
        """Fail when the answer costs more than its budget, and name what it cost."""
        size = wire_bytes(response)
        assert size <= self.bytes, f"{size} bytes on the wire, {self.bytes} allowed"
        if spent is not None and self.sql is not None:
            assert len(spent) <= self.sql, f"{len(spent)} statements, {self.sql} allowed:\n" + "\n".join(
                spent.statements
            )


BUDGETS = {
    "step": Budget(bytes=3_000, sql=6),
    "parent": Budget(bytes=5_000, sql=8),
    # All that is held, part by part: read in one statement for all tables, and whole on one page.
    "data": Budget(bytes=12_000, sql=25),
    "facility_list": Budget(bytes=5_000, sql=8),
    "facility_request": Budget(bytes=5_000, sql=8),
    "facility_urgent": Budget(bytes=5_000, sql=8),
    "desk_file": Budget(bytes=6_000, sql=12),
    "public": Budget(bytes=3_000, sql=0),
    "privacy": Budget(bytes=14_000, sql=1),
    "evidence": Budget(bytes=10_000, sql=8),
    "family.css": Budget(bytes=5_000, sql=0),
    "staff.css": Budget(bytes=5_000, sql=0),
    "app.js": Budget(bytes=1_500, sql=0),
}
# The first step on an empty browser: page and style sheet, JavaScript off.
COLD_FIRST_STEP = Budget(bytes=10_000)
COLD_REQUESTS = 2
WHOLE_APPLICATION = Budget(bytes=45_000)


@contextmanager
def count_sql(*engines: Engine) -> Iterator[Spent]:
    """Collect the statements that run on these engines inside the block."""
    spent = Spent()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not _FRAME.match(statement):
            spent.statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield spent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def wire_bytes(response: Response) -> int:
    """Return the size of an answer's body as it was sent.

    A body that is worth compressing and was not asked for with AS_SENT, or not compressed, fails the test.
    """
    size = len(response.get_data())
    assert size < 1_000 or response.headers.get("Content-Encoding") == "br", (
        "the body was not compressed; ask with AS_SENT"
    )
    return size
