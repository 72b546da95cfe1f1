"""The branches of the chosen facility and of the urgent list."""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE
from app.core.access import Branch
from app.facilities.policy import serving
from app.organisations.profile import load_profiles
from app.organisations.terms import UrgentScope

_CHOSEN = f"""
        select c.organisation, m.account_id as actor_id, c.dossier_id, c.application_id, c.child_id,
               c.id as choice_id, c.facility_id,
               m.ends_at as until
        from choice c join facility_member m on m.facility_id = c.facility_id and m.organisation = c.organisation
        where {serving("m")} and c.origin = 'family'
"""

# BXL-09, BXL-53, BXL-56: reach lasts as long as the choice is open with the facility, per child and application.
chosen = Branch(
    reason="chosen",
    login="facility",
    actor_kinds=("facility",),
    # BXL-44: a request that expired is out of reach from that day on, whether a job has run or not.
    sql=f"{_CHOSEN} and c.{OPEN_CHOICE} and c.expires_on >= app.today()",
    permissive=_CHOSEN,
)

# A facility knows what it refused itself, and nothing else of it: a colleague who answers too late is told so.
# Without a dossier these rows open no file and are not part of the relation that families see.
answered = Branch(
    reason="answered",
    login="facility",
    actor_kinds=("facility",),
    sql=f"""
        select c.organisation, m.account_id as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id, c.id as choice_id, c.facility_id, m.ends_at as until
        from choice c join facility_member m on m.facility_id = c.facility_id and m.organisation = c.organisation
        where {serving("m")} and c.state = 'refused'
    """,
)

_URGENT = {key: row.urgent for key, row in sorted(load_profiles().items()) if row.urgent.scope is not UrgentScope.OFF}
_URGENT_DAYS = " ".join(f"when '{key}' then {row.days}" for key, row in _URGENT.items())
_ANYWHERE = ", ".join(f"'{key}'" for key, row in _URGENT.items() if row.scope is UrgentScope.ALL) or "null"
# From so many days before its start; the start itself passing by ends nothing (LEU-30, BXL-12).
IS_URGENT = f"a.start_date <= app.today() + case a.organisation {_URGENT_DAYS} else null end"
# An offer takes a request off the list for as long as it stands, by the clock and not by what a job wrote (LEU-32).
OFFER_STANDS = "o.state = 'open' and o.expires_at > app.now()"
IS_OFFERED = f"""exists (
            select 1 from choice oc join offer o on o.choice_id = oc.id
            where oc.application_id = a.id and oc.state = 'offered' and {OFFER_STANDS})"""
NOT_OFFERED = f"not {IS_OFFERED}"
# LEU-31: the municipality of the home, and of each facility that the request was made to. A refusal narrows nothing,
# a choice that the parents took back does. Elsewhere every connected facility (BXL-12).
WITHIN_URGENT_REACH = f"""
            (a.organisation in ({_ANYWHERE}) or f.municipality in (
                select h.municipality from applicant h where h.dossier_id = a.dossier_id
                union all select t.municipality from choice c join facility t on t.id = c.facility_id
                where c.application_id = a.id and c.origin = 'family' and c.state <> 'withdrawn'))
"""
_CONNECTED = f"""
        select a.organisation, m.account_id as actor_id, a.dossier_id, a.id as application_id, a.child_id,
               null::uuid as choice_id, m.facility_id, m.ends_at as until
        from application a join facility f on f.organisation = a.organisation and f.active
        join facility_member m on m.facility_id = f.id
        where {serving("m")} and a.state = 'open'
"""

# By clock and facts alone: no job opens it, and none has to close it.
_LISTED = f"{_CONNECTED} and a.expires_on >= app.today() and {IS_URGENT} and {WITHIN_URGENT_REACH}"
urgent = Branch(
    reason="urgent",
    login="facility",
    actor_kinds=("facility",),
    sql=f"{_LISTED} and {NOT_OFFERED}",
    permissive="""
        select a.organisation, app.actor_id() as actor_id, a.dossier_id, a.id as application_id, a.child_id,
               null::uuid as choice_id, f.id as facility_id, null::timestamptz as until
        from application a join facility f on f.organisation = a.organisation
    """,
)

# Who would have it on the list if nobody had offered a place: for saying that somebody was before them, no more.
URGENT_BUT_OFFERED = f"{_LISTED} and {IS_OFFERED}"

_OFFERED_URGENTLY = f"""
        select c.organisation, m.account_id as actor_id, c.dossier_id, c.application_id, c.child_id,
               c.id as choice_id, c.facility_id, m.ends_at as until
        from choice c join facility_member m on m.facility_id = c.facility_id and m.organisation = c.organisation
        where {serving("m")} and c.origin = 'urgent'
"""

# A place that was offered from the urgent list: the facility follows its own offer, and still sees no street.
urgent_offer = Branch(
    reason="urgent_offer",
    login="facility",
    actor_kinds=("facility",),
    sql=f"""{_OFFERED_URGENTLY} and c.state = 'offered' and c.expires_on >= app.today()
          and exists (select 1 from offer o where o.choice_id = c.id and {OFFER_STANDS})
    """,
    permissive=_OFFERED_URGENTLY,
)

BRANCHES = (chosen, answered, urgent, urgent_offer)
