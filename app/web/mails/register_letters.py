"""Messages to whoever keeps the registers."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import Letter

REGISTER_LETTERS: Mapping[str, Letter] = {
    "register_due": Letter(
        N_("Something in a register ends soon"),
        (
            N_("In our registers this ends or is due on %(due_on)s: %(what)s."),
            N_("Renew it, check it or end it before that day. After it, it shows red."),
        ),
        ("due_on", "what"),
        link="oversight/registers",
        link_text=N_("See the registers:"),
    ),
}
