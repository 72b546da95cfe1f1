"""Membership of a facility, and who may touch facilities."""

from __future__ import annotations

from app.accounts.policy import signed
from app.core.access import Branch, Function, Grant, reached
from app.organisations.profile import load_profiles

_NEEDS_AGREEMENT = ", ".join(
    f"'{key}'" for key, profile in sorted(load_profiles().items()) if profile.settings.facility_agreement
)


def serving(member: str) -> str:
    """Return the SQL condition that a membership (its alias) began, and that its facility may process data (LEU-35)."""
    began = f"{member}.starts_at <= app.now()"
    if not _NEEDS_AGREEMENT:
        return began
    return (
        f"{began} and ({member}.organisation not in ({_NEEDS_AGREEMENT})"
        f" or {signed('facility', f'{member}.facility_id')})"
    )


_MEMBER = f"""
        select m.organisation, m.account_id as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, m.facility_id, m.ends_at as until
        from facility_member m where {serving("m")}
"""

member = Branch(
    reason="member",
    login="facility",
    actor_kinds=("facility",),
    sql=_MEMBER,
    permissive="""
        select f.organisation, app.actor_id() as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id, null::uuid as choice_id, f.id as facility_id, null::timestamptz as until
        from facility f
    """,
)

# A deputy answers; who answers for a facility is for its leaders to say.
leads = Branch(
    reason="leads",
    login="facility",
    actor_kinds=("facility",),
    sql=f"{_MEMBER} and m.role = 'leader'",
)

BRANCHES = (member, leads)

FUNCTIONS = (
    # The colleagues of whoever leads: an account shows its address here and nowhere else.
    Function(
        "people",
        "",
        "table (member_id uuid, facility_id uuid, account_id uuid, role text, starts_at timestamptz,"
        " ends_at timestamptz, login text, joined boolean)",
        """
        select m.id, m.facility_id, m.account_id, m.role, m.starts_at, m.ends_at,
               coalesce(a.login, (
                   select t.new_login from account_token t where t.account_id = a.id and t.purpose = 'invite'
                   order by t.created_at desc limit 1
               )), a.login_confirmed_at is not null
        from facility_member m join account a on a.id = m.account_id
        where app.actor_kind() = 'facility' and m.organisation = app.organisation()
          and (m.ends_at is null or m.ends_at > app.now())
          and exists (
              select 1 from facility_member l where l.facility_id = m.facility_id and l.account_id = app.actor_id()
                and l.role = 'leader' and l.starts_at <= app.now() and (l.ends_at is null or l.ends_at > app.now())
          )
        order by m.starts_at, m.id
        """,
        login="facility",
    ),
    # What somebody answers for whose agreement is not on record: it reads nothing, and its people are told why.
    Function(
        "unsigned_facilities",
        "",
        "table (name text)",
        f"""
        select f.name from facility_member m join facility f on f.id = m.facility_id
        where app.actor_kind() = 'facility' and m.account_id = app.actor_id() and m.organisation = app.organisation()
          and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now()) and not ({serving("m")})
        order by f.name
        """,
        login="facility",
    ),
)

_LEADS = reached("leads", "facility_id", "facility_member.facility_id")

GRANTS = (
    *(Grant("facility", login, "select") for login in ("family", "facility", "staff")),
    *(Grant("free_place", login, "select") for login in ("facility", "staff")),
    # Families and visitors are told of a place until its last day, and not once it is taken (LEU-50).
    Grant("free_place", "family", "select", "taken_at is null and shown_until >= app.today()"),
    Grant(
        "facility",
        "facility",
        "update",
        reached("member", "facility_id", "facility.id"),
        ("answers_around", "hides_house_number", "hides_phone"),
    ),
    Grant("free_place", "facility", "insert", reached("member", "facility_id", "free_place.facility_id")),
    Grant(
        "free_place", "facility", "update", reached("member", "facility_id", "free_place.facility_id"), ("taken_at",)
    ),
    Grant("facility_member", "facility", "select", reached("member", "facility_id", "facility_member.facility_id")),
    Grant("facility_member", "facility", "insert", f"{_LEADS} and ends_at is null"),
    Grant("facility_member", "facility", "update", _LEADS, ("ends_at",)),
    *(
        Grant(table, "jobs", "select", "true", columns, purpose)
        for purpose in ("digest", "offers", "expiry")
        for table, columns in (
            ("facility", ("id", "organisation", "name", "email", "language", "active")),
            ("facility_member", ("organisation", "facility_id", "account_id", "starts_at", "ends_at")),
        )
    ),
)
