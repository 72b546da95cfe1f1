"""Changing a file for its family: the same questions at the desk and at a facility that registered for the parents.

Each part is a page of its own. What may be asked, and what is written, comes from the profile and the reader's reason;
the change is the family's own verb, and tells the family (BXL-49, BXL-54, LEU-23).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import request

from app.applications.operations.changes import NewPlan, Told
from app.applications.rules import STANDING, ApplicationState, Denied
from app.catalogue.marking import N_
from app.core.audit import note_read
from app.core.clock import today_at
from app.core.errors import NotFound, Refused
from app.facilities.queries import search_facilities
from app.families.queries import FamilyRecord, own_family
from app.families.rules import Channel, PartnerDetails, Relation, Sex
from app.mandates.operations.changes import (
    change_care,
    change_file,
    choose_for,
    order_for,
    require_ground,
    withdraw_for,
)
from app.mandates.operations.telling import REGISTRAR
from app.mandates.queries.changes import HelpedRequest, helped_requests
from app.organisations.fields import FIELDS
from app.organisations.rules import field_asked, field_required, writable_groups
from app.priority.rules import Dutch, Education, Family, Income, Work
from app.web.changing_parts import CHOICES, PARTS, SELF, Part
from app.web.doors import Visit
from app.web.forms import StepForm, parts
from app.web.labels import towns_by_name

WEEK, WORKING_DAYS, SHOWN = 7, 5, 20
SPOKEN = ("nl", "fr", "en", "de", "ar", "tr", "ro", "es", "uk", "pl", "it", "pt", "ru", "sq", "zgh", "zh", "other")
PROBLEMS: Mapping[str, tuple[str, str]] = {
    Denied.START_BEFORE_BIRTH: ("start_date", N_("The child cannot start before it is born")),
    Denied.START_IN_PAST: ("start_date", N_("The start date lies in the past")),
    Denied.START_TOO_FAR: ("start_date", N_("The start date lies too far away")),
    Denied.DAYS_MISSING: ("half_days", N_("Choose at least one half day")),
}
BORN_LATER = N_("An open request starts before this day. First change the start.")
PROTECTED = N_("The data of this family are protected. Only the family or the desk can change them.")


@dataclass(frozen=True)
class Changing:
    """One visit to one part of a file: what is known of it, and the request that it is about."""

    visit: Visit
    reason: str
    key: str
    part: Part
    family: FamilyRecord
    requests: tuple[HelpedRequest, ...]
    one: HelpedRequest

    @property
    def shown(self) -> tuple[str, ...]:
        """Return the answers that are asked here: what the profile asks and lets this reason write."""
        profile = self.visit.profile
        writable = writable_groups(profile, {self.reason})
        hidden = {"protected"} if self.reason == REGISTRAR else set()
        return tuple(
            name
            for name, key in self.part.fields.items()
            if FIELDS.get(key, self.part.group) in writable
            and (key == SELF or field_asked(profile, key))
            and name not in hidden
            and not (name == "partner_work" and self.family.partner is None)
        )

    def form(self) -> StepForm:
        """Return the form with what was posted, else with what is known."""
        profile = self.visit.profile
        required = [n for n in self.shown if n in self.part.needed or field_required(profile, self.part.fields[n])]
        if self.key == "contact":
            required = [name for name in required if name != "place"]
        if self.key == "partner":
            required = ["has_partner"]
        hours = self.one.half_days >> 2 * WORKING_DAYS
        return self.part.form(
            request.form if request.method == "POST" else None,
            texts=self.visit.texts,
            today=today_at(self.visit.now),
            answers=self._known(),
            required=required,
            shown=self.shown,
            choices=self._choices(),
            days=WEEK if hours else WORKING_DAYS,
            demo=self.visit.house.settings.demo,
        )

    def save(self, form: StepForm) -> bool:
        """Write what was answered; a rule that says no is told beside its question. Raises NotFound, Refused."""
        visit, session = self.visit, self.visit.session
        try:
            with session.begin_nested():
                if self.key == "plan":
                    change_care(session, visit.profile, self.one.id, self._plan(form), now=visit.now)
                else:
                    told = self._told(form)
                    change_file(session, visit.profile, self.family.dossier_id, told, now=visit.now)
        except Refused as refused:
            self._tell(form, refused)
            return False
        return True

    def choose(self) -> bool:
        """Add, take back or move one choice, as a button of the page says; False where none was pressed."""
        visit, session, posted = self.visit, self.visit.session, request.form
        if chosen := posted.get("facility"):
            choose_for(session, visit.profile, self.one.id, _id(chosen), now=visit.now)
        elif left := posted.get("withdraw"):
            withdraw_for(session, self._own_choice(left), now=visit.now)
        elif up := posted.get("up"):
            order = [choice.id for choice in self.standing]
            at = order.index(self._own_choice(up))
            order.insert(max(at - 1, 0), order.pop(at))
            order_for(session, self.one.id, order, now=visit.now)
        else:
            return False
        return True

    @property
    def standing(self) -> list[Any]:
        """Return the choices that stand, in the family's order."""
        return [choice for choice in self.one.choices if choice.state in STANDING]

    def found(self, form: StepForm) -> tuple[tuple[str, str, str], ...]:
        """Return the facilities that can be chosen besides, the nearest first."""
        taken = {choice.facility_id for choice in self.one.choices if choice.state != "withdrawn"}
        towns = dict(towns_by_name(self.visit.profile, self.visit.language))
        rows = search_facilities(
            self.visit.session,
            municipality=form.municipality.data or "",
            postcode=self.family.applicant.postcode or "",
            name=form.name.data or "",
            limit=SHOWN + len(taken),
        )
        free = [row for row in rows if row.id not in taken][:SHOWN]
        return tuple((str(row.id), row.name, towns.get(row.municipality, row.municipality)) for row in free)

    @property
    def dutch(self) -> tuple[Dutch, ...]:
        """Return who can know Dutch in this family."""
        return tuple(Dutch) if self.family.partner is not None else (Dutch.APPLICANT, Dutch.NEITHER)

    def _own_choice(self, posted: str) -> UUID:
        choice_id = _id(posted)
        if choice_id not in {choice.id for choice in self.standing}:
            raise NotFound
        return choice_id

    def _known(self) -> dict[str, Any]:
        family, one = self.family, self.one
        if self.key == "contact":
            elsewhere = family.applicant.municipality not in self.visit.profile.area
            town = {"municipality": parts.ELSEWHERE, "place": family.applicant.municipality}
            return {**_fields(family.applicant, self.shown), **(town if elsewhere else {})}
        if self.key == "partner":
            return {"has_partner": family.partner is not None, **_fields(family.partner, self.shown)}
        if self.key == "child":
            child = family.children[one.child_id]
            return {**_fields(child, self.shown), "born": not child.expected}
        if self.key == "circumstances":
            return {**_fields(family.circumstances, self.shown), "partner_work": getattr(family.partner, "work", None)}
        source = {"applicant": family.applicant, "plan": one, "language": family}.get(self.key)
        return _fields(source, self.shown)

    def _choices(self) -> dict[str, Any]:
        profile = self.visit.profile
        return {
            "language": profile.languages.for_families,
            "municipality": (*profile.area, *(() if self.key == CHOICES else (parts.ELSEWHERE,))),
            "channel": tuple(Channel),
            "sex": tuple(Sex),
            "home_language": SPOKEN,
            "relation": tuple(Relation),
            "family_situation": tuple(Family),
            "income": tuple(Income),
            "work": tuple(Work),
            "partner_work": tuple(Work),
            "education": tuple(Education),
            "dutch": self.dutch,
        }

    def _plan(self, form: StepForm) -> NewPlan:
        one = self.one
        assert form.start_date.data is not None
        return NewPlan(
            form.start_date.data,
            int(form.half_days.data or 0),
            form.hours.data if "hours" in self.shown else one.hours,
            bool(form.flexible.data) if "flexible" in self.shown else one.flexible,
        )

    def _told(self, form: StepForm) -> Told:
        """Return everything that is known of the family, with the answers of this page in their place."""
        known, child_id = self.family, self.one.child_id
        told = Told(
            known.language,
            known.applicant,
            known.partner,
            child_id,
            known.children[child_id],
            known.circumstances,
            known.health,
        )
        given = {name: form[name].data for name in self.shown}
        if self.key == "language":
            return replace(told, language=given["language"])
        if self.key == "applicant":
            return replace(told, applicant=replace(known.applicant, **given))
        if self.key == "contact":
            place = given.pop("place", None)
            if given["municipality"] == parts.ELSEWHERE:
                given["municipality"] = place
            if "protected" in given:
                given["protected"] = given["protected"] is True
            given["channel"] = given.get("channel") or known.applicant.channel
            return replace(told, applicant=replace(known.applicant, **given))
        if self.key == "child":
            born = given.pop("born")
            return replace(told, child=replace(told.child, **given, expected=not born))
        if self.key == "partner":
            partner = PartnerDetails(work=getattr(known.partner, "work", None), **_without(given, "has_partner"))
            return replace(told, partner=partner if given["has_partner"] else None)
        work = given.pop("partner_work", None)
        if "dutch_proof" in given:
            given["dutch_proof"] = bool(given["dutch_proof"]) and given.get("dutch") not in (None, Dutch.NEITHER)
        other = known.partner
        if other is not None and "partner_work" in self.shown:
            other = replace(other, work=work)
        return replace(told, circumstances=replace(known.circumstances, **given), partner=other)

    def _tell(self, form: StepForm, refused: Refused) -> None:
        if self.key == "child" and refused.reason is Denied.START_BEFORE_BIRTH:
            form.fail("birth_date", BORN_LATER)
        elif refused.reason is Denied.PROTECTED:
            form.fail(self.shown[0], PROTECTED)
        elif refused.reason in PROBLEMS:
            form.fail(*PROBLEMS[str(refused.reason)])
        else:
            raise refused


