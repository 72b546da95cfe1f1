"""The desk's branch, and who may touch threads, messages and notes."""

from __future__ import annotations

from app.accounts.policy import EMPLOYED, agreed
from app.applications.models import OPEN_CHOICE
from app.core.access import Branch, Function, Grant, in_use, reached

# The desk reaches a file while there is something to do in it or something was written to it; more comes with the
# roles of those who help.
desk = Branch(
    reason="desk",
    login="staff",
    actor_kinds=("staff",),
    sql=f"""
        select d.organisation, m.account_id as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id, null::uuid as choice_id, null::uuid as facility_id, m.ends_at as until
        from staff_member m join dossier d on d.organisation = m.organisation
        where m.starts_at <= app.now() and m.role in ('helpdesk', 'administrator')
          and {agreed("m.organisation", "m.role", "m.account_id")} and (
            exists (select 1 from thread t where t.dossier_id = d.id and t.facility_id is null)
            or exists (select 1 from outbox o where o.dossier_id = d.id
                       and (o.state = 'to_print' or o.state = 'dead' and o.handled_at is null))
            or exists (select 1 from possible_double p where d.id in (p.dossier_id, p.other_dossier_id)
                       and p.state = 'open'))
    """,
    permissive="""
        select d.organisation, app.actor_id() as actor_id, d.id as dossier_id, null::uuid as application_id,
               null::uuid as child_id, null::uuid as choice_id, null::uuid as facility_id, null::timestamptz as until
        from dossier d
    """,
)

BRANCHES = (desk,)

_TABLES = ("thread", "thread_message")
READ_MARKS = {
    "family": ("family_read_at",),
    "facility": ("other_read_at", "settled_at"),
    "staff": ("other_read_at", "settled_at"),
}


def _own(table: str) -> str:
    return reached("owner", "dossier_id", f"{table}.dossier_id")


def _facility(table: str) -> str:
    """Return the condition of a facility's own thread with a family that it has a request or a child of."""
    return " or ".join(
        f"exists (select 1 from access.{reason} r where r.dossier_id = {table}.dossier_id"
        f" and r.facility_id = {table}.facility_id)"
        for reason in ("chosen", "enrolled")
    )


def _desk(table: str) -> str:
    return f"{table}.facility_id is null and {reached('desk', 'dossier_id', f'{table}.dossier_id')}"


def _writable(table: str) -> str:
    """Return the condition that a family writes to the desk, or to a facility that can read its file at this moment."""
    return (
        f"({_own(table)}) and ({table}.facility_id is null"
        f" or exists (select 1 from choice c where c.dossier_id = {table}.dossier_id"
        f" and c.facility_id = {table}.facility_id and c.origin = 'family' and c.{OPEN_CHOICE}"
        " and c.expires_on >= app.today())"
        f" or exists (select 1 from placement p where p.dossier_id = {table}.dossier_id"
        f" and p.facility_id = {table}.facility_id and (p.end_date is null or p.end_date >= app.today())))"
    )


_BY_LOGIN = {"family": _own, "facility": _facility, "staff": _desk}
_WRITING = {**_BY_LOGIN, "family": _writable}
# Whoever files what came in elsewhere may say that the family wrote it; in the portal everybody writes for themselves.
_SENDER = {
    "family": "sender = 'family' and channel = 'portal'",
    "facility": "(sender = 'facility' or sender = 'family' and channel <> 'portal')",
    "staff": "(sender = 'desk' or sender = 'family' and channel <> 'portal')",
}

