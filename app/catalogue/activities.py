"""The processing activities: for which purpose, on which legal ground, which groups, and who gets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.catalogue.marking import N_


class LegalBasis(StrEnum):
    """The grounds of article 6 of the GDPR that are used; exactly one for each activity (LEU-21)."""

    PUBLIC_TASK = "public_task"
    CONTRACT = "contract"
    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"


BASIS_LABELS: Mapping[LegalBasis, str] = MappingProxyType(
    {
        LegalBasis.PUBLIC_TASK: N_("Our task under the decree on childcare of 20 April 2012"),
        LegalBasis.CONTRACT: N_("The agreement between you and us"),
        LegalBasis.CONSENT: N_("Your permission, which you can take back"),
        LegalBasis.LEGAL_OBLIGATION: N_("A legal duty"),
        LegalBasis.LEGITIMATE_INTEREST: N_("Keeping your data safe"),
    }
)


@dataclass(frozen=True, slots=True)
class Activity:
    """One purpose; `recipients` are keys in the register of an organisation, `modules` are the modules that do it."""

    key: str
    label: str
    purpose: str
    basis: LegalBasis
    groups: frozenset[str]
    recipients: frozenset[str]
    modules: frozenset[str]


def _activity(
    key: str,
    label: str,
    purpose: str,
    basis: LegalBasis,
    groups: str,
    recipients: str = "",
    modules: str = "application",
) -> Activity:
    return Activity(
        key,
        label,
        purpose,
        basis,
        frozenset(groups.split()),
        frozenset(recipients.split()),
        frozenset(modules.split()),
    )


_EVERY_MODULE = "application appointments daycare benefits"

_ALL = (
    _activity(
        "draft",
        N_("Filling in an application"),
        N_("To keep what you filled in until you send it"),
        LegalBasis.PUBLIC_TASK,
        "draft",
    ),
    _activity(
        "application",
        N_("Handling your application"),
        N_("To let the facilities you chose answer you and reach you"),
        LegalBasis.PUBLIC_TASK,
        "applicant_name applicant_identity contact language partner_name partner_contact child_identity care_plan "
        "choices own_choice answers leuven_background help address municipality child_name doubles",
    ),
    _activity(
        "priority",
        N_("Applying the priority rules"),
        N_("To see whether a rule gives your family priority"),
        LegalBasis.PUBLIC_TASK,
        "family_situation work_situation income_situation education dutch_knowledge partner_situation priority_result",
    ),
    _activity(
        "health_priority",
        N_("Priority because of a care need"),
        N_("To see whether a care need in your family gives priority"),
        LegalBasis.CONSENT,
        "health",
    ),
    _activity(
        "placement",
        N_("The place of your child"),
        N_("To know where your child goes, and to close your other requests"),
        LegalBasis.PUBLIC_TASK,
        "placement child_identity applicant_name contact",
    ),
    _activity(
        "messages",
        N_("Messages"),
        N_("To tell you how your request stands, and to answer your questions"),
        LegalBasis.PUBLIC_TASK,
        "messages notes contact language",
        modules=_EVERY_MODULE,
    ),
    _activity(
        "unique",
        N_("One application for each child"),
        N_("To see that a child has one application"),
        LegalBasis.PUBLIC_TASK,
        "national_number child_identity doubles",
    ),
    _activity(
        "share_kind_en_gezin",
        N_("Passing data on to Kind en Gezin"),
        N_("So that Kind en Gezin can contact you"),
        LegalBasis.CONSENT,
        "applicant_name applicant_identity contact child_identity consents",
        "kind_en_gezin",
    ),
    _activity(
        "share_lop",
        N_("Passing data on to LOP Brussel"),
        N_("So that LOP Brussel can contact you"),
        LegalBasis.CONSENT,
        "contact partner_contact child_identity consents",
        "lop",
    ),
    _activity(
        "sick_child_care",
        N_("Care for sick children at home"),
        N_("To send the right invoice to families that used it"),
        LegalBasis.PUBLIC_TASK,
        "service_use child_name applicant_name address",
        "sick_child_care",
    ),
    _activity(
        "statistics",
        N_("Figures about childcare"),
        N_("To tell policy makers how much care is needed; never about one family"),
        LegalBasis.PUBLIC_TASK,
        "child_identity care_plan choices answers placement priority_result",
    ),
    _activity(
        "security",
        N_("Signing in and safety"),
        N_("To let only you and the right people in, and to see who looked at what"),
        LegalBasis.LEGITIMATE_INTEREST,
        "account access_log change_log",
        modules=_EVERY_MODULE,
    ),
    _activity(
        "rights",
        N_("Your rights, leaks and complaints"),
        N_("To answer you in time, and to show that we did"),
        LegalBasis.LEGAL_OBLIGATION,
        "rights_requests holds disclosures cases registers consents",
        modules=_EVERY_MODULE,
    ),
    _activity(
        "appointments",
        N_("Appointments online"),
        N_("To make an appointment for your child"),
        LegalBasis.PUBLIC_TASK,
        "applicant_name contact language child_identity",
        modules="appointments",
    ),
    _activity(
        "daycare",
        N_("The care of your child"),
        N_("To carry out the agreement about the care"),
        LegalBasis.CONTRACT,
        "applicant_name contact language child_identity care_plan consents",
        "tax_office ggd concern",
        modules="daycare",
    ),
    _activity(
        "benefits",
        N_("Paying the family benefit"),
        N_("To pay the right amount"),
        LegalBasis.LEGAL_OBLIGATION,
        "applicant_name applicant_identity contact language child_identity family_situation work_situation "
        "income_situation health",
        "public_bodies insurers post group",
        modules="benefits",
    ),
)

ACTIVITIES: Mapping[str, Activity] = MappingProxyType({activity.key: activity for activity in _ALL})


def activities_of(modules: frozenset[str], held: frozenset[str]) -> tuple[Activity, ...]:
    """Give the activities of an organisation: those of its modules that touch a group it holds."""
    return tuple(row for row in _ALL if row.modules & modules and row.groups & held)
