"""Membership of a facility, and who may touch facilities."""

from __future__ import annotations

from app.core.access import Branch, Grant, reached

member = Branch(
    reason="member",
    login="facility",
    actor_kinds=("facility",),
    sql="""
        select m.organisation, m.account_id as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id,
               null::uuid as choice_id, m.facility_id, m.ends_at as until
        from facility_member m where m.starts_at <= app.now()
    """,
    permissive="""
        select f.organisation, app.actor_id() as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id, null::uuid as choice_id, f.id as facility_id, null::timestamptz as until
        from facility f
    """,
)

BRANCHES = (member,)

GRANTS = (
    *(
        Grant(table, login, "select")
        for table in ("facility", "free_place")
        for login in ("family", "facility", "staff")
    ),
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
    *(
        Grant(table, "jobs", "select", "true", columns, purpose)
        for purpose in ("digest", "offers")
        for table, columns in (
            ("facility", ("id", "organisation", "name", "email", "language", "active")),
            ("facility_member", ("organisation", "facility_id", "account_id", "starts_at", "ends_at")),
        )
    ),
)
