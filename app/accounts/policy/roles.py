"""The roles of those who work for an organisation: what each opens by itself, and the agreements that gate it."""

from __future__ import annotations

from app.core.access import Branch
from app.organisations.profile import load_profiles

_PROFILES = load_profiles()
NO_FILE = (
    "null::uuid as dossier_id, null::uuid as application_id, null::uuid as child_id, null::uuid as choice_id,"
    " null::uuid as facility_id"
)
# Which version of which text each role of each organisation has to have accepted; checked by a second person or not.
_NEEDED = ", ".join(
    f"('{profile.key}', '{role}', '{text.key}', '{text.version}', {str(role in text.checked_roles).lower()})"
    for profile in _PROFILES.values()
    for text in profile.agreements
    for role in text.roles
)


def agreed(organisation: str, role: str, account: str) -> str:
    """Return the SQL condition that somebody accepted what their role asks for, as it now stands (BXL-51, LEU-24).

    The arguments are SQL expressions. What is withdrawn, run out, or waits for a second person's check does not count.
    """
    if not _NEEDED:
        return "true"
    return (
        f"not exists (select 1 from (values {_NEEDED}) as need(organisation, role, kind, version, checked)"
        f" where need.organisation = {organisation} and need.role = {role} and not exists ("
        f"select 1 from agreement g where g.account_id = {account} and g.organisation = {organisation}"
        " and g.kind = need.kind and g.version = need.version and g.accepted_at <= app.now() and g.ended_at is null"
        " and (g.expires_at is null or g.expires_at > app.now()) and (not need.checked or g.checked_at is not null)))"
    )


def signed(party_kind: str, party: str) -> str:
    """Return the SQL condition that an agreement with this party holds today (LEU-35, BXL-51)."""
    return (
        f"exists (select 1 from party_agreement p where p.party_kind = '{party_kind}' and p.party_id = {party}"
        " and p.signed_on <= app.today() and (p.ends_on is null or p.ends_on >= app.today()) and p.ended_at is null)"
    )


def _works_as(reason: str, login: str, kind: str, *roles: str) -> Branch:
    """Return the branch of whoever has one of these roles now: it opens lists, and no file by itself."""
    listed = ", ".join(f"'{role}'" for role in roles)
    return Branch(
        reason=reason,
        login=login,
        actor_kinds=(kind,),
        sql=f"""
        select m.organisation, m.account_id as actor_id, {NO_FILE}, m.ends_at as until
        from staff_member m where m.starts_at <= app.now() and m.role in ({listed})
          and {agreed("m.organisation", "m.role", "m.account_id")}
    """,
        permissive=f"""
        select m.organisation, app.actor_id() as actor_id, {NO_FILE}, null::timestamptz as until from staff_member m
    """,
    )


employed = _works_as("employed", "staff", "staff", "helpdesk", "administrator")
# Who appoints people, checks signatures, enrols devices and gives grants.
manages = _works_as("manages", "staff", "staff", "administrator")
figures = _works_as("figures", "staff", "staff", "helpdesk", "administrator", "policy")
at_counter = _works_as("at_counter", "counter", "counter", "counter")
in_sick_care = _works_as("in_sick_care", "counter", "counter", "sick_care")
overseer = _works_as("overseer", "oversight", "oversight", "dpo", "security")
# Who answers for rights, deliveries and complaints; a security officer does not read them.
officer = _works_as("officer", "oversight", "oversight", "dpo")

BRANCHES = (employed, manages, figures, at_counter, in_sick_care, overseer, officer)
