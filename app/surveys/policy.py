"""Who may touch surveys: administrators ask, a job invites, and an answer comes in without an actor."""

from __future__ import annotations

from app.accounts.policy import MANAGES
from app.core.access import Function, Grant
from app.surveys.rules import USE

GRANTS: tuple[Grant, ...] = (
    Grant("survey", "staff", "select", MANAGES),
    Grant("survey", "staff", "insert", f"{MANAGES} and created_by = app.actor_id()"),
    Grant("survey_answer", "staff", "select", MANAGES),
    Grant("survey", "jobs", "select", purpose="surveys"),
    Grant("survey", "jobs", "update", "true", ("sent_at",), "surveys"),
    Grant("survey_pass", "jobs", "insert", purpose="surveys"),
    # Whom to ask: who has a request or a place, and said yes or not no to this very use (LEU-19).
    Grant("application", "jobs", "select", "true", ("id", "organisation", "dossier_id", "state"), "surveys"),
    Grant(
        "consent",
        "jobs",
        "select",
        f"recipient = '{USE}'",
        ("id", "organisation", "dossier_id", "recipient", "given", "at"),
        "surveys",
    ),
)
FUNCTIONS: tuple[Function, ...] = (
    Function(
        "survey_question",
        "p_organisation text, p_hash bytea, p_now timestamptz",
        "table (question jsonb)",
        """
        select s.question from survey_pass p join survey s on s.id = p.survey_id
        where p.hash = p_hash and p.organisation = p_organisation and p.expires_at > p_now
        """,
    ),
    # The pass goes with the answer: nobody answers twice, and nothing is left that says who was asked.
    Function(
        "survey_answer",
        "p_organisation text, p_hash bytea, p_score integer, p_id uuid, p_now timestamptz",
        "table (id uuid)",
        """
        with spent as (
            delete from survey_pass p
            where p.hash = p_hash and p.organisation = p_organisation and p.expires_at > p_now
            returning p.survey_id
        )
        insert into survey_answer (id, organisation, survey_id, score)
        select p_id, p_organisation, spent.survey_id, p_score from spent returning survey_answer.id
        """,
    ),
)
