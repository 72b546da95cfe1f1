"""The branch of the chosen facility, and who may touch drafts, applications, choices and offers."""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE, Application
from app.core.access import Branch, Function, Grant, reached
from app.families.policy import corrected, of_family

_CHOSEN = """
        select c.organisation, m.account_id as actor_id, c.dossier_id, c.application_id, c.child_id,
               c.id as choice_id, c.facility_id,
               m.ends_at as until
        from choice c join facility_member m on m.facility_id = c.facility_id and m.organisation = c.organisation
        where m.starts_at <= app.now()
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
    sql="""
        select c.organisation, m.account_id as actor_id, null::uuid as dossier_id, null::uuid as application_id,
               null::uuid as child_id, c.id as choice_id, c.facility_id, m.ends_at as until
        from choice c join facility_member m on m.facility_id = c.facility_id and m.organisation = c.organisation
        where m.starts_at <= app.now() and c.state = 'refused'
    """,
)

BRANCHES = (chosen, answered)

_CORRECTED = corrected("application", "application_id", "application.id")
# A day to think better of a refusal: whoever gave it, while they answer for the facility and the request stands.
_REGRETTABLE = """
        c.organisation = app.organisation() and app.actor_kind() = 'facility' and c.answered_by = app.actor_id()
        and c.state = 'refused' and c.answered_at > app.now() - interval '24 hours' and c.expires_on >= app.today()
        and exists (select 1 from application a where a.id = c.application_id and a.state = 'open')
        and exists (
            select 1 from facility_member m where m.facility_id = c.facility_id and m.account_id = app.actor_id()
              and m.starts_at <= app.now() and (m.ends_at is null or m.ends_at > app.now())
        )
