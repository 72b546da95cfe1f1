"""From the answers of a draft to the facts that are sent."""

from __future__ import annotations

from app.applications.operations.submission import Submission
from app.families.rules import ApplicantDetails, Channel, ChildDetails, CircumstancesDetails, PartnerDetails
from app.organisations.profile import Profile
from app.web.family.apply_content import CHECK, Content, to_ids
from app.web.forms.base import mapping, strings


def submission_of(profile: Profile, content: Content) -> Submission:
    """Return what a complete draft sends; an answer that the organisation does not ask is simply not there."""
    start = content.day("start", "start_date")
    assert start is not None
    return Submission(
        language=str(content.get("language", "language") or profile.languages.master),
        applicant=applicant_of(content),
        partner=partner_of(content),
        children=children_of(content),
        circumstances=circumstances_of(content),
        health=content.get("health", "situation"),
        start_date=start,
        half_days=int(content.get("days", "half_days") or 0),
        hours=mapping(content.get("days", "hours")) or None,
        flexible=content.get("start", "flexible") is True,
        facility_ids=content.facility_ids,
        consents=dict.fromkeys(strings(content.get("consents", "agree")), True),
        confirmed=content.get(CHECK, "correct") is True,
        link=content.get("children", "link"),
        siblings=to_ids(strings(content.get("household", "siblings"))),
        number=token_in(content, "number", "national_number"),
        child_numbers=child_numbers_of(content),
    )


def children_of(content: Content) -> tuple[ChildDetails, ...]:
    """Return the children of one birth: the first from the page of the child, the others from their own."""
    birth = content.day("child", "birth_date")
    assert birth is not None
    named = [("child", "")] + [("children", f"_{which}") for which in range(2, content.children + 1)]
    return tuple(
        ChildDetails(
            family_name=str(content.get(step, f"family_name{suffix}")),
            birth_date=birth,
            expected=not content.born,
            given_name=content.get(step, f"given_name{suffix}"),
            call_name=content.get(step, f"call_name{suffix}"),
        )
        for step, suffix in named
    )


def child_numbers_of(content: Content) -> tuple[bytes | None, ...]:
    """Return the keyed token of each child's national number, nothing where none was asked."""
    suffixes = ["", *(f"_{which}" for which in range(2, content.children + 1))]
    return tuple(token_in(content, "child-number", f"national_number{suffix}") for suffix in suffixes)


def token_in(content: Content, step: str, name: str) -> bytes | None:
    """Return a keyed token as it is stored."""
    given = content.get(step, name)
    return bytes.fromhex(given) if isinstance(given, str) else None


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
        nationality=content.get("you", "nationality"),
        home_language=content.get("you", "home_language"),
        relation=content.get("you", "relation"),
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
