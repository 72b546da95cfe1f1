"""In which function somebody reaches or reached a file, and why, in words for the family."""

from __future__ import annotations

from collections.abc import Mapping

from app.catalogue.marking import N_

FACILITIES_NEAR = N_("Facilities that see urgent applications")
CONTACT = N_("You contacted us, or something in your file has to be settled.")
AT_COUNTER = N_("A worker at our counter")
AT_DESK = N_("Our desk")
# Who it is, where no facility is named, and why they come to the file.
FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "you": (N_("You"), N_("With your own login.")),
    "chosen": (
        N_("A facility that you chose"),
        N_("You chose this facility. It decides whether it has a place."),
    ),
    "enrolled": (N_("The facility of your child"), N_("Your child has a place here.")),
    "urgent": (FACILITIES_NEAR, N_("Your application is urgent: there is no place yet, and the first day is near.")),
    "urgent_offer": (N_("A facility"), N_("Your application was urgent, and this facility offered you a place.")),
    "registrar": (N_("The facility that helped you to apply"), N_("It filled in your application with you.")),
    "helpdesk": (N_("Our helpdesk"), CONTACT),
    "administrator": (N_("The administrator of our desk"), CONTACT),
    "desk": (AT_DESK, N_("You wrote to each other, or there is something to settle for you.")),
    "found": (AT_DESK, N_("Somebody looked for a family, and your name was among what was found.")),
    "counter": (AT_COUNTER, N_("You live near this counter, or you chose a facility near it.")),
    "looking": (AT_COUNTER, N_("You gave a code, so that they could look at your file with you.")),
    "sick_care": (
        N_("The care for sick children at home"),
        N_("Your child was cared for at home. They need this for the invoice."),
    ),
    "helper": (N_("Whoever helped you to apply"), N_("You applied together, and you agreed that they may look.")),
    "support": (
        N_("The makers of this website"),
        N_("Somebody of our organisation let them in for a short time, to solve a problem."),
    ),
    "overseer": (N_("Those who guard your privacy"), N_("They check who opens files. They do not see your answers.")),
    "organisation": (N_("Our organisation"), N_("They worked on the application.")),
    "job": (N_("Our computer"), N_("It does this by itself, for example when a term ends.")),
}
UNTIL: Mapping[str, str] = {
    "urgent": N_("Until somebody offers a place, or your application ends."),
    "urgent_offer": N_("Until you answer the offer, or it ends."),
    "registrar": N_("Until your child has a place elsewhere, or you go on by yourself."),
    "helper": N_("Until two years after the last change that you made together, or until you end it."),
    "overseer": N_("As long as we keep the file."),
}
TYPISTS: Mapping[str, str] = {
    "helper": N_("Somebody who helps you typed it, beside you."),
    "facility": N_("Somebody of a facility typed it, beside you."),
    "staff": N_("Somebody of our organisation typed it, beside you."),
    "counter": N_("Somebody of our organisation typed it, beside you."),
    "somebody": N_("Somebody else typed it, beside you."),
}
REFUSED = N_(
    "Somebody contacted us about your file and could not answer our questions. We told nothing and changed nothing."
)
