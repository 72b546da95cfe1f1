"""The branch of the enrolled facility, and who may touch placements."""

from __future__ import annotations

from app.core.access import Branch, Grant
from app.facilities.policy import serving
from app.families.policy import of_family

_ENROLLED = f"""
        select p.organisation, m.account_id as actor_id, p.dossier_id, p.application_id, p.child_id,
               null::uuid as choice_id,
               p.facility_id, m.ends_at as until
        from placement p join facility_member m on m.facility_id = p.facility_id and m.organisation = p.organisation
        where {serving("m")}
"""

enrolled = Branch(
    reason="enrolled",
    login="facility",
    actor_kinds=("facility",),
    sql=f"{_ENROLLED} and (p.end_date is null or p.end_date >= app.today())",
    permissive=_ENROLLED,
)

BRANCHES = (enrolled,)

_OWN = of_family("placement.dossier_id")
# A family enrols its own child, where a place was offered and accepted, and nowhere else.
_ACCEPTED = (
    "exists (select 1 from offer o join application a on a.id = o.application_id where o.id = placement.offer_id"
    " and o.state = 'accepted' and o.facility_id = placement.facility_id and o.dossier_id = placement.dossier_id"
    " and a.id = placement.application_id and a.child_id = placement.child_id)"
)

GRANTS = (
    Grant("placement", "family", "select", _OWN),
    Grant("placement", "family", "insert", f"{_OWN} and {_ACCEPTED}"),
    # An acceptance can be taken back for a day; the place of it goes with it.
    Grant("placement", "family", "delete", f"{_OWN} and created_at > app.now() - interval '24 hours'"),
    Grant(
        "placement",
        "facility",
        "select",
        "exists (select 1 from access.enrolled r where r.application_id = placement.application_id"
        " and r.facility_id = placement.facility_id)",
    ),
)
