"""What the codes that a column may hold mean, in words: the same on every page and in everybody's own copy."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from app.catalogue.marking import N_

HALVES = (N_("morning"), N_("afternoon"))
_WORK: Mapping[str, str] = {
    "full_time": N_("Working full time"),
    "four_fifths": N_("Working 4 days out of 5"),
    "three_fifths": N_("Working 3 days out of 5"),
    "half_time": N_("Working half time"),
    "less_than_half": N_("Working less than half time"),
    "training": N_("In training or at school"),
    "integration": N_("In a civic integration course"),
    "seeking": N_("Looking for work"),
    "not_working": N_("Not working"),
}
_GROUNDS: Mapping[str, str] = {
    "work": N_("The parents work, are in training or look for work"),
    "single_parent": N_("One parent raises the child alone"),
    "low_income": N_("The family has a low income"),
    "foster_child": N_("The child is a foster child"),
    "sibling": N_("A brother or sister goes to the same facility"),
    "vulnerable_family": N_("The family is in a difficult situation: for example income, health and diploma together"),
    "dutch": N_("In Brussels: one parent knows enough Dutch and has a proof"),
}
_BY_MAIL, _BY_LETTER = N_("By e-mail"), N_("By letter")
_AT_COUNTER, _BY_PHONE, _ON_SITE = N_("At the counter"), N_("By phone"), N_("On this website")
_LANGUAGES: Mapping[str, str] = {
    "nl": "Nederlands",
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
    "tr": "Türkçe",
    "ro": "Română",
    "es": "Español",
    "uk": "Українська",
}

VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "applicant.sex": {
            "female": N_("Woman"),
            "male": N_("Man"),
            "other": N_("X or another answer"),
        },
        "applicant.channel": {
            "mail": _BY_MAIL,
            "text": N_("By text message"),
            "letter": _BY_LETTER,
        },
        "applicant.nationality": {
            "belgian": N_("Belgian"),
            "other": N_("Another nationality"),
        },
        "applicant.relation": {
            "parent": N_("Mother or father"),
            "foster_parent": N_("Foster parent"),
            "other": N_("Somebody else who takes care of the child"),
        },
        "application.link": {
            "together": N_("Only together: then we would rather wait"),
            "either": N_("A place for one of them already helps"),
        },
        "application.state": {
            "open": N_("Open"),
            "enrolled": N_("Your child has a place"),
            "cancelled": N_("Cancelled"),
            "expired": N_("Ended"),
        },
        "application.grounds": _GROUNDS,
        "circumstances.family_situation": {
            "one_parent": N_("I raise my child alone"),
            "two_parents": N_("We raise our child with two"),
        },
        "circumstances.work": _WORK,
        "partner.work": _WORK,
        "circumstances.income": {
            "below_limit": N_("Yes, we have a low income"),
            "above_limit": N_("No"),
        },
        "circumstances.education": {
            "none": N_("No diploma"),
            "primary": N_("Primary school"),
            "lower_secondary": N_("Lower secondary school"),
            "secondary": N_("Secondary school"),
            "higher": N_("College or university"),
        },
        "circumstances.dutch": {
            "applicant": N_("Yes, I do"),
            "partner": N_("Yes, my partner does"),
            "both": N_("Yes, both of us do"),
            "neither": N_("No"),
        },
        "choice.grounds": _GROUNDS,
        "choice.state": {
            "open": N_("Waiting for an answer"),
            "considering": N_("They are looking at it"),
            "not_now": N_("No place now"),
            "offered": N_("You have an offer"),
            "refused": N_("Refused"),
            "withdrawn": N_("You took this back"),
            "closed": N_("Closed"),
            "enrolled": N_("Your child has a place"),
        },
        "choice.refusal_reason": {
            "no_place": N_("There is no place for your child."),
            "days_not_available": N_("They have no place on the days that you need."),
            "start_not_possible": N_("They have no place from the day that you need it."),
            "age_group": N_("They have no place for a child of this age."),
            "outside_policy": N_("Your application does not fit the rules of this facility. Call them for more."),
            "other": N_("Call them to hear why."),
        },
        "choice.origin": {
            "family": N_("You chose it"),
            "urgent": N_("The facility offered a place by itself"),
        },
        "offer.state": {
            "open": N_("Waiting for your answer"),
            "accepted": N_("Accepted"),
            "declined": N_("Declined"),
            "lapsed": N_("The offer has ended"),
            "withdrawn": N_("The facility took it back"),
        },
        "consent.channel": {
            "web": _ON_SITE,
            "call": _BY_PHONE,
            "mail": _BY_MAIL,
            "letter": _BY_LETTER,
            "counter": _AT_COUNTER,
            "file_work": N_("Our desk noted it"),
        },
        "thread_message.sender": {
            "family": N_("You"),
            "facility": N_("The facility"),
            "desk": N_("Our desk"),
        },
        "thread_message.channel": {
            "portal": _ON_SITE,
            "mail": _BY_MAIL,
            "text": N_("By text message"),
            "whatsapp": N_("WhatsApp"),
            "call": _BY_PHONE,
            "letter": _BY_LETTER,
        },
        "outbox.channel": {
            "family": N_("The way that you chose"),
            "mail": _BY_MAIL,
            "text": N_("By text message"),
            "letter": _BY_LETTER,
        },
        "mandate.consent_how": {
            "link": N_("You agreed through a link."),
            "code": N_("You agreed on your own device."),
            "code_word": N_("You agreed with your code word."),
            "paper": N_("You agreed on paper."),
        },
        "mandate.ended_by_kind": {
            "family": N_("You"),
            "helper": N_("Your helper"),
            "staff": N_("Our desk"),
        },
        "joint_session.proof": {
            "link": N_("You agreed through a link."),
            "code": N_("You agreed on your own device."),
            "code_word": N_("You agreed with your code word."),
            "paper": N_("You agreed on paper."),
        },
        "desk_contact.channel": {
            "call": _BY_PHONE,
            "mail": _BY_MAIL,
            "counter": _AT_COUNTER,
            "letter": _BY_LETTER,
            "file_work": N_("Work on your file"),
        },
        "desk_contact.purpose": {
            "family_asked": N_("You asked for it"),
            "check": N_("To check something"),
            "undelivered": N_("A message did not reach you"),
            "double": N_("Two applications may be about one child"),
            "complaint": N_("A complaint"),
            "rights": N_("A question about your rights"),
            "checked_right": N_("Something odd was checked, and was right"),
            "checked_asked": N_("Something odd was checked, and you were asked"),
            "checked_elsewhere": N_("Something odd was checked elsewhere"),
        },
        "desk_contact.identified_how": {
            "questions": N_("You answered questions about your file"),
            "document": N_("You showed a document"),
            "code": N_("You gave a code"),
            "known_sender": N_("You wrote from your own address"),
        },
        "desk_contact.wish": {
            "information": N_("You wanted to know something"),
            "change": N_("You wanted to change something"),
            "cancel": N_("You wanted to cancel"),
            "answer": N_("You wanted to answer an offer"),
        },
        "family_notice.reason": {
            "helpdesk": N_("Our helpdesk"),
            "administrator": N_("The administrator of our desk"),
            "counter": N_("A worker at our counter"),
            "registrar": N_("The facility that helped you to apply"),
            "chosen": N_("A facility that you chose"),
        },
        "rights_request.kind": {
            "access": N_("To see all your data"),
            "copy": N_("A copy of what you gave us"),
            "correct": N_("A correction"),
            "erase": N_("To erase data"),
            "restrict": N_("To stop using your data for a while"),
            "object": N_("To object to a use of your data"),
            "withdraw": N_("To take a permission back"),
        },
        "rights_request.channel": {
            "portal": _ON_SITE,
            "mail": _BY_MAIL,
            "phone": _BY_PHONE,
            "letter": _BY_LETTER,
            "counter": _AT_COUNTER,
        },
        "rights_request.state": {
            "received": N_("We received it"),
            "unclear": N_("We asked you to tell us more"),
            "in_work": N_("We are working on it"),
            "answered": N_("Answered"),
        },
        "complaint.about": {
            "service": N_("our service"),
            "person": N_("somebody who works here"),
            "privacy": N_("your privacy"),
            "website": N_("this website"),
        },
        "complaint.state": {
            "received": N_("We received it"),
            "in_work": N_("We are working on it"),
            "answered": N_("Answered"),
        },
        "rights_request.outcome": {
            "granted": N_("Done as you asked"),
            "partly": N_("Done in part"),
            "refused": N_("Refused"),
        },
        "rights_request.sent_how": {
            "page": _ON_SITE,
            "letter": _BY_LETTER,
            "mail": _BY_MAIL,
        },
        "disclosure.person": {
            "applicant": N_("You"),
            "partner": N_("Your partner"),
            "child": N_("Your child"),
        },
        **dict.fromkeys(
            (
                "dossier.language",
                "account.language",
                "complaint.language",
                "consent.language",
                "mandate.consent_language",
                "outbox.language",
            ),
            _LANGUAGES,
        ),
    }
)


def days_named(parts: Iterable[tuple[int, int]], day_name: Callable[[int], str], halves: Sequence[str]) -> str:
    """Give pairs of day and half in words; a day with both halves is named once."""
    held: dict[int, list[int]] = {}
    for day, half in parts:
        held.setdefault(day, []).append(half)
    return ", ".join(
        day_name(day) if len(both) > 1 else f"{day_name(day)} ({halves[both[0]]})" for day, both in held.items()
    )


def word_of(column: str, code: str) -> str:
    """Return the English words for a code in a column (table.column); the code itself where it has none."""
    return VALUES[column].get(code, code)
