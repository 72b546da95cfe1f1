"""Texts that profiles name by key: consents, purposes of recipients, cookies. English, translated where shown."""

from collections.abc import Mapping
from types import MappingProxyType

from app.catalogue.marking import N_

# A changed text needs a new text_version in the profile: the version says what a family agreed to.
CONSENT_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "kind_en_gezin": N_(
            "I agree that you give these data to Kind en Gezin, so that they can contact me: my name, birth date, sex, "
            "address, phone and e-mail, and the name and (expected) birth date of my child. "
            "Nothing about my partner is given."
        ),
        "lop": N_(
            "I agree that you give these data to LOP Brussel, so that they can contact me: my e-mail address, "
            "the e-mail address of my partner and the birth date of my child."
        ),
        "service_survey": N_(
            "I agree that you ask me by e-mail now and then what I think of your service. "
            "You use my e-mail address and my language for that. Nobody sees what I answered."
        ),
        "service_survey_opt_out": N_(
            "You may ask me by e-mail now and then what I think of your service, unless I say no. "
            "You use my e-mail address and my language for that. Nobody sees what I answered."
        ),
    }
)

# A use of contact data for something else than the application, by how an organisation asks it (C15): what it is
# called, its text and the version of that text. A use that is not here is not asked, and does not happen.
USES: Mapping[tuple[str, str], tuple[str, str, str]] = MappingProxyType(
    {
        ("service_survey", "consent"): (N_("Questions about our service"), CONSENT_TEXTS["service_survey"], "2026-1"),
        ("service_survey", "opt_out"): (
            N_("Questions about our service"),
            CONSENT_TEXTS["service_survey_opt_out"],
            "2026-1",
        ),
    }
)

PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "contact_family": N_("To contact the family"),
        "build_and_run": N_("To build and run this website for us. They look at no file unless we ask it for a while."),
        "host": N_("To keep the servers running"),
        "legal_order": N_("Only when the law obliges us"),
        "sick_child_care": N_("To make the invoice for care of a sick child at home"),
        "childcare_allowance": N_("To work out the childcare allowance"),
        "ratio_check": N_("To check that there are enough carers for the children"),
        "concern": N_("To help a child about whom there is a concern, only if the parents agree"),
        "research": N_("Scientific research with coded data"),
        "family_benefit": N_("To pay the family benefit rightly"),
        "group": N_("So that you have to tell a new address or e-mail only once"),
        "insurance": N_("Where the service needs it"),
        "deliver_post": N_("To deliver letters"),
    }
)

# From when the term of keeping counts.
KEPT_FROM: Mapping[str, str] = MappingProxyType(
    {
        "last_activity": N_("after the last activity in your file"),
        "end_of_care": N_("after the end of the enrolment, or of the request if there was no enrolment"),
        "end_of_contract": N_("after the end of the contract"),
        "last_saved": N_("after you last saved it"),
        "written": N_("after the day on which it was written"),
        "closed": N_("after it was closed"),
    }
)

# Why a group stays although its erasure was asked.
LAWS: Mapping[str, str] = MappingProxyType(
    {
        "enrolment": N_(
            "Your child has a place. The facility needs these data as long as your child goes there. "
            "The law asks it: article 17, 3, b of the GDPR, and the decree of 20 April 2012."
        ),
    }
)

# Recipients whom a statement does not name; every other name is a proper name and stays as it is.
UNNAMED: tuple[str, ...] = (N_("The developer of this website"),)

COOKIE_PURPOSES: Mapping[str, str] = MappingProxyType(
    {
        "session": N_(
            "Keeps you signed in and holds your application together while you fill it in. It holds only a random code."
        ),
        "device": N_("Only on our own screens at a counter: tells the website to wipe everything after each visit."),
        "choice": N_("Remembers your answer about cookies, so that we do not ask it again. It holds one word."),
        "language": N_("Remembers your language for a next visit. It holds one word."),
    }
)

COOKIE_TERMS: Mapping[str, str] = MappingProxyType(
    {
        "visit": N_("Until you sign out or close your browser"),
        "half_year": N_("Half a year"),
        "year": N_("One year"),
        "two_years": N_("Two years"),
    }
)
