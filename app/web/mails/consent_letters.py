"""What a family is told when it takes a permission back, by whichever way it did (M17)."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import MY_PAGE, OPEN_MY_PAGE, Letter

CONSENT_LETTERS: Mapping[str, Letter] = {
    "consent_withdrawn": Letter(
        N_("You withdrew a permission"),
        (
            N_("You told us that we may no longer give your data to %(recipient)s. We stopped at once."),
            N_("Your application stays as it is. On your own page you can give your permission again."),
        ),
        ("recipient",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "surveys_stopped": Letter(
        N_("We no longer ask you what you think of us"),
        (
            N_("You told us that we may no longer ask you questions about our service. We stopped at once."),
            N_("Your application stays as it is. Messages about it still come."),
        ),
        link=MY_PAGE,
        link_text=OPEN_MY_PAGE,
    ),
}
