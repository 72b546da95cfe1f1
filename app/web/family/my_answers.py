"""From what a family told to the pages of the application, and back: the same questions, answered before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from app.applications.operations.changes import NewPlan, Told
from app.applications.queries.own import OwnRequest
from app.families.queries import FamilyRecord
from app.organisations.profile import Profile
from app.web.family.apply_answers import applicant_of, children_of, circumstances_of, partner_of
from app.web.family.apply_content import Content
from app.web.forms.base import mapping
from app.web.forms.parts import ELSEWHERE


def content_of(profile: Profile, family: FamilyRecord, one: OwnRequest, consents: Collection[str]) -> Content:
    """Return the answers of a sent application as its pages hold them."""
    applicant, partner, circumstances = family.applicant, family.partner, family.circumstances
    elsewhere = applicant.municipality not in profile.area
    child, plan = one.child_identity, one.care_plan
    known = family.children.get(child.id)
    answers: dict[str, dict[str, Any]] = {
        "language": {
            "language": family.language,
            "municipality": ELSEWHERE if elsewhere else applicant.municipality,
        },
        "you": {
            "given_name": applicant.given_name,
            "family_name": applicant.family_name,
            "birth_date": applicant.birth_date.isoformat() if applicant.birth_date else None,
            "sex": applicant.sex,
            "nationality": applicant.nationality,
            "home_language": applicant.home_language,
            "relation": applicant.relation,
        },
        "contact": {
            "phone": applicant.phone,
            "email": applicant.email,
            "street": applicant.street,
            "house_number": applicant.house_number,
            "postcode": applicant.postcode,
            "channel": applicant.channel,
            "protected": applicant.protected,
            **({"place": applicant.municipality} if elsewhere else {}),
        },
        "partner": {"has_partner": partner is not None},
        "child": {
            "born": not child.expected,
            "given_name": child.given_name,
            "call_name": known.call_name if known is not None else None,
            "family_name": child.family_name,
            "birth_date": child.birth_date.isoformat(),
        },
        "start": {"start_date": plan.start_date.isoformat(), "flexible": plan.flexible},
        "days": {"half_days": plan.half_days, "hours": dict(plan.hours) if plan.hours else None},
        "facilities": {"facilities": [choice.facility_id.hex for choice in one.choices]},
        "dutch": {"level": circumstances.dutch},
        "work": {"regime": circumstances.work, "employer": circumstances.employer},
        "household": {
            "situation": circumstances.family_situation,
            "foster": circumstances.foster,
            "income": circumstances.income,
        },
        "education": {"level": circumstances.education},
        "health": {"situation": family.health, "agree": family.health is not None},
        "consents": {"agree": list(consents)},
    }
    if circumstances.dutch_proof:
        answers["dutch-proof"] = {"proof": True}
    if partner is not None:
        answers["partner-details"] = {
            "given_name": partner.given_name,
            "family_name": partner.family_name,
            "phone": partner.phone,
            "email": partner.email,
        }
        answers["work"]["partner_regime"] = partner.work
    return Content(answers)


def told_by(content: Content, child_id: UUID) -> Told:
    """Return what the family tells about itself from now on."""
    return Told(
        language=str(content.get("language", "language")),
        applicant=applicant_of(content),
        partner=partner_of(content),
        child_id=child_id,
        child=children_of(content)[0],
        circumstances=circumstances_of(content),
        health=content.get("health", "situation"),
    )


def plan_of(content: Content) -> NewPlan:
    """Return the care that is wanted from now on."""
    start = content.day("start", "start_date")
    assert start is not None
    hours: Mapping[str, Any] = mapping(content.get("days", "hours"))
    return NewPlan(
        start, int(content.get("days", "half_days") or 0), hours or None, content.get("start", "flexible") is True
    )
