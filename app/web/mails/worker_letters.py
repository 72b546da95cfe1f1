"""Messages to those who work here or help: staff, counters, helpers, overseers."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

WORKER_LETTERS: Mapping[str, Letter] = {
    "audit_broken": Letter(
        N_("The record of who looked at files was changed"),
        (
            N_("Every night we check the record of who looked at files and who changed them."),
            N_("Tonight it did not hold: somebody changed it outside the program. Ask the operator at once."),
        ),
        link="oversight",
        link_text=N_("See what the check found:"),
    ),
}
