"""Rows on their way into the database through COPY: one text per table, written in the order of the foreign keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

# Parents before children: a foreign key is checked when its row is copied. The server gives an audit entry its place.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    name.strip(): tuple(columns.split())
    for name, _, columns in (
        line.partition(":")
        for line in """
        account: id organisation kind login login_confirmed_at password_hash language created_at active
            last_visit_at previous_visit_at
        facility: id organisation name kind street postcode municipality latitude longitude phone email language tariff
            reply_days hides_house_number hides_phone active
        facility_member: id organisation facility_id account_id role starts_at ends_at
        free_place: id organisation facility_id half_days age_from_months age_to_months starts_on shown_until
            last_minute published_at taken_at
        dossier: id organisation account_id reference language created_at last_activity_at state
        keys.data_key: owner_id key_class organisation wrapped created_at
        applicant: dossier_id organisation given_name family_name birth_date sex street house_number postcode
            municipality phone email protected
        partner: dossier_id organisation given_name family_name phone email work
        child: id organisation dossier_id given_name family_name birth_date expected
        circumstances: dossier_id organisation family_situation work employer income education foster dutch dutch_proof
            dutch_proof_at dutch_proof_by
        health_answer: dossier_id organisation sealed consented_at
        application: id organisation dossier_id child_id start_date half_days hours flexible state submitted_at
            closed_at rule_set grounds priority_rank expires_on
        consent: id organisation dossier_id application_id recipient given at text_version language channel
        choice: id organisation application_id dossier_id child_id facility_id position state priority_rank grounds
            submitted_at start_date half_days child_birth_date sibling_here reply_due_on answered_at refusal_reason
            expires_on origin
        offer: id organisation choice_id application_id dossier_id facility_id start_date half_days hours deviating
            expires_at state created_at decided_at
        placement: id organisation facility_id dossier_id child_id application_id offer_id start_date end_date
            half_days created_at
        audit_entry: id organisation at actor_kind actor_id event reasons groups subjects request_id
        """.strip()
        .replace("\n            ", " ")
        .splitlines()
    )
}


class _Writers(dict[type, Callable[[Any], str]]):
    """How each kind of value is written in a COPY text."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        """Numbered codes are written as the number that they are."""
        self[kind] = self[int] if issubclass(kind, int) else self[tuple]
        return self[kind]


_WRITERS = _Writers(
    {
        type(None): lambda _: "\\N",
        bool: lambda value: "t" if value else "f",
        int: str,
        float: repr,
        bytes: lambda value: "\\\\x" + value.hex(),
        UUID: str,
        date: date.isoformat,
        datetime: datetime.isoformat,
        # Elements are ids and codes of ours: none needs quotes.
        tuple: lambda values: "{" + ",".join(values) + "}",
    }
)


class Rows:
    """Rows gathered for one transaction."""

    def __init__(self) -> None:
        self._lines: dict[str, list[str]] = {name: [] for name in COLUMNS}

    def add(self, table: str, values: tuple[Any, ...]) -> None:
        """Gather one row; its values stand in the order of `COLUMNS`. A text holds no tab, line end or backslash."""
        self._lines[table].append(
            "\t".join([value if isinstance(value, str) else _WRITERS[type(value)](value) for value in values])
        )

    def copy(self, session: Session) -> None:
        """Write all rows in the session's transaction, which the caller commits."""
        cursor = session.connection().connection.cursor()
        for table, lines in self._lines.items():
            if lines:
                columns = ", ".join(f'"{column}"' for column in COLUMNS[table])
                with cursor.copy(f"copy {table} ({columns}) from stdin") as copy:
                    copy.write("\n".join(lines) + "\n")
                lines.clear()
