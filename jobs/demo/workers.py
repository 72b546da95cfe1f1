"""Who works in the demo, in which role, and the agreements that their roles and facilities ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Agreement, PartyAgreement, SecondFactor, StaffMember
from app.accounts.queries.factors import KEY_CLASS, factor_place
from app.accounts.rules import KIND_OF_ROLE, FactorKind
from app.core.actor import Kind
from app.core.clock import today_at
from app.core.crypto import seal_json
from app.facilities.models import Facility
from app.families.models import Applicant, Child
from app.mandates.models import HelperMember, HelperOrganisation, ServiceUse
from app.organisations.profile import Profile
from app.organisations.rules import texts_of_role
from app.web.demo.accounts import DemoAccount

_IDS = UUID("7d9f2a64-1c3b-8e55-9a40-2b6c7d8e9f10")
_SINCE = timedelta(days=400)
_SIGNED = timedelta(days=30)


# Who cares for sick children at home, for whom, and how many days ago.
AT_HOME = "thuisopvang.leuven@example.org"
CARED_FOR = ("Aerts", 9)


class Works(NamedTuple):
    """Who works at which desk, in which role; a counter has an area."""

    login: str
    role: str
    area: tuple[str, ...] = ()


class Helps(NamedTuple):
    """An organisation of helpers, its language, and who helps there."""

    name: str
    language: str
    logins: tuple[str, ...] = ()


WORKERS: Mapping[str, tuple[Works, ...]] = {
    "brussels": (
        Works("helpdesk.brussel@example.org", "helpdesk"),
        Works("beheer.brussel@example.org", "administrator"),
        Works("ontwikkelaar.brussel@example.org", "developer"),
        Works("beleid.brussel@example.org", "policy"),
        Works("dpo.brussel@example.org", "dpo"),
        Works("veiligheid.brussel@example.org", "security"),
    ),
    "leuven": (
        Works("beheer.leuven@example.org", "administrator"),
        Works("collega.leuven@example.org", "administrator"),
        Works("loket.leuven@example.org", "counter", ("leuven",)),
        Works("loket.tienen@example.org", "counter", ("tienen",)),
        Works(AT_HOME, "sick_care"),
        Works("dpo.leuven@example.org", "dpo"),
        Works("veiligheid.leuven@example.org", "security"),
    ),
}
HELPERS: Mapping[str, tuple[Helps, ...]] = {
    "brussels": (
        Helps("Huis van de Buurt", "nl", ("hulp.buurt@example.org",)),
        Helps("La Passerelle du Canal", "fr", ("aide.passerelle@example.org",)),
    ),
    "leuven": (Helps("Buurtwerk De Sleutel", "nl", ("hulp.leuven@example.org",)),),
}


def add_workers(
    session: Session, profile: Profile, accounts: Mapping[str, DemoAccount], hashed: Callable[[str], str], now: datetime
) -> UUID:
    """Let everybody work, with what their roles ask for accepted and checked; return who answers families."""
    works = WORKERS[profile.key]
    ids = {one.login: uuid5(_IDS, one.login) for one in works}
    for one in works:
        _add_account(session, accounts[one.login], KIND_OF_ROLE[one.role], ids[one.login], hashed, now)
    session.flush()
    for one in works:
        account = ids[one.login]
        session.add(
            StaffMember(
                id=uuid5(account, one.role),
                organisation=profile.key,
                account_id=account,
                role=one.role,
                area=list(one.area),
                starts_at=now - _SINCE,
            )
        )
        _accept(session, profile, account, one.role, next(other for other in ids.values() if other != account), now)
    return ids[works[0].login]


def add_uses(session: Session, profile: Profile, now: datetime) -> None:
    """Note a day on which a child of the stories was cared for at home, where there is such a service (LEU-33)."""
    if "sick_care" not in profile.access:
        return
    name, days = CARED_FOR
    home = select(Applicant.dossier_id).where(Applicant.family_name == name, Applicant.email.like("nele.%"))
    for child in session.scalars(select(Child).where(Child.organisation == profile.key, Child.dossier_id.in_(home))):
        session.add(
            ServiceUse(
                id=uuid5(child.id, "use"),
                organisation=profile.key,
                dossier_id=child.dossier_id,
                child_id=child.id,
                used_on=today_at(now - timedelta(days=days)),
                recorded_by=uuid5(_IDS, AT_HOME),
                recorded_at=now - timedelta(days=days - 1),
            )
        )


def add_helpers(
    session: Session, profile: Profile, accounts: Mapping[str, DemoAccount], hashed: Callable[[str], str], now: datetime
) -> None:
    """Make the organisations of helpers, with an agreement on record, and whoever helps there."""
    for one in HELPERS[profile.key]:
        home = uuid5(_IDS, f"{profile.key}:{one.name}")
        session.add(
            HelperOrganisation(
                id=home,
                organisation=profile.key,
                name=one.name,
                language=one.language,
                active=True,
                created_at=now - _SINCE,
            )
        )
        session.add(_signed(profile.key, "helper_organisation", home, now))
        for login in one.logins:
            account = uuid5(_IDS, login)
            _add_account(session, accounts[login], Kind.HELPER, account, hashed, now)
            session.flush()
            session.add(
                HelperMember(
                    id=uuid5(account, "helper"),
                    organisation=profile.key,
                    helper_organisation_id=home,
                    account_id=account,
                    role="helper",
                    starts_at=now - _SINCE,
                )
            )
            _accept(session, profile, account, "helper", account, now)


def sign_facilities(session: Session, profile: Profile, now: datetime) -> None:
    """Put an agreement on record for each facility that has none, where a facility reads nothing without (LEU-35)."""
    if not profile.settings.facility_agreement:
        return
    signed = select(PartyAgreement.id).where(PartyAgreement.party_id == Facility.id)
    without = select(Facility.id).where(Facility.organisation == profile.key, ~signed.exists())
    session.add_all(_signed(profile.key, "facility", facility, now) for facility in session.scalars(without).all())


def _add_account(
    session: Session, shown: DemoAccount, kind: str, account: UUID, hashed: Callable[[str], str], now: datetime
) -> None:
    session.add(
        Account(
            id=account,
            organisation=shown.organisation,
            kind=kind,
            login=shown.login,
            login_confirmed_at=now - _SINCE,
            password_hash=hashed(shown.password),
            language=shown.language,
            created_at=now - _SINCE,
            active=True,
            last_visit_at=now - timedelta(days=1),
        )
    )
    session.flush()
    _add_authenticator(session, shown, account, now)


def _add_authenticator(session: Session, shown: DemoAccount, account: UUID, now: datetime) -> None:
    """Let somebody have an authenticator, whose codes the demo's first page shows."""
    factor = uuid5(account, "authenticator")
    sealed = seal_json(session, shown.secret, owner_id=account, key_class=KEY_CLASS, place=factor_place(factor))
    session.add(
        SecondFactor(
            id=factor,
            organisation=shown.organisation,
            account_id=account,
            kind=FactorKind.TOTP,
            secret=sealed,
            created_at=now,
        )
    )


def _accept(session: Session, profile: Profile, account: UUID, role: str, checker: UUID, now: datetime) -> None:
    when = now - _SIGNED
    for text in texts_of_role(profile, role):
        checked = role in text.checked_roles
        session.add(
            Agreement(
                id=uuid5(account, text.key),
                organisation=profile.key,
                account_id=account,
                kind=text.key,
                version=text.version,
                counterparty=text.counterparty or None,
                language=profile.languages.master,
                accepted_at=when,
                expires_at=when + timedelta(days=text.days) if text.days else None,
                checked_by=checker if checked else None,
                checked_at=when if checked else None,
            )
        )


def _signed(organisation: str, kind: str, party: UUID, now: datetime) -> PartyAgreement:
    return PartyAgreement(
        id=uuid5(party, "agreement"),
        organisation=organisation,
        party_kind=kind,
        party_id=party,
        signed_on=today_at(now - _SINCE),
        recorded_at=now - _SINCE,
    )
