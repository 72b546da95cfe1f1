"""The same terms as the rules obey, as the database judges them: derived from the profiles, never typed twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.organisations.profile import Profile, load_profiles
from app.organisations.terms import Action
from app.retention.rules import CARE_ENDS, LAST_ACTIVITY, Term

# Groups whose term counts from something in the file itself; the rest go on their own.
OF_FILE = frozenset({LAST_ACTIVITY, *CARE_ENDS})
# Whoever works here has no file: their rows take the length of the term, from the day they were last used.
EVERYWHERE = "*"


def file_terms(profile: Profile) -> tuple[Term, ...]:
    """Return how long a file as a whole is kept: the longest term of its groups, for each event that one counts from.

    Each is longer than nothing; an organisation that holds no file has none.
    """
    longest: dict[str, Term] = {}
    for rule in profile.retention.values():
        if rule.anchor is None or rule.anchor not in OF_FILE:
            continue
        term = Term(str(rule.anchor), rule.years, rule.days)
        known = longest.get(term.anchor)
        if known is None or (term.years, term.days) > (known.years, known.days):
            longest[term.anchor] = term
    return tuple(longest[anchor] for anchor in sorted(longest))


def group_term(profile: Profile, group: str) -> Term | None:
    """Return how long a group is kept; None where the organisation does not hold it."""
    rule = profile.retention[group]
    if rule.action is Action.NOT_HELD or rule.anchor is None:
        return None
    return Term(str(rule.anchor), rule.years, rule.days)


def early_groups(profile: Profile) -> Mapping[str, Term]:
    """Return the groups of a file that go before it, on their own day."""
    whole = {term.anchor: term for term in file_terms(profile)}
    found = {}
    for group in profile.retention:
        term = group_term(profile, group)
        if term is not None and term.anchor in whole and term != whole[term.anchor]:
            found[group] = term
    return found


def is_anonymised(profile: Profile) -> bool:
    """Tell whether figures are kept of what goes (LEU-39)."""
    return any(rule.action is Action.ANONYMISE for rule in profile.retention.values())


def goes_by_child(profile: Profile) -> bool:
    """Tell whether a child's data go before those of its family (LEU-41)."""
    return any(term.anchor in CARE_ENDS for term in file_terms(profile))


def end_sql(start: str, years: str, days: str) -> str:
    """Return the SQL of the last day of a term; the twin of `kept_until`."""
    leap = f"extract(month from {start}) = 2 and extract(day from {start}) = 29"
    moved = f"({start} + make_interval(years => {years}))::date"
    return f"(case when {leap} and extract(day from {moved}) = 28 then {moved} + 1 else {moved} end + {days})"


def day_sql(moment: str) -> str:
    """Return the SQL of the day in Brussels on which a moment falls."""
    return f"({moment} at time zone 'Europe/Brussels')::date"


def _values(rows: Iterable[tuple[object, ...]]) -> str:
    listed = ", ".join(
        "(" + ", ".join(f"'{value}'" if isinstance(value, str) else str(value) for value in row) + ")" for row in rows
    )
    return f"values {listed}"


_PROFILES = load_profiles()
FILE_TERMS = _values(
    (key, term.anchor, term.years, term.days, profile.settings.care_ends_age)
    for key, profile in sorted(_PROFILES.items())
    for term in file_terms(profile)
)
# By group; for entries that are of no organisation, the longest of all.
_GROUP_TERMS = {
    (key, group): term
    for key, profile in sorted(_PROFILES.items())
    for group in sorted(profile.retention)
    if (term := group_term(profile, group)) is not None
}
_LONGEST = {
    (EVERYWHERE, group): max(
        (term for (_, of), term in _GROUP_TERMS.items() if of == group), key=lambda term: (term.years, term.days)
    )
    for group in sorted({group for _, group in _GROUP_TERMS})
}
GROUP_TERMS = _values(
    (key, group, term.anchor, term.years, term.days)
    for (key, group), term in sorted({**_GROUP_TERMS, **_LONGEST}.items(), key=lambda item: item[0])
)
# What files themselves are kept by, and what goes early.
EARLY_TERMS = _values(
    (
        *(
            (key, group, term.anchor, term.years, term.days, profile.settings.care_ends_age)
            for key, profile in sorted(_PROFILES.items())
            for group, term in sorted(early_groups(profile).items())
        ),
        ("", "", LAST_ACTIVITY, 0, 0, 0),
    )
)

