"""Every kind of message: its subject, its paragraphs, the parameters it needs, the page it leads to."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.change_letters import CHANGE_LETTERS
from app.web.mails.consent_letters import CONSENT_LETTERS
from app.web.mails.incident_letters import INCIDENT_LETTERS
from app.web.mails.incident_staff_letters import INCIDENT_STAFF_LETTERS
from app.web.mails.letter import (
    FACILITY_PAGE,
    MY_PAGE,
    OPEN_FACILITY_PAGE,
    OPEN_MY_PAGE,
    Letter,
)
from app.web.mails.register_letters import REGISTER_LETTERS
from app.web.mails.rights_letters import RIGHTS_LETTERS
from app.web.mails.term_letters import TERM_LETTERS
from app.web.mails.together_letters import TOGETHER_LETTERS
from app.web.mails.transfer_letters import TRANSFER_LETTERS
from app.web.mails.urgent_letters import URGENT_LETTERS
from app.web.mails.worker_letters import WORKER_LETTERS


def _of_a_facility(subject: str, *paragraphs: str) -> Letter:
    """Return news of one facility, which leads to the family's own page."""
    return Letter(subject, paragraphs, ("facility",), MY_PAGE, OPEN_MY_PAGE)


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
    "draft_link": Letter(
        N_("Continue your application"),
        (
            N_("You asked us for a link to your unfinished application for a childcare place."),
            N_("Open the page below. We ask for the birth date of your child, or for the day you expect it."),
            N_("The link works once, until %(until_at)s."),
            N_("Did you not ask for this? Then you do not have to do anything."),
        ),
        ("until_at",),
        link="continue/{token}",
        link_text=N_("Continue here:"),
    ),
    "draft_ends": Letter(
        N_("Your application is not sent yet"),
        (
            N_("You began an application for a childcare place. You have not sent it yet."),
            N_("We delete your answers on %(until_at)s."),
            N_("Do you want to keep them longer, or go on? Open the page below."),
            N_("Do you no longer need a place? Then you do not have to do anything."),
        ),
        ("until_at",),
        link="continue/{token}",
        link_text=N_("Keep my answers, or continue:"),
    ),
    "draft_ends_unreachable": Letter(
        N_("Your application is not sent yet"),
        (
            N_("You began an application for a childcare place. You have not sent it yet."),
            N_("We delete your answers on %(until_at)s."),
            N_("Do you still look for a place? Go on where you began, or begin again on the page below."),
            N_("Do you no longer need a place? Then you do not have to do anything."),
        ),
        ("until_at",),
        link="apply",
        link_text=N_("Ask for a place:"),
    ),
    "draft_ends_next_child": Letter(
        N_("Your application is not sent yet"),
        (
            N_("You began to ask a place for a next child. You have not sent it yet."),
            N_("We delete those answers on %(until_at)s. Your file itself stays as it is."),
        ),
        ("until_at",),
        MY_PAGE,
        OPEN_MY_PAGE,
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
    "received_several": Letter(
        N_("We have received your application"),
        (
            N_("We have received your application for a childcare place."),
            N_("Your reference is %(reference)s. Keep it: you can sign in with it."),
            N_("Each child has an application of its own:\n%(children)s"),
            N_("These facilities can now read your application:\n%(facilities)s"),
            N_("You get an answer from them by %(reply_due_on)s. You do not have to do anything until then."),
        ),
        ("reference", "children", "facilities", "reply_due_on"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "answer_considering": _of_a_facility(
        N_("A facility is looking at your application"),
        N_("%(facility)s is looking at your application. There is no decision yet."),
        N_("You do not have to do anything now."),
    ),
    "answer_not_now": _of_a_facility(
        N_("News about your application"),
        N_("%(facility)s has no place for your child now. Your application stays on their list."),
        N_("You do not have to do anything. They tell you when something changes."),
    ),
    "answer_refused": _of_a_facility(
        N_("News about your application"),
        N_("%(facility)s cannot offer your child a place. They can no longer read your application."),
        N_("Your other choices stay open. On your own page you can choose another facility."),
    ),
    "answer_taken_back": _of_a_facility(
        N_("News about your application"),
        N_("%(facility)s has taken its refusal back. Your application is open with them again, as before."),
        N_("They can read your application again. You do not have to do anything now."),
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
    "offer_withdrawn": _of_a_facility(
        N_("News about your application"),
        N_("%(facility)s has taken back its offer. Your application stays open with them."),
        N_("Do you have questions about this? Call the facility or call us."),
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
    "declined_receipt": _of_a_facility(
        N_("You declined an offer"),
        N_("You declined the offer of %(facility)s. They have been told."),
        N_("Your application stays open with the facilities that you chose."),
    ),
    "offer_lapsed": _of_a_facility(
        N_("An offer has ended"),
        N_("The offer of %(facility)s has ended, because we did not get your answer in time."),
        N_("Your application stays open with them. Do you still want the place? Call the facility."),
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
    "offer_reminder": Letter(
        N_("An offer waits for your answer"),
        (
            N_("%(facility)s offers your child a place. You have not answered yet."),
            N_("Answer by %(expires_at)s. After that the offer ends."),
        ),
        ("facility", "expires_at"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "own_answer_taken_back": _of_a_facility(
        N_("You took your answer back"),
        N_("You took back your answer to the offer of %(facility)s."),
        N_("Everything is as it was before your answer. On your own page you see what still waits for you."),
    ),
    "application_expiring": Letter(
        N_("Your application ends soon"),
        (
            N_("Your application for a childcare place ends on %(last_on)s."),
            N_("Do you still need a place? Press one button on your own page. Then your application goes on."),
            N_("You keep your place in the order."),
        ),
        ("last_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "application_expired": Letter(
        N_("Your application has ended"),
        (
            N_("The last day of your application was %(last_on)s. The facilities can no longer read it."),
            N_("Do you still need a place? Press one button on your own page. Then your application goes on."),
        ),
        ("last_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "application_renewed": Letter(
        N_("Your application goes on"),
        (
            N_("Your application now stands until %(last_on)s."),
            N_("The facilities that you chose can read it again. You keep your place in the order."),
        ),
        ("last_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "birth_reminder": Letter(
        N_("Is your baby born?"),
        (
            N_("You asked for a place for a child that was not born yet."),
            N_("Is your child born? Tell us the date and the first name on your own page. It takes one minute."),
            N_("Is your child not there yet? Then you do not have to do anything."),
        ),
        (),
        MY_PAGE,
        OPEN_MY_PAGE,
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
    "facility_answer_taken_back": Letter(
        N_("A family took its answer back"),
        (
            N_(
                "A family took back its answer to an offer of %(facility)s. A family can do that for 24 hours."
                " Look at your list: the request is as it was before."
            ),
        ),
        ("facility",),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
    "facility_offer_put_off": Letter(
        N_("A family was not reached yet"),
        (
            N_("Our message about an offer of %(facility)s did not reach the family. The helpdesk looks for them."),
            N_("The offer now stands until %(expires_at)s."),
        ),
        ("facility", "expires_at"),
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
    "facility_invite": Letter(
        N_("You are asked to answer for a childcare facility"),
        (
            N_("%(facility)s asks you to help answer the requests of families."),
            N_("Open the page below and choose a password. It works once, and for 7 days."),
            N_("Do you not know this facility? Then you do not have to do anything."),
        ),
        ("facility",),
        link="facility/join/{token}",
        link_text=N_("Choose your password:"),
    ),
    "facility_digest": Letter(
        N_("Your requests of today"),
        (
            N_("For %(facility)s:"),
            N_("New since yesterday: %(new)s\nWaiting for an answer: %(waiting)s\nAnswer due: %(due)s"),
            N_("Messages of families that you have not read: %(unread)s"),
        ),
        ("facility", "new", "waiting", "due", "unread"),
        FACILITY_PAGE,
        OPEN_FACILITY_PAGE,
    ),
    **CHANGE_LETTERS,
    **CONSENT_LETTERS,
    **INCIDENT_LETTERS,
    **INCIDENT_STAFF_LETTERS,
    **REGISTER_LETTERS,
    **TERM_LETTERS,
    **TOGETHER_LETTERS,
    **TRANSFER_LETTERS,
    **URGENT_LETTERS,
    **RIGHTS_LETTERS,
    **WORKER_LETTERS,
}
