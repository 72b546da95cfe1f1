"""Who a reason for access stands for, and how long it lasts: for the statement and for everybody's own copy."""

from collections.abc import Mapping

from app.catalogue.marking import N_

# Reasons that no page offers yet are not promised here.
READERS: Mapping[str, tuple[str, str]] = {
    "owner": (N_("You, after signing in"), N_("As long as we keep your file")),
    "co_parent": (N_("The other parent, if you invite them"), N_("Until one of you ends it")),
    "chosen": (N_("The facilities you chose"), N_("As long as your request is open there")),
    "enrolled": (N_("The facility where your child has a place"), N_("From the moment that you accept the place")),
    "desk": (
        N_("Our desk"),
        N_("While there is something to do for you, or something was written between you and us"),
    ),
    "found": (
        N_("Our helpdesk or administrators, when they look for your file"),
        N_("In a short list of what they found: a name, a town and a year of birth"),
    ),
    "helpdesk": (N_("Our helpdesk"), N_("While it helps you, or checks something in your file; then it closes")),
    "administrator": (
        N_("The administrators of the digital desk, after they signed for confidentiality"),
        N_("While they help you, or check something in your file; then it closes"),
    ),
    "counter": (
        N_("The workers of a counter in your area, or in the area of a facility that you chose"),
        N_("As long as you live there, or your choice stands there"),
    ),
    "looking": (N_("The worker to whom you show a code at the counter"), N_("Half an hour, only to read")),
    "helper": (
        N_("The helper with whom you filled in your request, if you agreed"),
        N_("Until two years after the last change that you made together, or until you end it"),
    ),
    "registrar": (
        N_("A facility that registered you at its desk"),
        N_("Until your child has a place elsewhere, or you take the file over"),
    ),
    "urgent": (
        N_("Other facilities, when your request is urgent"),
        N_("From some time before the start, until there is an offer or your request ends. They see no street"),
    ),
    "urgent_offer": (
        N_("A facility that offers you a place because your request is urgent"),
        N_("Until you answer, or the offer ends. It sees no street"),
    ),
    "sick_care": (
        N_("The care for sick children at home, if you used it"),
        N_("For a year after the last day, for its invoice"),
    ),
    "support": (
        N_("The developer of this site, when a named person lets them look"),
        N_("A few hours at most, with a reason that is written down"),
    ),
    "overseer": (
        N_("The data protection officer and the security officer"),
        N_("Who looked, what changed, and what was reported to them. They open no file"),
    ),
    "officer": (
        N_("The data protection officer"),
        N_("What you asked about your rights and what we answered. The officer opens no file"),
    ),
    "system": (N_("Our own programs"), N_("Only for their task, for example to send you a message")),
}
