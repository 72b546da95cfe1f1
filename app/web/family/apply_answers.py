"""From the answers of a draft to the facts that are sent."""

from __future__ import annotations

from app.applications.operations.submission import Submission
from app.families.rules import ApplicantDetails, Channel, ChildDetails, CircumstancesDetails, PartnerDetails
from app.organisations.profile import Profile
from app.web.family.apply_content import CHECK, Content
from app.web.forms.base import mapping, strings


def submission_of(profile: Profile, content: Content) -> Submission:
    """Return what a complete draft sends; an answer that the organisation does not ask is simply not there."""
    birth, start = content.day("child", "birth_date"), content.day("start", "start_date")
    assert birth is not None
    assert start is not None
    return Submission(
        language=str(content.get("language", "language") or profile.languages.master),
        applicant=applicant_of(content),
        partner=partner_of(content),
        child=ChildDetails(
            family_name=str(content.get("child", "family_name")),
            birth_date=birth,
            expected=content.get("child", "born") is False,
            given_name=content.get("child", "given_name"),
        ),
        circumstances=circumstances_of(content),
        health=content.get("health", "situation"),
        start_date=start,
        half_days=int(content.get("days", "half_days") or 0),
        hours=mapping(content.get("days", "hours")) or None,
        flexible=content.get("start", "flexible") is True,
        facility_ids=content.facility_ids,
        consents=dict.fromkeys(strings(content.get("consents", "agree")), True),
        confirmed=content.get(CHECK, "correct") is True,
    )


def applicant_of(content: Content) -> ApplicantDetails:
    """Return who applies."""
    municipality = (
        content.get("contact", "place") if content.lives_elsewhere else content.get("language", "municipality")
    )
    return ApplicantDetails(
        given_name=str(content.get("you", "given_name")),
        family_name=str(content.get("you", "family_name")),
        municipality=str(municipality or ""),
        birth_date=content.day("you", "birth_date"),
        sex=content.get("you", "sex"),
        street=content.get("contact", "street"),
        house_number=content.get("contact", "house_number"),
        postcode=content.get("contact", "postcode"),
        phone=content.get("contact", "phone"),
        email=content.get("contact", "email"),
        channel=channel_of(content),
        protected=content.get("contact", "protected") is True,
    )


def channel_of(content: Content) -> str:
    """Return how to write to the family: as it chose, else by e-mail where it gave an address, else by letter."""
    given = content.get("contact", "channel")
    return str(given or (Channel.MAIL if content.get("contact", "email") else Channel.LETTER))


def partner_of(content: Content) -> PartnerDetails | None:
    """Return the partner; none leaves nothing (BXL-06)."""
    if not content.has_partner:
        return None
    return PartnerDetails(
        given_name=str(content.get("partner-details", "given_name")),
        family_name=str(content.get("partner-details", "family_name")),
        phone=content.get("partner-details", "phone"),
        email=content.get("partner-details", "email"),
        work=content.get("work", "partner_regime"),
    )


def circumstances_of(content: Content) -> CircumstancesDetails:
    """Return the voluntary answers."""
    return CircumstancesDetails(
        family_situation=content.get("household", "situation"),
        foster=content.get("household", "foster"),
        work=content.get("work", "regime"),
        employer=content.get("work", "employer"),
        income=content.get("household", "income"),
        education=content.get("education", "level"),
        dutch=content.get("dutch", "level"),
        dutch_proof=content.get("dutch-proof", "proof") is True,
    )
