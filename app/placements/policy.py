"""The branch of the enrolled facility, and who may touch placements."""

from __future__ import annotations

from app.core.access import Branch, Grant, reached

_ENROLLED = """
        select p.organisation, m.account_id as actor_id, p.dossier_id, p.application_id, p.child_id, null::uuid as choice_id,
               p.facility_id, m.ends_at as until
        from placement p join facility_member m on m.facility_id = p.facility_id and m.organisation = p.organisation
        where m.starts_at <= app.now()
"""

enrolled = Branch(
    reason="enrolled",
    login="facility",
    actor_kinds=("facility",),
    sql=f"{_ENROLLED} and (p.end_date is null or p.end_date >= app.today())",
    permissive=_ENROLLED,
)

BRANCHES = (enrolled,)

GRANTS = (
    *(Grant("placement", "family", v, reached("owner", "dossier_id", "placement.dossier_id")) for v in ("select", "insert")),
    Grant(
        "placement",
        "facility",
        "select",
        "exists (select 1 from access.enrolled r where r.application_id = placement.application_id"
        " and r.facility_id = placement.facility_id)",
    ),
)