GRANTS = (
    *(Grant(table, login, "select", within(table)) for table in _TABLES for login, within in _BY_LOGIN.items()),
    *(Grant("thread", login, "insert", within("thread")) for login, within in _WRITING.items() if login != "staff"),
    # The desk may write first; that is what makes the file reachable for it.
    Grant("thread", "staff", "insert", f"thread.facility_id is null and {EMPLOYED}"),
    *(
        Grant("thread", login, "update", within("thread"), ("last_at", "last_sender", *READ_MARKS[login]))
        for login, within in _BY_LOGIN.items()
    ),
    *(
        Grant(
            "thread_message",
            login,
            "insert",
            f"({within('thread_message')}) and author_id = app.actor_id() and {_SENDER[login]}"
            " and exists (select 1 from thread t where t.id = thread_message.thread_id"
            " and t.dossier_id = thread_message.dossier_id"
            " and t.facility_id is not distinct from thread_message.facility_id)",
        )
        for login, within in _WRITING.items()
    ),
    # Notes of staff are not a secret: they are part of the family's own copy.
    Grant("staff_note", "family", "select", _own("staff_note")),
    *(
        Grant("staff_note", login, verb, within("staff_note") + mine)
        for login, within in _BY_LOGIN.items()
        if login != "family"
        for verb, mine in (("select", ""), ("insert", " and author_id = app.actor_id()"))
        if verb == "select" or login == "staff"
    ),
    Grant("staff_note", "facility", "insert", f"({_facility('staff_note')}) and author_id = app.actor_id()"),
    # What the desk needs of a file that it reaches: whose it is, and how to write to them.
    Grant(
        "dossier",
        "staff",
        "select",
        reached("desk", "dossier_id", "dossier.id"),
        ("id", "organisation", "reference", "language"),
    ),
    Grant(
        "applicant",
        "staff",
        "select",
        reached("desk", "dossier_id", "applicant.dossier_id"),
        (
            *("dossier_id", "organisation", "given_name", "family_name", "street", "house_number", "postcode"),
            *("municipality", "phone", "email", "channel", "protected"),
        ),
    ),
    Grant("protected_contact", "staff", "select", reached("desk", "dossier_id", "protected_contact.dossier_id")),
    Grant(
        "child",
        "staff",
        "select",
        reached("desk", "dossier_id", "child.dossier_id"),
        ("id", "organisation", "dossier_id", "given_name", "family_name", "birth_date", "expected"),
    ),
    Grant(
        "application",
        "staff",
        "select",
        reached("desk", "dossier_id", "application.dossier_id"),
        ("id", "organisation", "dossier_id", "child_id", "state", "submitted_at"),
    ),
    # A letter that was printed is out of the list; its row must stay in sight of who took it out, or they could not.
    Grant(
        "outbox",
        "staff",
        "select",
        f"(state = 'to_print' or state = 'dead' or handled_by = app.actor_id()) and {EMPLOYED}",
    ),
    Grant(
        "outbox",
        "staff",
        "update",
        f"(state = 'to_print' or state = 'dead') and {EMPLOYED}",
        ("state", "sent_at", "sealed", "handled_at", "handled_by"),
    ),
    Grant(
        "possible_double",
        "staff",
        "select",
        EMPLOYED,
        (
            "id",
            "organisation",
            "kind",
            "code",
            "dossier_id",
            "application_id",
            "other_dossier_id",
            "other_application_id",
            "state",
            "found_at",
            "decided_at",
            "decided_by",
        ),
    ),
    # How many messages wait at a facility is told in its daily mail, of families whose file it reads.
    Grant("choice", "jobs", "select", OPEN_CHOICE, ("dossier_id", "expires_on"), "digest"),
    Grant("placement", "jobs", "select", "true", ("organisation", "dossier_id", "facility_id", "end_date"), "digest"),
    Grant(
        "thread",
        "jobs",
        "select",
        "facility_id is not null",
        (
            *("id", "organisation", "dossier_id", "facility_id"),
            *("last_at", "last_sender", "other_read_at", "settled_at"),
        ),
        "digest",
    ),
    Grant("possible_double", "staff", "update", EMPLOYED, ("state", "decided_at", "decided_by")),
    *(
        Grant(
            "data_key",
            "staff",
            verb,
            f"key_class in ('message', 'thread', 'address') and {reached('desk', 'dossier_id', 'data_key.owner_id')}",
        )
        for verb in ("select", "insert")
    ),
    *(
        Grant(
            "data_key",
            "facility",
            verb,
            f"key_class = 'thread' and ({reached('chosen', 'dossier_id', 'data_key.owner_id')}"
            f" or {reached('enrolled', 'dossier_id', 'data_key.owner_id')})",
        )
        for verb in ("select", "insert")
    ),
)

FUNCTIONS = (
    # The desk finds a file by the reference that a family tells it; until a thread is opened it reads nothing of it.
    Function(
        "dossier_by_reference",
        "p_reference text",
        "uuid",
        "select d.id from dossier d where d.organisation = app.organisation() and d.reference = p_reference"
        f" and exists (select 1 from access.employed) and {in_use('d.id')}",
        login="staff",
    ),
)
