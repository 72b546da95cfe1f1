"""The shape of a message, and the sentences that many messages share."""

from __future__ import annotations

from dataclasses import dataclass

from app.catalogue.marking import N_

GREETING = N_("Hello,")
CLOSING = N_("Kind regards,")
MY_PAGE = "my"
OPEN_MY_PAGE = N_("See it on your own page. Sign in with your e-mail address or your reference:")
CORRECT_IT = N_("Look whether it is right. If it is not, correct it on your own page, or call us.")
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
