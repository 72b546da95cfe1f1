"""Rows that go on their own day, whatever becomes of the file: which, counted from when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.retention.policy.terms import day_sql

# An account that nobody uses: who works here, and parents of whom no file is left.
_IN_USE = """
    r.active and (r.kind <> 'parent' or exists (select 1 from dossier d where d.account_id = r.id)
        or exists (select 1 from dossier_party p where p.account_id = r.id and p.ended_at is null))
    or exists (select 1 from dossier d where d.account_id = r.id)
    or exists (select 1 from staff_member m where m.account_id = r.id and (m.ends_at is null or m.ends_at > app.now()))
    or exists (select 1 from facility_member m
               where m.account_id = r.id and (m.ends_at is null or m.ends_at > app.now()))
    or exists (select 1 from helper_member m where m.account_id = r.id and (m.ends_at is null or m.ends_at > app.now()))
"""
_LAST_USED = """
    greatest(r.created_at, r.last_visit_at,
        (select max(m.ends_at) from staff_member m where m.account_id = r.id),
        (select max(m.ends_at) from facility_member m where m.account_id = r.id),
        (select max(m.ends_at) from helper_member m where m.account_id = r.id))
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Rows of one table: the group whose term they have, the day that counts, and which of them at all.

    `of_file` says of whom the rule is: None of every organisation; False where the group does not go with the file;
    True where it does, for the rows that are of no file. `key_class` is that of a key that each row has to itself.
    """

    table: str
    group: str
    day: str
    condition: str = "true"
    of_file: bool | None = None
    dossier: str = ""
    key_class: str = ""

    @property
    def free(self) -> str:
        """Return the SQL condition that nobody holds the row's file back."""
        return not_held(f"r.{self.dossier}") if self.dossier else "true"


def not_held(column: str) -> str:
    """Return the SQL condition that no hold lies on a file today."""
    return (
        f"not exists (select 1 from legal_hold h where h.dossier_id = {column} and h.ended_at is null"
        " and h.until >= app.today())"
    )


# In the order in which they go: what is needed to find something else goes after it.
ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "messages": Row("thread_message", "messages", day_sql("r.received_at"), of_file=False, dossier="dossier_id"),
        "threads": Row(
            "thread",
            "messages",
            day_sql("r.last_at"),
            "not exists (select 1 from thread_message m where m.thread_id = r.id)",
            of_file=False,
            dossier="dossier_id",
        ),
        "outbox": Row("outbox", "messages", day_sql("r.created_at"), of_file=False, dossier="dossier_id"),
        "outbox_to_others": Row("outbox", "messages", day_sql("r.created_at"), "r.dossier_id is null", of_file=True),
        "notices": Row("family_notice", "change_log", day_sql("r.at"), of_file=False, dossier="dossier_id"),
        "disclosures": Row("disclosure", "disclosures", day_sql("r.at"), of_file=False, dossier="dossier_id"),
        "deliveries": Row(
            "delivery",
            "disclosures",
            day_sql("r.asked_at"),
            "not exists (select 1 from disclosure s where s.delivery_id = r.id)",
            key_class="order",
        ),
        "recipient_keys": Row(
            "recipient_key",
            "disclosures",
            f"coalesce({day_sql('r.ended_at')}, r.expires_on)",
            "not exists (select 1 from delivery s where s.key_id = r.id)",
        ),
        "holds": Row(
            "legal_hold", "holds", f"coalesce({day_sql('r.ended_at')}, r.until)", of_file=False, key_class="hold"
        ),
        "rights_requests": Row(
            "rights_request",
            "rights_requests",
            f"greatest({day_sql('r.answered_at')}, {day_sql('r.finished_at')}, r.deferred_until)",
            "r.state = 'answered'",
            dossier="dossier_id",
            key_class="rights",
        ),
        "erasure_orders": Row(
            "erasure_order", "rights_requests", day_sql("r.done_at"), "r.done_at is not null", dossier="dossier_id"
        ),
        "leak_cases": Row(
            "leak_case", "cases", day_sql("r.closed_at"), "r.state = 'closed' and r.closed_at is not null",
            key_class="leak",
        ),
        "complaints": Row(
            "complaint", "cases", day_sql("r.answered_at"), "r.state = 'answered'", key_class="complaint"
        ),
        "processors": Row("processor", "registers", "r.ends_on", "r.ends_on is not null"),
        "checks": Row("compliance_check", "registers", "r.done_on", "r.done_on is not null"),
        "surveys": Row("survey", "registers", "r.closes_on"),
        "runs": Row("retention_run", "registers", day_sql("r.finished_at")),
        "party_agreements": Row(
            "party_agreement",
            "account",
            f"coalesce({day_sql('r.ended_at')}, r.ends_on)",
            "coalesce(r.ended_at::date, r.ends_on) is not null",
        ),
        "devices": Row("kiosk_device", "account", day_sql("r.revoked_at"), "r.revoked_at is not null"),
        "accounts": Row("account", "account", day_sql(_LAST_USED), f"not ({_IN_USE})"),
    }
)  # fmt: skip
