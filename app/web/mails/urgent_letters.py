"""What a family is told of the urgent list: that its request stands there, and how an offer from it ended."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import MY_PAGE, OPEN_MY_PAGE, Letter

NO_STREET = N_("They see your municipality. They do not see your street, your phone number or your e-mail address.")
STILL_URGENT = N_("Your application stays open, and it is urgent. Other facilities can offer you a place again.")


def _after_offer(subject: str, *paragraphs: str) -> Letter:
    return Letter(subject, (*paragraphs, STILL_URGENT), ("facility",), MY_PAGE, OPEN_MY_PAGE)


URGENT_LETTERS: Mapping[str, Letter] = {
    # M19: what the family was told before, on the page of the start date and on its own page, now is so.
    "urgent_listed": Letter(
        N_("Your application is urgent now"),
        (
            N_("Your child would start on %(start_on)s, and there is no place yet."),
            N_("From today all facilities that work with us can read your application and offer you a place."),
            NO_STREET,
            N_("You do not have to do anything. The facilities that you chose still have your application."),
        ),
        ("start_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "urgent_listed_nearby": Letter(
        N_("Your application is urgent now"),
        (
            N_("Your child would start on %(start_on)s, and there is no place yet."),
            N_(
                "From today all facilities in your municipality can read your application and offer you a place. So can"
                " the facilities in the municipalities where you chose one."
            ),
            NO_STREET,
            N_("You do not have to do anything. The facilities that you chose still have your application."),
        ),
        ("start_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "urgent_declined_receipt": _after_offer(
        N_("You declined an offer"),
        N_("You declined the offer of %(facility)s. They have been told."),
    ),
    "urgent_offer_lapsed": _after_offer(
        N_("An offer has ended"),
        N_("The offer of %(facility)s has ended, because we did not get your answer in time."),
    ),
    "urgent_offer_withdrawn": _after_offer(
        N_("News about your application"), N_("%(facility)s has taken back its offer.")
    ),
}
