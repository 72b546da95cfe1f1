"""What the database hands out for a file: fixed columns per recipient of the register, and nothing beside them.

The login that makes the files has no grant on a family's tables. Whatever the program asks, no other column and no
other family comes out: consent, restriction and the end of a file are judged here, at the moment of the reading.
"""

from __future__ import annotations

from app.core.access import Function
from app.organisations.profile import Profile, load_profiles
from app.organisations.terms import Ground, Recipient
from app.organisations.texts import PURPOSES
from app.transfers.rules import (
    BY_HAND,
    CORRECTED,
    ORDER_PURPOSE,
    ORDERABLE,
    Kind,
    OrderGround,
    Standing,
    sendable,
)

_PURPOSE_KEYS = {text: key for key, text in PURPOSES.items()}
_ALIASES = {"applicant": "p", "partner": "q", "child": "k", "circumstances": "s", "placement": "l"}
_SPECIAL = {
    # A second parent who keeps their own data apart did not agree to this.
    "partner.email": (
        "case when not exists (select 1 from dossier_party y where y.dossier_id = d.id and y.apart"
        " and y.ended_at is null) then q.email end"
    ),
    "placement.facility_id": "(select f.name from facility f where f.id = l.facility_id)",
}
_CODED = {"child.birth_date": "extract(year from k.birth_date)::integer::text"}
_ADDRESSED = frozenset({"applicant.given_name", "applicant.family_name", "applicant.street", "applicant.house_number"})
_JOB = "app.actor_kind() = 'system:deliveries'"
MOST_REFERENCES = 20


def output(column: str) -> str:
    """Return the name under which a function hands out a column."""
    return column.replace(".", "_")


def function_of(organisation: str, recipient: str, *, what: str = "rows") -> str:
    """Return the name of the function of one recipient of one organisation."""
    return f"delivery_{what}_{organisation}_{recipient}"


def kind_of(recipient: Recipient) -> Kind:
    """Return the kind of file that a recipient of the register gets."""
    return Kind.RESEARCH if recipient.ground is Ground.RESEARCH else Kind.REGULAR


def served(profile: Profile) -> tuple[Recipient, ...]:
    """Return the recipients to whom files can be made at all: with columns, and no processor of ours."""
    return tuple(
        one
        for one in profile.recipients.values()
        if one.columns and one.ground is not Ground.PROCESSOR and sendable(kind_of(one), one.columns)
    )


def _value(column: str, *, coded: bool) -> str:
    table, _, name = column.partition(".")
    special = (_CODED if coded else _SPECIAL).get(column)
    return special or f"{_ALIASES[table]}.{name}::text"


def _latest(recipient: str, more: str = "") -> str:
    """Return the answer that counts today: the last one, by whatever channel it came."""
    return (
        f"(select c.given from consent c where c.dossier_id = d.id and c.recipient = '{recipient}'{more}"
        " order by c.at desc, c.id limit 1)"
    )


def _bare(words: str) -> str:
    return f"' ' || lower(regexp_replace({words}, '[^[:alnum:]]+', ' ', 'g')) || ' '"


def _named(name: str, words: str) -> str:
    return f"(length(trim({_bare(name)})) > 1 and strpos({_bare(words)}, {_bare(name)}) > 0)"


_STREET = "concat_ws(' ', p.street, p.house_number)"
_WRITTEN = "concat_ws(' ', p.street, p.house_number, p.given_name)"
_PARTNER_NAMED = (
    f"(q.dossier_id is not null and ({_named('q.given_name', _WRITTEN)} or {_named('q.family_name', _STREET)}))"
)


def _consented(recipient: Recipient) -> str:
    """Return the SQL condition that the family let this recipient have its data, and did not take that back."""
    if recipient.ground is not Ground.CONSENT:
        return f"coalesce({_latest(recipient.key)}, true)"
    # KK-43: the last answer for the file counts, and that of the very request: a next child copies nothing.
    of_request = _latest(recipient.key, " and c.application_id = a.id")
    return f"(coalesce({_latest(recipient.key)}, false) and coalesce({of_request}, false))"


def _partner_named(recipient: Recipient) -> str:
    """Return the SQL condition that the partner's name stands in what this recipient gets (BXL-33)."""
    if any(name.startswith("partner.") for name in recipient.columns) or not _ADDRESSED & set(recipient.columns):
        return "false"
    return _PARTNER_NAMED


def _standing(recipient: Recipient) -> str:
    """Return the SQL of a child's standing with one recipient."""
    coded = recipient.ground is Ground.RESEARCH
    asks = "(a.state = 'enrolled' or a.state = 'open' and a.expires_on >= app.today())"
    unborn = "k.expected" if "child.birth_date" in recipient.columns and not recipient.expected_children else "false"
    cases = (
        (Standing.RESTRICTED, "exists (select 1 from restriction x where x.dossier_id = d.id and x.ended_at is null)"),
        (Standing.WITHDRAWN, f"not {_consented(recipient)}"),
        (Standing.CLOSED, "d.state <> 'active'" if coded else f"d.state <> 'active' or not coalesce({asks}, false)"),
        (Standing.PROTECTED, "false" if coded else "p.protected"),
        (Standing.PARTNER_NAMED, _partner_named(recipient)),
        (Standing.EXPECTED, "false" if coded else unborn),
    )
    judged = " ".join(f"when {when} then '{word}'" for word, when in cases)
    return f"case {judged} else '{Standing.IN}' end"


