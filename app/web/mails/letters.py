"""Every kind of message: its subject, its paragraphs, the parameters it needs, the page it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalogue.marking import N_

GREETING = N_("Hello,")
CLOSING = N_("Kind regards,")
MY_PAGE = "my"
OPEN_MY_PAGE = N_("See it on your own page. Sign in with your e-mail address or your reference:")
FACILITY_PAGE = "facility"
OPEN_FACILITY_PAGE = N_("Open your list of requests:")


@dataclass(frozen=True)
class Letter:
    """One kind of message. Parameters ending in `_on` are days, in `_at` moments, both as ISO text."""

    subject: str
    paragraphs: tuple[str, ...]
    params: tuple[str, ...] = ()
    link: str = ""
    link_text: str = ""
    greeting: str = GREETING
    closing: str = CLOSING


LETTERS: Mapping[str, Letter] = {
    "confirm_address": Letter(
        N_("Confirm your e-mail address"),
        (
            N_("Someone gave this e-mail address when asking for a childcare place with us."),
            N_("Was it you? Open the page below and press the button. Then you can sign in with this address."),
            N_("Was it not you? Then you do not have to do anything."),
        ),
        link="confirm/{token}",
        link_text=N_("Confirm your address:"),
    ),
    "received": Letter(
        N_("We have received your application"),
        (
            N_("We have received your application for a childcare place."),
            N_("Your reference is %(reference)s. Keep it: you can sign in with it."),
            N_("These facilities can now read your application:\n%(facilities)s"),
            N_("You get an answer from them by %(reply_due_on)s. You do not have to do anything until then."),
        ),
        ("reference", "facilities", "reply_due_on"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "answer_considering": Letter(
        N_("A facility is looking at your application"),
        (
            N_("%(facility)s is looking at your application. There is no decision yet."),
            N_("You do not have to do anything now."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "answer_not_now": Letter(
        N_("News about your application"),
        (
            N_("%(facility)s has no place for your child now. Your application stays on their list."),
            N_("You do not have to do anything. They tell you when something changes."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "answer_refused": Letter(
        N_("News about your application"),
        (
            N_("%(facility)s cannot offer your child a place. They can no longer read your application."),
            N_("Your other choices stay open. On your own page you can choose another facility."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "offer": Letter(
        N_("A facility offers you a place"),
        (
            N_("Good news: %(facility)s offers your child a place."),
            N_("Answer by %(expires_at)s. After that the offer ends."),
            N_("On your own page you read the offer. There you accept it or decline it."),
        ),
        ("facility", "expires_at"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "offer_withdrawn": Letter(
        N_("News about your application"),
        (
            N_("%(facility)s has taken back its offer. Your application stays open with them."),
            N_("Do you have questions about this? Call the facility or call us."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "enrolled": Letter(
        N_("Your child has a place"),
        (
            N_("You accepted the offer of %(facility)s. Your child starts on %(start_on)s."),
            N_("Your other choices are now closed. The other facilities can no longer read your application."),
            N_("%(facility)s will contact you about the next steps."),
        ),
        ("facility", "start_on"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "declined_receipt": Letter(
        N_("You declined an offer"),
        (
            N_("You declined the offer of %(facility)s. They have been told."),
            N_("Your application stays open with the facilities that you chose."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "offer_lapsed": Letter(
        N_("An offer has ended"),
        (
            N_("The offer of %(facility)s has ended, because we did not get your answer in time."),
            N_("Your application stays open with them. Do you still want the place? Call the facility."),
        ),
        ("facility",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "cancelled": Letter(
        N_("Your application is cancelled"),
        (
            N_("Your application with reference %(reference)s is cancelled."),
            N_("The facilities that you chose can no longer read it."),
        ),
        ("reference",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    # Without a word of what was written: a mail may be read by anybody.
    "message_waiting": Letter(
        N_("There is a message for you"),
        (N_("Somebody wrote to you about your application for a childcare place."),),
        (),
        "my/messages",
        N_("Read it on your own page. Sign in with your e-mail address or your reference:"),
    ),
    "email_changed": Letter(
        N_("Your e-mail address was changed"),
        (
            N_("Someone who signed in to your file gave another e-mail address. From now on we write to that one."),
            N_("Was it you? Then you do not have to do anything."),
            N_("Was it not you? Call us as soon as you can."),
        ),
    ),
    "email_removed": Letter(
        N_("Your e-mail address was taken out of your file"),
        (
            N_("Someone who signed in to your file took this e-mail address out of it. From now on we write by post."),
            N_("You sign in with your reference from now on."),
            N_("Was it not you? Call us as soon as you can."),
        ),
    ),
    "invite_second_parent": Letter(
        N_("An invitation of the other parent"),
        (
            N_("Somebody who asks for a place for a child gave your address as that of the other parent."),
            N_("Open the page below to get a login of your own. It works once, and for two weeks."),
            N_("Do you not know anything about this? Then you do not have to do anything."),
        ),
        link="invited/{token}",
        link_text=N_("Take up the invitation:"),
    ),
    "password_reset": Letter(
        N_("Choose a new password"),
        (
            N_("Someone asked for a new password for this e-mail address."),
            N_("Was it you? Open the page below. It works once, and for 30 minutes."),
            N_("Was it not you? Then you do not have to do anything. Your password stays the same."),
        ),
        link="password/new/{token}",
        link_text=N_("Choose your new password:"),
    ),
    "facility_offer_accepted": Letter(
        N_("A family accepted your offer"),
        (N_("A family accepted an offer of %(facility)s. The child is now enrolled with you."),),
        ("facility",),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
    "facility_offer_declined": Letter(
        N_("A family declined your offer"),
        (N_("A family declined an offer of %(facility)s. The place is free again."),),
        ("facility",),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
    "facility_offer_lapsed": Letter(
        N_("An offer of yours has ended"),
        (N_("A family did not answer an offer of %(facility)s in time. The place is free again."),),
        ("facility",),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
    "facility_digest": Letter(
        N_("Your requests of today"),
        (
            N_("For %(facility)s:"),
            N_("New since yesterday: %(new)s\nWaiting for an answer: %(waiting)s\nAnswer due: %(due)s"),
        ),
        ("facility", "new", "waiting", "due"),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
}
