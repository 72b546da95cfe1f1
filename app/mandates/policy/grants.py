"""Which table each login of those who help may read and write: staff, counter, helper, oversight."""

from __future__ import annotations

from app.accounts.policy import EMPLOYED, MANAGES, OVERSEES
from app.applications.models import Choice
from app.applications.policy import APPLICATION_FOR_OWNER
from app.core.access import Grant, reached
from app.families.models import Dossier
from app.families.policy import APPLICANT_FOR_OWNER, NOTICE
from app.mandates.models import Mandate
from app.mandates.policy.counter_grants import (
    CONTACT_STEPS,
    COUNTER_GRANTS,
    NAMES,
    OWN_CONTACT,
    OWN_WORK,
    reached_by_any,
)

# What each login may know of a file at all; the overseer's, that a file is there.
_DOSSIER = tuple(c.name for c in Dossier.__table__.columns if c.name not in ("account_id",))
_CIRCUMSTANCES = (
    *("family_situation", "work", "employer", "income", "education", "foster"),
    *("dutch", "dutch_proof", "dutch_proof_at", "dutch_proof_by"),
)
_APPLICANT_WRITE = tuple(c for c in APPLICANT_FOR_OWNER if c not in ("dossier_id", "organisation"))
_CHOICE_WRITE = tuple(
    c.name
    for c in Choice.__table__.columns
    if c.name not in ("id", "organisation", "application_id", "dossier_id", "child_id", "facility_id", "origin")
)
_OF_FILE = ("partner", "child", "circumstances", "offer", "placement", "consent", "family_notice")


def _reads(login: str, *reasons: str) -> tuple[Grant, ...]:
    """Return the reads of a whole file, but for the health answer, protected contact, threads and notes."""
    return (
        Grant("dossier", login, "select", reached_by_any("dossier", "dossier_id", *reasons), _DOSSIER),
        Grant("applicant", login, "select", reached_by_any("applicant", "dossier_id", *reasons), APPLICANT_FOR_OWNER),
        Grant(
            "application", login, "select", reached_by_any("application", "dossier_id", *reasons), APPLICATION_FOR_OWNER
        ),
        Grant("choice", login, "select", reached_by_any("choice", "dossier_id", *reasons)),
        *(Grant(table, login, "select", reached_by_any(table, "dossier_id", *reasons)) for table in _OF_FILE),
    )


def _reads_filed_together() -> tuple[Grant, ...]:
    """Return the reads of a helper: what was filed together, and no other request or child of the file (BXL-50)."""
    return (
        Grant("dossier", "helper", "select", reached_by_any("dossier", "dossier_id", "helper"), _DOSSIER),
        Grant(
            "applicant", "helper", "select", reached_by_any("applicant", "dossier_id", "helper"), APPLICANT_FOR_OWNER
        ),
        *(
            Grant(t, "helper", "select", reached_by_any(t, "dossier_id", "helper"))
            for t in ("partner", "circumstances")
        ),
        Grant(
            "application",
            "helper",
            "select",
            reached("helper", "application_id", "application.id"),
            APPLICATION_FOR_OWNER,
        ),
        Grant("child", "helper", "select", reached("helper", "child_id", "child.id")),
        *(
            Grant(t, "helper", "select", reached("helper", "application_id", f"{t}.application_id"))
            for t in ("choice", "offer", "placement")
        ),
        # What the helper writes to the family: that it asks for a sitting, or lays the work down.
        *(
            Grant(
                "data_key",
                "helper",
                verb,
                "key_class = 'message' and " + reached("helper", "dossier_id", "data_key.owner_id"),
            )
            for verb in ("select", "insert")
        ),
    )


def _writes(login: str, reason: str) -> tuple[Grant, ...]:
    """Return the writes of whoever changes a file for its family; the trigger holds them to telling it (BXL-49)."""

    def within(table: str) -> str:
        return reached_by_any(table, "dossier_id", reason)

    return (
        Grant("dossier", login, "update", within("dossier"), ("language", "last_activity_at", "state")),
        # A facility that registered for the parents leaves a protected family's data to the family and the desk.
        Grant(
            "applicant",
            login,
            "update",
            within("applicant") + (" and not protected" if login == "helper" else ""),
            _APPLICANT_WRITE,
        ),
        *(Grant("partner", login, verb, within("partner")) for verb in ("insert", "delete")),
        Grant("partner", login, "update", within("partner"), (*NAMES, "phone", "email", "work")),
        Grant("child", login, "update", within("child"), (*NAMES, "call_name", "birth_date", "expected")),
        Grant("circumstances", login, "insert", within("circumstances")),
        Grant("circumstances", login, "update", within("circumstances"), _CIRCUMSTANCES),
        Grant(
            "application",
            login,
            "update",
            within("application"),
            (
                *("start_date", "half_days", "hours", "flexible", "state", "closed_at", "expires_on", "link"),
                *("rule_set", "grounds", "priority_rank"),
            ),
        ),
        Grant(
            "choice",
            login,
            "insert",
            f"{within('choice')} and origin = 'family' and exists (select 1 from application a"
            " where a.id = choice.application_id and a.dossier_id = choice.dossier_id"
            " and a.child_id = choice.child_id)",
        ),
        Grant("choice", login, "update", within("choice"), _CHOICE_WRITE),
        Grant("offer", login, "update", within("offer"), ("state", "decided_at", "decided_by", "closing_offer_id")),
        Grant(
            "family_notice",
            login,
            "insert",
            f"{within('family_notice')} and actor_kind = app.actor_kind() and actor_id = app.actor_id()"
            + (f" and {OWN_CONTACT}" if login != "helper" else " and reason = 'registrar'"),
            NOTICE,
        ),
        *(
            Grant(
                "data_key",
                login,
                verb,
                f"key_class = 'message' and ({reached(reason, 'dossier_id', 'data_key.owner_id')}"
                # An offer that ends with a request or a choice is told to the facility that made it.
                " or exists (select 1 from facility f where f.id = data_key.owner_id))",
            )
            for verb in ("select", "insert")
        ),
    )


