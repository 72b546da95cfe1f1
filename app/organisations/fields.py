"""The fields that a form can ask, the group that each belongs to, and the reasons for asking."""

from collections.abc import Mapping
from types import MappingProxyType

from app.catalogue.marking import N_

# Field of a form → group of the catalogue. A profile can switch a field on only when its organisation holds the group.
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "language": "language",
        "applicant.given_name": "applicant_name",
        "applicant.family_name": "applicant_name",
        "applicant.birth_date": "applicant_identity",
        "applicant.sex": "applicant_identity",
        "applicant.nationality": "leuven_background",
        "applicant.national_number": "national_number",
        "applicant.home_language": "leuven_background",
        "applicant.relation": "leuven_background",
        "contact.phone": "contact",
        "contact.email": "contact",
        "contact.street": "contact",
        "contact.house_number": "contact",
        "contact.postcode": "contact",
        "contact.municipality": "contact",
        "partner.given_name": "partner_name",
        "partner.family_name": "partner_name",
        "partner.phone": "partner_contact",
        "partner.email": "partner_contact",
        "partner.work": "partner_situation",
        "child.given_name": "child_identity",
        "child.family_name": "child_identity",
        "child.call_name": "child_identity",
        "child.birth_date": "child_identity",
        "child.national_number": "national_number",
        "plan.start_date": "care_plan",
        "plan.half_days": "care_plan",
        "plan.hours": "care_plan",
        "plan.flexible": "care_plan",
        "choices.facilities": "choices",
        "choices.siblings": "choices",
        "dutch.level": "dutch_knowledge",
        "dutch.proof": "dutch_knowledge",
        "work.regime": "work_situation",
        "work.employer": "work_situation",
        "household.situation": "family_situation",
        "household.foster": "family_situation",
        "household.income": "income_situation",
        "education.level": "education",
        "health.situation": "health",
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "language": N_("So that we write to you in your language."),
        "who_asks": N_("So that we and the facilities know who is asking."),
        "tell_apart": N_("So that we do not mix you up with somebody who has the same name."),
        "share_kind_en_gezin": N_(
            "You do not have to answer. We give this to Kind en Gezin, and only if you agree to that further on."
        ),
        "reach_you": N_("So that a facility can reach you when it has a place."),
        "write_to_you": N_("So that we can send you news. You can apply without an e-mail address."),
        "home": N_("So that facilities can write to you and see how near you live."),
        "partner_name": N_("So that facilities know both parents."),
        "partner_contact": N_("So that a facility can reach your partner if it cannot reach you."),
        "partner_share_lop": N_("We give this to LOP Brussel, and only if you agree to that further on."),
        "partner_priority": N_("Your partner's answer can give your family priority."),
        "child_name": N_("So that a facility knows for whom you ask a place."),
        "child_given_name": N_("You may leave this empty if your child is not born yet."),
        "child_call_name": N_("So that a facility can call your child by the name you use."),
        "child_age": N_("The age of your child decides which place fits."),
        "plan_start": N_("A facility has to know from when you need the place."),
        "plan_days": N_("A facility has to know on which days you need the place."),
        "plan_hours": N_("Only if your hours differ from a usual morning or afternoon."),
        "plan_flexible": N_("If you can change days, there is more chance of a place."),
        "choices": N_("Only the facilities that you choose get your application."),
        "siblings": N_("A brother or sister at the same facility can give your family priority there."),
        "dutch": N_("In Brussels, families in which one parent knows enough Dutch can get priority."),
        "dutch_proof": N_("Priority for knowledge of Dutch needs a proof. You do not have to send it to us."),
        "priority": N_("Your answer can give your family priority. You decide whether you answer."),
        "health": N_("A care need in your family can give priority. You decide whether you answer."),
        "unique": N_("Only to see that there is one application for each child. Nobody can see this number."),
        "nationality": N_("Only Belgians have to give a national number. That is why we ask your nationality."),
        "home_language": N_("So that the desk can help you in a language you understand."),
        "relation": N_("So that we know who acts for the child. A foster child can get priority."),
    }
)