def open_part(visit: Visit, dossier_id: UUID, key: str) -> Changing:
    """Open one part of a file to change it, and note what is read.

    Raises NotFound for who does not reach the file or may not write this part, and Refused at a desk where nobody was
    identified or asked for a change.
    """
    ground = require_ground(visit.session, dossier_id)
    part = PARTS.get(key)
    requests = helped_requests(visit.session, dossier_id)
    asked = request.args.get("request")
    one = next((each for each in requests if asked in (None, str(each.id))), None)
    if part is None or one is None or (key in ("plan", CHOICES) and one.state != ApplicationState.OPEN):
        raise NotFound
    opened = Changing(visit, ground.reason, key, part, own_family(visit.session, dossier_id), requests, one)
    if not opened.shown or not part.groups(opened.shown) & writable_groups(visit.profile, {ground.reason}):
        raise NotFound
    note_read(visit.session, subjects=(dossier_id,), groups=part.groups(opened.shown), reasons=(ground.reason,))
    return opened


def parts_of(visit: Visit, reason: str) -> tuple[str, ...]:
    """Return the parts that a reason may write here at all."""
    writable = writable_groups(visit.profile, {reason})
    return tuple(key for key, part in PARTS.items() if part.group in writable)


def _fields(source: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names if hasattr(source, name)}


def _without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != name}


def _id(posted: str) -> UUID:
    try:
        return UUID(posted)
    except ValueError:
        raise NotFound from None