def _addresses(login: str, reason: str) -> tuple[Grant, ...]:
    """Return what reads, seals and unseals a protected address for a family that asks for it."""
    of_key = f"key_class = 'address' and {reached(reason, 'dossier_id', 'data_key.owner_id')}"
    return (
        *(
            Grant("protected_contact", login, verb, reached_by_any("protected_contact", "dossier_id", reason))
            for verb in ("select", "insert", "delete")
        ),
        *(Grant("data_key", login, verb, of_key) for verb in ("select", "insert", "delete")),
    )


def _withdrawals(login: str, reason: str) -> Grant:
    """Return what takes a consent back for a person who asks for it: nobody gives one in their name (LEU-20)."""
    return Grant(
        "consent",
        login,
        "insert",
        f"not given and {reached_by_any('consent', 'dossier_id', reason)} and exists (select 1 from choice c"
        " where c.application_id = consent.application_id and c.dossier_id = consent.dossier_id)",
    )


GRANTS = (
    *COUNTER_GRANTS,
    *_reads("staff", "helpdesk", "administrator", "support", "looking"),
    *_writes("staff", "helping"),
    *_addresses("staff", "helping"),
    # Whether another sign-in address waits, and for what; the links themselves are nobody's to read.
    Grant(
        "login_change",
        "staff",
        "select",
        reached_by_any("login_change", "dossier_id", "helpdesk", "administrator"),
        (
            *("id", "organisation", "dossier_id", "new_login", "asked_at", "expires_at", "old_confirmed_at"),
            *("new_confirmed_at", "identified_in", "done_at", "ended_at"),
        ),
    ),
    _withdrawals("staff", "helping"),
    _withdrawals("counter", "counter_helping"),
    *_reads("helper", "registrar"),
    *_reads_filed_together(),
    *_writes("helper", "registrar"),
    Grant("facility", "helper", "select"),
    # Whoever registers for parents does so for a facility of their own (BXL-54).
    Grant("facility_member", "helper", "select", "account_id = app.actor_id()"),
    # A contact is opened by whoever works here; that is what makes the file reachable for them.
    Grant("desk_contact", "staff", "insert", f"{OWN_WORK} and {EMPLOYED} and ended_at is null"),
    Grant("desk_contact", "staff", "select", OWN_WORK),
    Grant("desk_contact", "staff", "update", OWN_WORK, CONTACT_STEPS),
    # Grants for a developer: given by a named person who may open the file themselves.
    Grant(
        "support_grant",
        "staff",
        "insert",
        f"given_by = app.actor_id() and {reached_by_any('support_grant', 'dossier_id', 'helpdesk', 'administrator')}"
        " and given_at = app.now() and until <= app.now() + interval '24 hours' and length(reason) >= 10"
        " and ended_at is null",
    ),
    Grant("support_grant", "staff", "select", f"given_by = app.actor_id() or account_id = app.actor_id() or {MANAGES}"),
    Grant("support_grant", "staff", "update", f"given_by = app.actor_id() or {MANAGES}", ("ended_at",)),
    # Helpers, their organisations and the mandates.
    *(Grant("helper_organisation", "staff", verb, MANAGES) for verb in ("select", "insert")),
    Grant("helper_organisation", "staff", "update", MANAGES, ("name", "language", "active")),
    *(Grant("helper_member", "staff", verb, MANAGES) for verb in ("select", "insert")),
    Grant("helper_member", "staff", "update", MANAGES, ("ends_at",)),
    # Whose acceptance or agreement ends soon, by name, for the warnings.
    Grant("helper_member", "jobs", "select", purpose="agreements"),
    *(
        Grant(table, "jobs", "select", columns=("id", "organisation", "name", "active"), purpose="agreements")
        for table in ("helper_organisation", "facility")
    ),
    Grant(
        "helper_organisation",
        "helper",
        "select",
        "exists (select 1 from helper_member m"
        " where m.helper_organisation_id = helper_organisation.id and m.account_id = app.actor_id())",
    ),
    # The name of whoever helps, for the family that filed with them.
    Grant(
        "helper_organisation",
        "family",
        "select",
        "exists (select 1 from mandate g where g.helper_organisation_id = helper_organisation.id)",
    ),
    Grant("helper_member", "helper", "select", "account_id = app.actor_id()"),
    # The family's code word is judged like a password: its hash is for no door to read.
    Grant(
        "mandate",
        "helper",
        "select",
        "helper_id = app.actor_id()",
        tuple(c.name for c in Mandate.__table__.columns if c.name != "code_word_hash"),
    ),
    # The work that somebody began beside families; the answers are sealed under a key that is not theirs.
    Grant(
        "draft",
        "helper",
        "select",
        "assisted_by = app.actor_id()",
        ("id", "organisation", "language", "updated_at", "expires_at", "submitted_at", "assisted_by", "mandate_id"),
    ),
    Grant(
        "mandate",
        "helper",
        "insert",
        "helper_id = app.actor_id() and dossier_id is null and consent_at is null and last_joint_at is null"
        " and exists (select 1 from access.helps)",
    ),
    # The family's consent and the joint changes are the family's to write; the helper lays the work down.
    Grant("mandate", "helper", "update", "helper_id = app.actor_id()", ("ended_at", "ended_by_kind", "label")),
    Grant(
        "mandate",
        "family",
        "select",
        "draft_id = app.actor_id() or " + reached_by_any("mandate", "dossier_id", "owner"),
    ),
    Grant(
        "mandate",
        "family",
        "update",
        "draft_id = app.actor_id() or " + reached_by_any("mandate", "dossier_id", "owner"),
        (
            *("consent_how", "consent_at", "consent_text_version", "consent_language", "code_word_hash"),
            # When they last changed something together is for a function to say: it asks for the family's proof.
            *("tells_deadlines", "ended_at", "ended_by_kind"),
        ),
    ),
    Grant("mandate", "staff", "select", reached_by_any("mandate", "dossier_id", "helpdesk", "administrator")),
    *(
        Grant(
            "joint_session",
            "helper",
            verb,
            "exists (select 1 from mandate g where g.id = joint_session.mandate_id and g.helper_id = app.actor_id()"
            " and g.dossier_id = joint_session.dossier_id)",
        )
        for verb in ("select", "insert")
    ),
    Grant("joint_session", "family", "select", reached_by_any("joint_session", "dossier_id", "owner")),
    Grant(
        "joint_session",
        "family",
        "update",
        reached_by_any("joint_session", "dossier_id", "owner"),
        ("proof", "confirmed_at", "until", "ended_at"),
    ),
    # The overseer sees that a file is there and on which grounds people came to it: never what is in it.
    Grant(
        "dossier",
        "oversight",
        "select",
        OVERSEES,
        ("id", "organisation", "reference", "created_at", "last_activity_at", "state"),
    ),
    # Colleagues by their address; families by their reference alone.
    Grant(
        "account",
        "oversight",
        "select",
        f"{OVERSEES} and kind <> 'parent'",
        ("id", "organisation", "kind", "login", "created_at", "active", "last_visit_at"),
    ),
    Grant("desk_contact", "oversight", "select", OVERSEES),
    Grant("support_grant", "oversight", "select", OVERSEES),
    Grant(
        "look_code",
        "oversight",
        "select",
        OVERSEES,
        ("id", "organisation", "dossier_id", "used_by", "used_at", "until", "ended_at"),
    ),
    Grant(
        "mandate",
        "oversight",
        "select",
        OVERSEES,
        ("id", "organisation", "dossier_id", "helper_id", "consent_at", "ended_at"),
    ),
    Grant("audit_segment", "oversight", "select", OVERSEES),
    # Helpers are told of a day, where the family lets them be told; a mandate whose draft was never sent goes with it.
    Grant(
        "mandate",
        "jobs",
        "select",
        "tells_deadlines",
        (
            *("id", "organisation", "helper_organisation_id", "helper_id", "dossier_id", "consent_at"),
            *("last_joint_at", "tells_deadlines", "ended_at"),
        ),
        "helpers",
    ),
    Grant(
        "helper_member",
        "jobs",
        "select",
        "true",
        ("organisation", "helper_organisation_id", "account_id", "starts_at", "ends_at"),
        "helpers",
    ),
    Grant(
        "account",
        "jobs",
        "select",
        "kind = 'helper' and active",
        ("id", "organisation", "kind", "login", "language", "active"),
        "helpers",
    ),
    Grant(
        "offer",
        "jobs",
        "select",
        "state = 'open'",
        ("id", "organisation", "application_id", "state", "expires_at"),
        "helpers",
    ),
    Grant("application", "jobs", "select", "mandate_id is not null", ("id", "organisation", "mandate_id"), "helpers"),
    Grant(
        "mandate", "jobs", "select", "dossier_id is null", ("id", "organisation", "draft_id", "dossier_id"), "drafts"
    ),
    Grant("mandate", "jobs", "delete", "dossier_id is null", (), "drafts"),
)
