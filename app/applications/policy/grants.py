"""Who may touch drafts, applications, choices and offers."""

from __future__ import annotations

from app.applications.models import OPEN_CHOICE, Application
from app.core.access import Grant, in_use, reached
from app.families.policy import corrected, of_family

_CORRECTED = corrected("application", "application_id", "application.id")
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
# LEU-14: a request opens to a helper by the mandate of its own file, to which the family agreed.
_AGREED_MANDATE = (
    "(application.mandate_id is null or exists (select 1 from mandate g where g.id = application.mandate_id"
    " and g.dossier_id = application.dossier_id and g.consent_at is not null and g.ended_at is null))"
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
    *(Grant("draft", "family", verb, _OWN_DRAFT) for verb in ("select", "delete")),
    # One that somebody begins beside a family is laid by a function, which knows who that is.
    Grant(
        "draft",
        "family",
        "insert",
        f"{_OWN_DRAFT} and assisted_by is null and mandate_id is null and registrar_facility_id is null",
    ),
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
        f"{reached('owner', 'dossier_id', 'application.dossier_id')} and {_OWN_CHILD} and {_AGREED_MANDATE}",
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
            # A family may choose for itself a facility that offered it a place from the urgent list.
            "origin",
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
    # Which files are not used, by their ids alone: without it a restricted one would stand in the list (BXL-63).
    Grant("restriction", "facility", "select", "true", ("organisation", "dossier_id", "ended_at")),
    Grant(
        "choice",
        "facility",
        "select",
        # An open row of one's own facility is decided by itself: the branch, asked for each of a list's rows, would
        # first gather every open choice of the facility. It still decides for a row on its way out of that state.
        f"choice.{OPEN_CHOICE} and choice.origin = 'family' and choice.expires_on >= app.today()"
        f" and {in_use('choice.dossier_id')}"
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
        ("id", "organisation", "dossier_id", "application_id", "facility_id", "state", "origin"),
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
    Grant(
        "application",
        "jobs",
        "select",
        "state = 'open'",
        ("id", "organisation", "dossier_id", "state", "start_date", "expires_on"),
        "starts",
    ),
    # Who is told that the request is urgent from today: those to whom nobody offers a place at the moment.
    Grant(
        "application",
        "jobs",
        "select",
        "state = 'open'",
        ("id", "organisation", "dossier_id", "state", "start_date", "expires_on"),
        "urgent",
    ),
    Grant(
        "offer",
        "jobs",
        "select",
        "state = 'open'",
        ("id", "organisation", "application_id", "state", "expires_at"),
        "urgent",
    ),
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
