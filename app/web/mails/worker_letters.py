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
    "retention_held_back": Letter(
        N_("Much more data than usual would be deleted"),
        (
            N_("Every night we delete the data that we may no longer keep."),
            N_("Tonight there was much more of it than usual. Nothing of it was deleted yet."),
            N_("Look at it. If it is right, let it go on the page below. It is then deleted in the next night."),
        ),
        link="oversight/retention",
        link_text=N_("See what would be deleted:"),
    ),
    "retention_late": Letter(
        N_("Data were not deleted in time"),
        (
            N_("Every night we delete the data that we may no longer keep."),
            N_("That did not happen for more than a day. Ask the operator at once."),
        ),
        link="oversight/retention",
        link_text=N_("See what should be deleted:"),
    ),
    "worker_invite": Letter(
        N_("You are invited to work with us"),
        (
            N_("A colleague asks you to work with the families that look for childcare."),
            N_("Open the page below and choose a password. It works once, and for 7 days."),
            N_("Did you not expect this? Then you do not have to do anything."),
        ),
        link="desk/join/{token}",
        link_text=N_("Choose your password:"),
    ),
    "helper_invite": Letter(
        N_("You are invited to help families with us"),
        (
            N_("Your organisation helps families to ask for childcare. You can do so on our site."),
            N_("Open the page below and choose a password. It works once, and for 7 days."),
            N_("Did you not expect this? Then you do not have to do anything."),
        ),
        link="desk/join/{token}",
        link_text=N_("Choose your password:"),
    ),
    "factor_reset_asked": Letter(
        N_("Somebody asked for a new start of your sign-in"),
        (
            N_("A colleague told us that you lost your phone and your recovery codes. Another colleague has to agree."),
            N_("Then you sign in with your password only, and set up a new app or passkey."),
            N_("Did you not ask for this? Tell an administrator at once."),
        ),
    ),
    "factor_reset_done": Letter(
        N_("You can make a new start with your sign-in"),
        (
            N_("Your app, your passkeys and your recovery codes no longer work. You are signed out everywhere."),
            N_("Sign in with your password. Then we ask you to set up a new app or passkey."),
            N_("Did you not ask for this? Tell an administrator at once."),
        ),
        link="sign-in",
        link_text=N_("Sign in here:"),
    ),
    "agreement_ends": Letter(
        N_("What you accepted for your work ends soon"),
        (
            N_("You accepted a text before you could work here. That holds until %(until_at)s."),
            N_("After that your role closes. Open the page below, read the text and accept it again."),
        ),
        ("until_at",),
        link="{page}/agreement?renew=1",
        link_text=N_("Accept it again:"),
    ),
    "party_agreement_ends": Letter(
        N_("An agreement with an organisation ends soon"),
        (
            N_("The agreement with %(party)s is on record until %(ends_on)s."),
            N_("After that day this organisation reads nothing here any more. Extend the agreement in time."),
        ),
        ("party", "ends_on"),
        link="desk/parties",
        link_text=N_("See the agreements:"),
    ),
}