def _candidates(profile: Profile, recipient: Recipient) -> str:
    """Return the FROM of every child whose data could go: each once, with the request that counts."""
    ever = f"select 1 from consent g where g.dossier_id = d.id and g.recipient = '{recipient.key}' and g.given"
    given = f" and exists ({ever})" if recipient.ground is Ground.CONSENT else ""
    return f"""
        from child k join dossier d on d.id = k.dossier_id join applicant p on p.dossier_id = d.id
        left join partner q on q.dossier_id = d.id left join circumstances s on s.dossier_id = d.id
        left join lateral (
            select b.id, b.state, b.expires_on from application b where b.child_id = k.id
            order by (b.state in ('open', 'enrolled')) desc, b.submitted_at desc, b.id limit 1) a on true
        where k.organisation = '{profile.key}'{given}"""


def _rows(profile: Profile, recipient: Recipient) -> Function:
    coded = recipient.ground is Ground.RESEARCH
    names = [(output(name), _value(name, coded=coded)) for name in recipient.columns]
    # A file of corrections may also name whoever was given before, so that the recipient can take them out.
    before = (
        "exists (select 1 from disclosure o where o.dossier_id = y.dossier_id and o.child_id = y.child_id"
        f" and o.recipient = '{recipient.key}' and o.at > app.now() - interval '{CORRECTED.days} days')"
    )
    return Function(
        function_of(profile.key, recipient.key),
        "p_delivery_id uuid",
        f"table (dossier_id uuid, child_id uuid, standing text, {', '.join(f'{name} text' for name, _ in names)})",
        f"""
        select y.* from (
            select k.dossier_id, k.id as child_id, {_standing(recipient)} as standing,
                   {", ".join(f"{value} as {name}" for name, value in names)}
            {_candidates(profile, recipient)}
        ) y join delivery v on v.id = p_delivery_id
        where {_JOB} and app.organisation() = '{profile.key}' and v.organisation = '{profile.key}'
          and v.recipient = '{recipient.key}' and v.purpose = '{_PURPOSE_KEYS[recipient.purpose]}'
          and (v.kind = '{kind_of(recipient)}' and v.state = 'approved' and v.approved_by is not null
               and y.standing = '{Standing.IN}'
            or v.kind = '{Kind.CORRECTION}' and v.state = 'asked'
               and {before})
        order by y.dossier_id, y.child_id
        """,
        login="jobs",
    )


def _preview(profile: Profile, recipient: Recipient) -> Function:
    by_hand = ", ".join(f"'{one}'" for one in BY_HAND)
    return Function(
        function_of(profile.key, recipient.key, what="count"),
        "",
        "table (standing text, children bigint, files text[])",
        f"""
        select y.standing, count(*),
               case when y.standing in ({by_hand})
                    then (array_agg(distinct y.reference order by y.reference))[1:{MOST_REFERENCES}]
                    else array[]::text[] end
        from (select {_standing(recipient)} as standing, d.reference {_candidates(profile, recipient)}) y
        where exists (select 1 from access.officer) and app.organisation() = '{profile.key}'
        group by y.standing
        """,
        login="oversight",
    )


def _ticked(column: str, value: str) -> str:
    """Return the SQL of a value that comes out only when the order names it (LEU-37)."""
    return f"case when '{column}' = any(v.columns) then {value} end"


_ORDER_GROUNDS = ", ".join(f"'{one}'" for one in OrderGround)
_OF_CHILDREN = ", ".join(f"'{name}'" for name in ORDERABLE if name.startswith(("child.", "placement.")))
# What a law orders does not ask whether somebody agreed.
_ORDERED = {name: _value(name, coded=False) for name in ORDERABLE} | {"partner.email": "q.email"}
_TICKED = ", ".join(_ticked(name, value) for name, value in _ORDERED.items())
# LEU-37: only what was ticked, of the one file that the order names, and nothing before a second person agreed.
ORDER_ROWS = Function(
    "order_rows",
    "p_delivery_id uuid",
    f"table (dossier_id uuid, child_id uuid, {', '.join(f'{output(name)} text' for name in ORDERABLE)})",
    f"""
    select d.id, k.id, {_TICKED}
    from delivery v join dossier d on d.id = v.dossier_id and d.organisation = v.organisation
    join applicant p on p.dossier_id = d.id left join partner q on q.dossier_id = d.id
    left join child k on k.dossier_id = d.id and v.columns && array[{_OF_CHILDREN}]
    left join lateral (select m.* from placement m where m.child_id = k.id order by m.start_date desc, m.id limit 1) l
         on true
    where {_JOB} and v.id = p_delivery_id and v.organisation = app.organisation() and v.kind = '{Kind.ORDER}'
      and v.purpose = '{ORDER_PURPOSE}' and v.state = 'approved' and v.approved_by is not null
      and v.approved_by is distinct from v.asked_by and v.law is not null and v.sealed is not null
      and v.ground in ({_ORDER_GROUNDS})
    order by k.id
    """,
    login="jobs",
)

# KG-41: which children get a pseudonym; the purpose that holds its key reads nothing else of anybody.
RESEARCH_CHILDREN = Function(
    "research_children",
    "p_delivery_id uuid",
    "table (child_id uuid)",
    """
    select k.id from child k join delivery v on v.id = p_delivery_id and v.organisation = k.organisation
    where app.actor_kind() = 'system:research' and v.organisation = app.organisation()
      and v.kind = 'research' and v.state = 'approved'
    """,
    login="jobs",
)

ROW_FUNCTIONS = (
    *(_rows(profile, one) for profile in load_profiles().values() for one in served(profile)),
    *(_preview(profile, one) for profile in load_profiles().values() for one in served(profile)),
    ORDER_ROWS,
    RESEARCH_CHILDREN,
)