_CARE = f"coalesce(p.end_date, {end_sql('x.birth_date', 't.age', '0')})"
# Of one child: until when something stands for it, and when its care or its request ended.
_CHILD = f"""
    select x.id as child_id, greatest(a.open_until, p.until) as standing,
           coalesce(greatest(a.open_until, a.closed_on, p.until), {day_sql("d.created_at")}) as ended
    from child x
    left join lateral (
        select max(q.expires_on) filter (where q.state = 'open') as open_until,
               max({day_sql("coalesce(q.closed_at, q.submitted_at)")}) filter (where q.state <> 'open') as closed_on
        from application q where q.child_id = x.id
    ) a on true
    left join lateral (select max({_CARE}) as until from placement p where p.child_id = x.id) p on true
    where x.dossier_id = d.id
"""
# What the rules judge: of each file and child, where its terms begin.
FILE_FACTS = f"""
    select d.id, {day_sql("d.created_at")} as created_on, {day_sql("d.last_activity_at")} as active_on,
           c.id as child_id, c.birth_date, a.open_until, a.closed_on, p.ended_on, coalesce(p.in_care, false) as in_care
    from dossier d
    left join child c on c.dossier_id = d.id
    left join lateral (
        select max(q.expires_on) filter (where q.state = 'open') as open_until,
               max({day_sql("coalesce(q.closed_at, q.submitted_at)")}) filter (where q.state <> 'open') as closed_on
        from application q where q.child_id = c.id
    ) a on true
    left join lateral (
        select max(x.end_date) as ended_on, bool_or(x.end_date is null) as in_care from placement x
        where x.child_id = c.id
    ) p on true
    where d.id = any({{ids}})
"""
_START = f"""
    case when t.anchor = '{LAST_ACTIVITY}' then greatest({day_sql("d.last_activity_at")}, c.standing)
         else coalesce(c.ended, {day_sql("d.created_at")}) end
"""
# The last day of each file, of its groups that go early, and of each child.
FILE_ENDS = f"""
    select d.organisation, d.id as dossier_id, max({end_sql("s.start", "t.years", "t.days")}) as ends_on
    from dossier d
    join ({FILE_TERMS}) t (organisation, anchor, years, days, age) on t.organisation = d.organisation
    cross join lateral (select max(k.standing) as standing, max(k.ended) as ended from ({_CHILD}) k) c
    cross join lateral (select {_START} as start) s
    where {{condition}} group by d.organisation, d.id
"""
EARLY_ENDS = f"""
    select d.organisation, d.id as dossier_id, t.data_group, {end_sql("s.start", "t.years", "t.days")} as ends_on
    from dossier d
    join ({EARLY_TERMS}) t (organisation, data_group, anchor, years, days, age) on t.organisation = d.organisation
    cross join lateral (select max(k.standing) as standing, max(k.ended) as ended from ({_CHILD}) k) c
    cross join lateral (select {_START} as start) s
    where {{condition}}
"""
CHILD_ENDS = f"""
    select d.organisation, d.id as dossier_id, k.child_id,
           max({end_sql("k.ended", "t.years", "t.days")}) as ends_on
    from dossier d
    join ({FILE_TERMS}) t (organisation, anchor, years, days, age) on t.organisation = d.organisation
      and t.anchor in ({", ".join(f"'{anchor}'" for anchor in sorted(CARE_ENDS))})
    cross join lateral ({_CHILD}) k
    where {{condition}} group by d.organisation, d.id, k.child_id
"""


def old_enough(until: str) -> str:
    """Return the SQL condition that a term of a file could be over on a day: a younger one is not looked at closely."""
    latest = f"({until} + 3 - make_interval(years => t.years))::timestamp"
    return (
        f"d.organisation = app.organisation() and (t.anchor = '{LAST_ACTIVITY}' and d.last_activity_at < {latest}"
        f" or t.anchor <> '{LAST_ACTIVITY}' and d.created_at < {latest})"
    )
