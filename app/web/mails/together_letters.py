"""Messages about filing together: to the family of whoever helps it, and to the helper without a name in it."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_
from app.web.mails.letter import MY_PAGE, OPEN_MY_PAGE, Letter

END_IT = N_("You can end this at any time on your own page, under who helps you.")

TOGETHER_LETTERS: Mapping[str, Letter] = {
    "mandate_started": Letter(
        N_("You filed your application together"),
        (
            N_("You filed your application together with %(helper)s. The application is yours."),
            N_("They can read what you filed together, for a limited time. Your own page says until when."),
            END_IT,
        ),
        ("helper",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "mandate_ended": Letter(
        N_("The help with your application has ended"),
        (
            N_("%(helper)s no longer files together with you. They can no longer open your application."),
            N_("Your application itself stays as it is."),
        ),
        ("helper",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "joint_asked": Letter(
        N_("Do you change something together?"),
        (
            N_("%(helper)s wants to change something in your application together with you."),
            N_("Are you sitting together? Then open the page below and say yes. Or read this code to them: %(code)s"),
            N_("Are you not sitting together? Then do nothing, and give the code to nobody."),
        ),
        ("helper", "code"),
        link="together/{token}",
        link_text=N_("Say yes here:"),
    ),
    "joint_begun": Letter(
        N_("You change something together"),
        (
            N_("%(helper)s says that you sit together and change something in your application."),
            N_("They had your code word, or your signature. They can do so for an hour."),
            N_("Is this not right? Then end the help on your own page, or call us."),
        ),
        ("helper",),
        MY_PAGE,
        OPEN_MY_PAGE,
    ),
    "first_password": Letter(
        N_("Choose your password"),
        (
            N_("Somebody filled in your application together with you. The application is yours."),
            N_(
                "Choose a password on the page below. Nobody else knows it. The address works once, until %(until_at)s."
            ),
            N_("Your reference is %(reference)s. You sign in with it."),
        ),
        ("reference", "until_at"),
        link="password/new/{token}",
        link_text=N_("Choose your password:"),
    ),
    # Without a name and without what it is about: the list of work says the rest to who may read it.
    "helper_deadline": Letter(
        N_("A family that you help has a deadline"),
        (
            N_("One of your families has a deadline on %(deadline_at)s."),
            N_("We do not say in a mail which family it is, or what it is about."),
        ),
        ("deadline_at",),
        link="helper",
        link_text=N_("See your families:"),
    ),
}
