"""What the calendar brings: a start that is near or past, a file that is about to go, a question about our service."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import MY_PAGE, OPEN_MY_PAGE, Letter

TERM_LETTERS: Mapping[str, Letter] = {
    # M2
    "start_near": Letter(
        N_("The start date of your application is near"),
        (
            N_("You asked for a childcare place from %(start_on)s. There is no place yet."),
            N_("Do you still need it from that day? Then you do not have to do anything. Your application stays open."),
            N_("Has something changed? Change the start date or your choices on your own page."),
        ),
        ("start_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    # M3
    "start_passed": Letter(
        N_("The start date of your application has passed"),
        (
            N_("You asked for a childcare place from %(start_on)s. There is no place yet."),
            N_("Do you still need a place? Then choose a new start date on your own page."),
            N_("Do you no longer need it? Then end your application on your own page."),
            N_("If you do nothing, your application stays open until %(last_on)s."),
        ),
        ("start_on", "last_on"),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    # M20
    "file_ends": Letter(
        N_("We will delete your file"),
        (
            N_("Nothing has happened in your file for a long time. We keep it until %(last_on)s."),
            N_("After that day we delete it. You do not have to do anything for that."),
            N_("Do you still need your file? Say so on your own page before that day. There you can also get a copy."),
        ),
        ("last_on",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    # M6
    "survey": Letter(
        N_("How good is our service?"),
        (
            N_("We want to know how good our service is. It is one question."),
            N_("You choose whether you answer. It changes nothing for your application."),
            N_("We do not keep who answered. You can answer until %(last_on)s."),
            N_("Do you not want such questions? Say so on your own page, under permissions."),
        ),
        ("last_on",),
        link="survey/{token}",
        link_text=N_("Answer here:"),
    ),
}
