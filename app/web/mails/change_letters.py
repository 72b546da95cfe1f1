"""What a family is told of changes in its file that it did not make itself: the parts, never a value (BXL-49)."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import CORRECT_IT, MY_PAGE, OPEN_MY_PAGE, Letter


def _changed_by(who: str, *params: str) -> Letter:
    """Return what tells a family which parts of its file somebody else changed (BXL-49)."""
    return Letter(
        N_("Something changed in your file"), (who, "%(parts)s", CORRECT_IT), ("parts", *params), MY_PAGE, OPEN_MY_PAGE
    )


def _by_facility(changed: str) -> Letter:
    """Return what tells a family that a chosen facility corrected something (LEU-28)."""
    subject = N_("A facility changed something in your file")
    return Letter(subject, (changed, CORRECT_IT), ("facility",), MY_PAGE, OPEN_MY_PAGE)


CHANGE_LETTERS: Mapping[str, Letter] = {
    "changed_by_facility_applicant_name": _by_facility(
        N_("%(facility)s changed your name in your file."),
    ),
    "changed_by_facility_contact": _by_facility(
        N_("%(facility)s changed your address, your phone number or your e-mail address in your file."),
    ),
    "changed_by_facility_child_identity": _by_facility(
        N_("%(facility)s changed the name or the birth date of your child in your file."),
    ),
    "changed_by_facility_care_plan": _by_facility(
        N_("%(facility)s changed the start, the days or the hours that you ask for."),
    ),
    "changed_by_helpdesk": _changed_by(N_("Our helpdesk changed this in your file, as you asked:")),
    "changed_by_administrator": _changed_by(
        N_("The administrator of our desk changed this in your file, as you asked:")
    ),
    "changed_by_counter": _changed_by(N_("A worker at our counter changed this in your file, as you asked:")),
    "cancelled_by_desk": Letter(
        N_("Your application is cancelled"),
        (
            N_("Our desk cancelled your application with reference %(reference)s."),
            N_("The reason: %(why)s"),
            N_("No facility can find your application any more. You can still read your file."),
            N_("Is this not what you want? Call us."),
        ),
        ("reference", "why"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "contact_changed_former": Letter(
        N_("We no longer write to you here"),
        (
            N_("We changed how we reach you. From now on we no longer use this address or this number."),
            N_("Did you not ask for this? Call us at once. Somebody else may have tried to get into your file."),
        ),
    ),
    "contact_changed_new": Letter(
        N_("From now on we write to you here"),
        (
            N_("We changed how we reach you. From now on we use this address or this number."),
            N_("Do you not know us? Then you do not have to do anything. You can tell us that this is a mistake."),
        ),
    ),
    "login_change_old": Letter(
        N_("Do you want to sign in with another address?"),
        (
            N_("Somebody asked us to write to another e-mail address, and to use it to sign in to your file."),
            N_("Was it you? Open the page below and press the button. It works once, and for 7 days."),
            N_("Was it not you? Call us at once. You still sign in with this address, and nobody else gets in."),
        ),
        link="login-change/{token}",
        link_text=N_("Agree with the other address:"),
    ),
    "login_change_new": Letter(
        N_("Do you want to sign in with this address?"),
        (
            N_("Somebody asked us to write to this e-mail address, and to use it to sign in to a file with us."),
            N_("Was it you? Open the page below and press the button. It works once, and for 7 days."),
            N_("You can sign in with it once your old address agrees too, or after we saw you at a counter."),
            N_("Was it not you? Then you do not have to do anything."),
        ),
        link="login-change/{token}",
        link_text=N_("Confirm this address:"),
    ),
    "changed_by_registrar": _changed_by(N_("%(facility)s changed this in your file:"), "facility"),
}
