"""Names of single columns, for the lists that say exactly what a recipient gets."""

from collections.abc import Mapping
from types import MappingProxyType

from app.catalogue.marking import N_

COLUMN_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "applicant.given_name": N_("your first name"),
        "applicant.family_name": N_("your surname"),
        "applicant.birth_date": N_("your birth date"),
        "applicant.sex": N_("your sex"),
        "applicant.street": N_("your street"),
        "applicant.house_number": N_("your house number"),
        "applicant.postcode": N_("your postcode"),
        "applicant.municipality": N_("your municipality"),
        "applicant.phone": N_("your phone number"),
        "applicant.email": N_("your e-mail address"),
        "partner.email": N_("the e-mail address of your partner"),
        "child.given_name": N_("the first name of your child"),
        "child.family_name": N_("the surname of your child"),
        "child.birth_date": N_("the (expected) birth date of your child"),
    }
)
