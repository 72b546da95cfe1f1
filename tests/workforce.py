"""Those who help in a test: workers in every role, helpers with their mandates, contacts with families."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.accounts.models import Agreement, StaffMember
from app.applications.models import Application
from app.mandates.models import DeskContact, HelperMember, HelperOrganisation, Mandate
from app.web.doors import House
from tests.accounts_made import account_of, new_person, numbers, signed_with
from tests.people import BRUSSELS, FamilyMade, Person, as_maintainer

_KIND_OF_ROLE = {"counter": "counter", "sick_care": "counter", "dpo": "oversight", "security": "oversight"}


def make_worker(
    house: House,
    organisation: str = BRUSSELS,
    *,
    role: str = "helpdesk",
    language: str = "nl",
    area: Sequence[str] = (),
    agrees: bool = True,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    **given: Any,
) -> Person:
    """Make somebody who works for an organisation in a role, with what the role has to accept unless told otherwise."""
    worker = new_person(_KIND_OF_ROLE.get(role, "staff"), organisation, language)
    now = house.clock.now()
    with as_maintainer(house, organisation) as session:
        session.add(account_of(worker, now, **given))
        session.flush()
        session.add(
            StaffMember(
                id=uuid4(),
                organisation=organisation,
                account_id=worker.id,
                role=role,
                area=list(area),
                starts_at=starts_at or now - timedelta(days=400),
                ends_at=ends_at,
            )
        )
        if agrees:
            session.add_all(_accepted(house, worker, role, now))
    return worker


def make_helper(
    house: House,
    organisation: str = BRUSSELS,
    *,
    language: str = "nl",
    of: UUID | None = None,
    role: str = "helper",
    agrees: bool = True,
    signed: bool = True,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    **given: Any,
) -> tuple[Person, UUID]:
    """Make somebody who helps families; return who, and for which organisation of helpers (`of` for a colleague)."""
    person = new_person("helper", organisation, language)
    now, home = house.clock.now(), of or uuid4()
    with as_maintainer(house, organisation) as session:
        if of is None:
            session.add(
                HelperOrganisation(
                    id=home,
                    organisation=organisation,
                    name=f"De Brug-{next(numbers)}",  # never a bare number: it could look like a year of birth
                    language=language,
                    active=True,
                    created_at=now,
                )
            )
            if signed:
                session.add(signed_with("helper_organisation", home, organisation, now))
        session.add(account_of(person, now, **given))
        session.flush()
        session.add(
            HelperMember(
                id=uuid4(),
                organisation=organisation,
                helper_organisation_id=home,
                account_id=person.id,
                role=role,
                starts_at=starts_at or now - timedelta(days=400),
                ends_at=ends_at,
            )
        )
        if agrees:
            session.add_all(_accepted(house, person, "helper", now))
    return person, home


def make_mandate(
    house: House,
    helper: Person,
    home: UUID,
    family: FamilyMade,
    *,
    last_joint_at: datetime | None = None,
    **given: Any,
) -> UUID:
    """Let a helper have filed a family's request together with it."""
    mandate_id, now = uuid4(), house.clock.now()
    columns = {
        "label": "A. P.",
        "started_at": now,
        "consent_how": "code_word",
        "consent_at": now,
        "consent_text_version": "2026-1",
        "consent_language": "nl",
        "last_joint_at": last_joint_at or now,
        "tells_deadlines": False,
    } | given
    with as_maintainer(house, helper.organisation) as session:
        session.add(
            Mandate(
                id=mandate_id,
                organisation=helper.organisation,
                helper_organisation_id=home,
                helper_id=helper.id,
                dossier_id=family.dossier_id,
                **columns,
            )
        )
        session.get_one(Application, family.application_id).mandate_id = mandate_id
    return mandate_id


def make_contact(house: House, worker: Person, family: FamilyMade, *, known: bool = True, **given: Any) -> UUID:
    """Let a worker have a contact open with a family; `known`: identified, and with a wish."""
    contact_id, now = uuid4(), house.clock.now()
    columns = {
        "channel": "call",
        "purpose": "family_asked",
        "opened_at": now,
        "until": now + timedelta(hours=1),
    } | given
    if known:
        steps = {"identified_how": "questions", "identified_at": now, "wish": "change", "wish_at": now}
        columns = steps | columns
    with as_maintainer(house, worker.organisation) as session:
        session.add(
            DeskContact(
                id=contact_id,
                organisation=worker.organisation,
                dossier_id=family.dossier_id,
                worker_id=worker.id,
                **columns,
            )
        )
    return contact_id


def _accepted(house: House, person: Person, role: str, now: datetime) -> list[Agreement]:
    return [
        Agreement(
            id=uuid4(),
            organisation=person.organisation,
            account_id=person.id,
            kind=text.key,
            version=text.version,
            counterparty=text.counterparty or None,
            language="nl",
            accepted_at=now - timedelta(days=1),
            expires_at=now + timedelta(days=text.days) if text.days else None,
            checked_by=uuid4() if role in text.checked_roles else None,
            checked_at=now - timedelta(days=1) if role in text.checked_roles else None,
        )
        for text in house.profiles[person.organisation].agreements
        if role in text.roles
    ]