"""

FUNCTIONS = (
    Function(
        "draft_of_pass",
        "p_hash bytea, p_organisation text",
        "uuid",
        "select draft_id from draft_pass where hash = p_hash and organisation = p_organisation",
    ),
    Function(
        "continue_draft",
        "p_hash bytea, p_organisation text, p_factor bytea, p_address_key bytea, p_address_limit integer,"
        " p_pass_limit integer, p_window interval, p_now timestamptz",
        "table (opened uuid, was_sent boolean, tries_here integer)",
        # Counting, judging and spending are one call: two devices at once cannot both spend a pass, nor guess twice.
        """
        begin
            tries_here := signin.count_attempt(p_organisation, p_address_key, p_now, p_window);
            update draft_pass p set tries = p.tries + 1
            where p.hash = p_hash and p.organisation = p_organisation and p.factor <> p_factor
              and p.tries < p_pass_limit;
            update draft_pass p set used_at = p_now from draft d
            where p.hash = p_hash and p.organisation = p_organisation and p.factor = p_factor
              and p.tries < p_pass_limit and p.used_at is null and p.expires_at > p_now
              and tries_here <= p_address_limit
              and d.id = p.draft_id and d.account_id is null and d.submitted_at is null and d.expires_at > p_now
            returning d.id into opened;
            was_sent := false;
            if opened is null and tries_here <= p_address_limit then
                -- Who knows the second factor may know that it was sent, also when the pass was spent on the way.
                select d.id, true into opened, was_sent from draft_pass p join draft d on d.id = p.draft_id
                where p.hash = p_hash and p.organisation = p_organisation and p.factor = p_factor
                  and p.tries < p_pass_limit and d.submitted_at is not null and d.expires_at > p_now;
            end if;
            if opened is not null then
                perform signin.give_back_attempt(p_organisation, p_address_key);
            end if;
            return next;
        end
        """,
        language="plpgsql",
    ),
    Function(
        "keep_draft",
        "p_hash bytea, p_organisation text, p_expires timestamptz, p_pass_limit integer, p_now timestamptz",
        "uuid",
        # It shows nothing and opens nothing: whoever holds the mailed link may let the answers live on.
        """
        with kept as (
            update draft d set expires_at = p_expires, updated_at = p_now, noticed_at = null from draft_pass p
            where p.hash = p_hash and p.organisation = p_organisation and p.used_at is null
              and p.tries < p_pass_limit and p.expires_at > p_now
              and d.id = p.draft_id and d.submitted_at is null and d.expires_at > p_now
            returning d.id
        ), passes as (
            update draft_pass p set expires_at = p_expires from kept
            where p.draft_id = kept.id and p.used_at is null and p.expires_at > p_now
        )
        select id from kept
        """,
    ),
    # When, where and for which month: no more of a file that is closed to who refused it.
    Function(
        "own_refusals",
        "",
        "table (choice_id uuid, facility_id uuid, answered_by uuid, answered_at timestamptz, start_month date)",
        f"""
        select c.id, c.facility_id, c.answered_by, c.answered_at, date_trunc('month', c.start_date)::date
        from choice c where {_REGRETTABLE} order by c.answered_at desc, c.id limit 200
        """,
        login="facility",
    ),
    Function(
        "take_back_refusal",
        "p_choice_id uuid",
        "uuid",
        f"""
        update choice c set state = coalesce(c.previous_state, 'open'), answered_at = null, answered_by = null,
            previous_state = null, refusal_reason = null
        where c.id = p_choice_id and {_REGRETTABLE} returning c.id
        """,
        login="facility",
    ),
    # The copies by which every chosen facility ranks and filters follow what one of them corrected; it reads none.
    Function(
        "follow_correction",
        "p_application_id uuid, p_reply_days integer, p_horizon_months integer",
        "void",
        f"""
        update choice c set start_date = application.start_date, half_days = application.half_days,
            child_birth_date = k.birth_date, expires_on = application.expires_on,
            reply_due_on = greatest(
                (c.submitted_at at time zone 'Europe/Brussels')::date + coalesce(f.reply_days, p_reply_days),
                (application.start_date - make_interval(months => p_horizon_months))::date
            )
        from application, child k, facility f
        where application.id = p_application_id and c.application_id = application.id and k.id = application.child_id
          and f.id = c.facility_id and c.{OPEN_CHOICE} and app.organisation() = application.organisation
          and {_CORRECTED}
        """,
        login="facility",
    ),
)

_OWN_DRAFT = "(draft.id = app.actor_id() or draft.account_id = app.actor_id())"
_OF_OWN_DRAFT = f"exists (select 1 from draft where draft.id = draft_pass.draft_id and {_OWN_DRAFT})"
APPLICATION_FOR_OWNER = tuple(c.name for c in Application.__table__.columns if c.name != "child_number_token")
_APPLICATION = of_family("application.dossier_id")
_CHOICE = of_family("choice.dossier_id")
_OFFER = of_family("offer.dossier_id")
_FACILITY_CHOICE = reached("chosen", "choice_id", "choice.id")
_FACILITY_OFFER = reached("chosen", "choice_id", "offer.choice_id")
# A new row opens files by every key that it carries: they must all be those of one request that its writer reaches.
_OWN_CHILD = (
    "exists (select 1 from child k where k.id = application.child_id and k.dossier_id = application.dossier_id)"
)
_OWN_APPLICATION = (
    "exists (select 1 from application a where a.id = choice.application_id and a.dossier_id = choice.dossier_id"
    " and a.child_id = choice.child_id)"
)
_CHOSEN_FOR_OFFER = (
    "exists (select 1 from access.chosen r where r.choice_id = offer.choice_id"
    " and r.application_id = offer.application_id"
    " and r.dossier_id = offer.dossier_id and r.facility_id = offer.facility_id)"
)

GRANTS = (
    *(Grant("draft", "family", verb, _OWN_DRAFT) for verb in ("select", "insert", "delete")),
    Grant(
        "draft",
        "family",
        "update",
        _OWN_DRAFT,
        ("language", "sealed", "updated_at", "expires_at", "submitted_at", "notice_to", "noticed_at"),
    ),
    *(Grant("draft_pass", "family", verb, _OF_OWN_DRAFT) for verb in ("select", "insert", "delete")),
    Grant("draft", "jobs", "select", purpose="drafts"),
    Grant("draft", "jobs", "update", "true", ("noticed_at",), "drafts"),
    *(Grant("draft_pass", "jobs", verb, purpose="drafts") for verb in ("select", "insert")),
    # Messages to a family that never sent its draft go with it; what an account got stays its own.
    Grant(
        "data_key",
        "jobs",
        "delete",
        "key_class = 'message'"
        " and exists (select 1 from draft d where d.id = data_key.owner_id and d.submitted_at is null)",
        purpose="drafts",
    ),
    Grant("draft", "jobs", "delete", "true", purpose="drafts"),
    Grant("application", "family", "select", _APPLICATION, APPLICATION_FOR_OWNER),
    Grant(
        "application",
        "family",
        "insert",
        f"{reached('owner', 'dossier_id', 'application.dossier_id')} and {_OWN_CHILD}",
    ),
    Grant(
        "application",
        "family",
        "update",
        _APPLICATION,
        (
            "start_date",
            "half_days",
            "hours",
            "flexible",
            "state",
            "closed_at",
            "expires_on",
            "link",
            "child_number_token",
            "rule_set",
            "grounds",
            "priority_rank",
        ),
    ),
    Grant("choice", "family", "select", _CHOICE),
    Grant(
        "choice",
        "family",
        "insert",
        f"{reached('owner', 'dossier_id', 'choice.dossier_id')} and {_OWN_APPLICATION}",
    ),
    Grant(
        "choice",
        "family",
        "update",
        _CHOICE,
        (
            "position",
            "state",
            "priority_rank",
            "grounds",
            "start_date",
            "half_days",
            "child_birth_date",
            "sibling_here",
            "submitted_at",
            "reply_due_on",
            "answered_at",
            "answered_by",
            "previous_state",
            "closing_offer_id",
            "refusal_reason",
            "expires_on",
        ),
    ),
    Grant("offer", "family", "select", _OFFER),
    Grant("offer", "family", "update", _OFFER, ("state", "decided_at", "decided_by", "closing_offer_id")),
    # Written when a number is already in use; read by the desk only.
    Grant("possible_double", "family", "insert", "kind = 'number' and app.actor_kind() in ('draft', 'parent')"),
    Grant(
        "application",
        "facility",
        "select",
        f"{reached('chosen', 'application_id', 'application.id')}"
        f" or {reached('enrolled', 'application_id', 'application.id')}",
        (
            "id",
            "organisation",
            "dossier_id",
            "child_id",
            "start_date",
            "half_days",
            "hours",
            "flexible",
            "state",
            "submitted_at",
            "expires_on",
            "group_id",
            "link",
        ),
    ),
    Grant(
        "application",
        "facility",
        "update",
        _CORRECTED,
        ("start_date", "half_days", "hours", "flexible", "expires_on"),
    ),
    Grant(
        "choice",
        "facility",
        "select",
        # An open row of one's own facility is decided by itself: the branch, asked for each of a list's rows, would
        # first gather every open choice of the facility. It still decides for a row on its way out of that state.
        f"choice.{OPEN_CHOICE} and choice.expires_on >= app.today()"
        f" and {reached('member', 'facility_id', 'choice.facility_id')} or {_FACILITY_CHOICE}"
        " or exists (select 1 from access.enrolled r where r.application_id = choice.application_id"
        " and r.facility_id = choice.facility_id)",
    ),
    Grant(
        "choice",
        "facility",
        "update",
        _FACILITY_CHOICE,
        ("state", "answered_at", "answered_by", "previous_state", "refusal_reason"),
    ),
    Grant(
        "offer",
        "facility",
        "select",
        f"{_FACILITY_OFFER} or exists (select 1 from access.enrolled r where r.application_id = offer.application_id"
        " and r.facility_id = offer.facility_id)",
    ),
    Grant("offer", "facility", "insert", _CHOSEN_FOR_OFFER),
    Grant("offer", "facility", "update", _FACILITY_OFFER, ("state", "decided_at", "decided_by")),
    Grant("offer", "jobs", "select", purpose="offers"),
    Grant("offer", "jobs", "update", "true", ("state", "decided_at", "expires_at"), "offers"),
    Grant("offer", "jobs", "select", purpose="expiry"),
    Grant("offer", "jobs", "update", "true", ("state", "decided_at"), "expiry"),
    Grant(
        "choice",
        "jobs",
        "select",
        "true",
        ("id", "organisation", "dossier_id", "application_id", "facility_id", "state"),
        "offers",
    ),
    Grant("choice", "jobs", "update", "true", ("state", "answered_at"), "offers"),
    Grant("choice", "jobs", "select", "true", ("id", "organisation", "application_id", "state"), "expiry"),
    Grant("choice", "jobs", "update", "true", ("state", "previous_state"), "expiry"),
    Grant(
        "application",
        "jobs",
        "select",
        "true",
        ("id", "organisation", "dossier_id", "child_id", "state", "expires_on"),
        "expiry",
    ),
    Grant("application", "jobs", "update", "true", ("state", "closed_at"), "expiry"),
    Grant("application", "jobs", "select", "true", ("organisation", "child_id", "state", "expires_on"), "births"),
    # The one reader of tokens: it compares them, and hands none on (LEU-07).
    Grant(
        "application",
        "jobs",
        "select",
        "true",
        (
            "id",
            "organisation",
            "dossier_id",
            "child_id",
            "state",
            "submitted_at",
            "expires_on",
            "child_number_token",
        ),
        "doubles",
    ),
    Grant("possible_double", "jobs", "select", purpose="doubles"),
    Grant("possible_double", "jobs", "insert", "kind = 'likeness'", (), "doubles"),
    Grant(
        "possible_double",
        "jobs",
        "update",
        "true",
        ("other_dossier_id", "other_application_id", "number_token"),
        "doubles",
    ),
    Grant(
        "choice",
        "jobs",
        "select",
        OPEN_CHOICE,
        ("id", "organisation", "facility_id", "state", "submitted_at", "answered_at", "reply_due_on", "expires_on"),
        "digest",
    ),
)
