"""One child, one request: the only place that names the tokens of national numbers (LEU-07, LEU-12)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.applications.models import Application, PossibleDouble
from app.applications.rules import Denied
from app.core.actor import Kind
from app.core.crypto import keyring_of
from app.core.db import actor_of
from app.core.errors import NotFound, Refused
from app.families.models import Applicant
from app.families.policy import writing_reason
from app.families.rules import REFERENCE_ALPHABET

CODE_LETTERS = 6
NUMBER_TAKEN = "uq_application_open_number"
# Files that changed this recently are looked at; each run sees the same ones again, so that no run may be missed.
RECENT = timedelta(days=2)
MOST_FILES = 1000


class NumberTaken(Refused):
    """Another open request carries this child's number; says nothing of whose it is."""

    def __init__(self, token: bytes) -> None:
        super().__init__(Denied.CHILD_NUMBER_TAKEN)
        self.token = token


def token_of(session: Session, digits: str) -> bytes:
    """Return the keyed token of a national number in the actor's organisation; the number itself is kept nowhere."""
    return keyring_of(session).token(f"national-number:{actor_of(session).organisation}", digits)


def set_applicant_number(session: Session, dossier_id: UUID, token: bytes | None) -> None:
    """Write the token of the applicant's number, or take it away (LEU-05); raises NotFound."""
    found = session.connection().execute(
        update(Applicant).where(Applicant.dossier_id == dossier_id).values(number_token=token)
    )
    if found.rowcount != 1:
        raise NotFound


def set_child_number(session: Session, application_id: UUID, token: bytes | None) -> None:
    """Write the token of the child's number to its request, or take it away.

    Raises NumberTaken, a Refused, when another open request carries it, and NotFound.
    """
    statement = update(Application).where(Application.id == application_id).values(child_number_token=token)
    try:
        with session.begin_nested():
            found = session.connection().execute(statement)
    except IntegrityError as error:
        if token is not None and NUMBER_TAKEN in str(error.orig):
            # The error itself quotes the token: it goes no further than here.
            raise NumberTaken(token) from None
        raise
    if found.rowcount != 1:
        raise NotFound


def drop_child_number(session: Session, child_id: UUID) -> None:
    """Take the number of a child away that is not born after all (LEU-11)."""
    kind = actor_of(session).kind
    if kind in (Kind.STAFF, Kind.FACILITY):
        # They may say that there is none, and write no other.
        session.execute(
            text(f"select access.forget_number_while_{writing_reason(kind)}(:child_id)"), {"child_id": child_id}
        )
        return
    statement = update(Application).where(Application.child_id == child_id).values(child_number_token=None)
    session.connection().execute(statement)


def report_number(
    session: Session,
    token: bytes,
    *,
    dossier_id: UUID | None = None,
    application_id: UUID | None = None,
    now: datetime,
) -> str:
    """Leave word for the desk that a number is in use, and return the code that the family tells it."""
    code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(CODE_LETTERS))
    session.execute(
        insert(PossibleDouble).values(
            id=uuid4(),
            organisation=actor_of(session).organisation,
            kind="number",
            code=code,
            dossier_id=dossier_id,
            application_id=application_id,
            number_token=token,
            other_dossier_id=None,
            other_application_id=None,
            state="open",
            found_at=now,
            decided_at=None,
            decided_by=None,
        )
    )
    return code


# The other request is known from here on: the token has done its work.
_RESOLVE = text("""
    update possible_double d
    set other_application_id = a.id, other_dossier_id = a.dossier_id, number_token = null
    from application a
    where d.kind = 'number' and d.state = 'open' and d.other_application_id is null
      and a.organisation = d.organisation and a.child_number_token = d.number_token and a.state = 'open'
      and d.organisation = :organisation and a.id is distinct from d.application_id
""")


def _folded(column: str) -> str:
    """Return the SQL of a name or an address as it is compared: no capitals, accents, spaces or marks."""
    return f"regexp_replace(normalize(lower({column}), nfd), '[\\u0300-\\u036f\\s.,''’-]', '', 'g')"


_SAME_HOME = (
    f"pn.postcode = po.postcode and {_folded('pn.street')} = {_folded('po.street')}"
    f" and {_folded('pn.house_number')} = {_folded('po.house_number')}"
)
_SAME_NAME = (
    f"{_folded('pn.family_name')} = {_folded('po.family_name')}"
    f" and {_folded('pn.given_name')} = {_folded('po.given_name')}"
)
# A family name may be written double or single; an unborn child often has no first name, or gets another one.
_FAMILY_ALIKE = (
    f"(strpos({_folded('kn.family_name')}, {_folded('ko.family_name')}) > 0"
    f" or strpos({_folded('ko.family_name')}, {_folded('kn.family_name')}) > 0)"
)
_GIVEN_ALIKE = (
    "(kn.given_name is null or ko.given_name is null"
    f" or left({_folded('kn.given_name')}, 3) = left({_folded('ko.given_name')}, 3))"
)
# The newer request is the double of the older one, so that a pair has one row whichever of the two changed.
# Nothing of it comes from outside: it is put together from the conditions above.
_LIKENESSES = text(f"""
    insert into possible_double (id, organisation, kind, code, dossier_id, application_id, number_token,
        other_dossier_id, other_application_id, state, found_at, decided_at, decided_by)
    select gen_random_uuid(), :organisation, 'likeness', '', pair.dossier_id, pair.application_id, null,
        pair.other_dossier_id, pair.other_application_id, 'open', :now, null, null
    from (
        select distinct
            case when later then an.dossier_id else ao.dossier_id end as dossier_id,
            case when later then an.id else ao.id end as application_id,
            case when later then ao.dossier_id else an.dossier_id end as other_dossier_id,
            case when later then ao.id else an.id end as other_application_id
        from (
            select id from dossier where organisation = :organisation and last_activity_at >= :since
            order by last_activity_at desc limit :files
        ) dn
        join application an on an.dossier_id = dn.id and an.state = 'open'
        join child kn on kn.id = an.child_id
        join applicant pn on pn.dossier_id = dn.id
        join child ko on ko.organisation = kn.organisation and ko.birth_date = kn.birth_date
            and ko.dossier_id <> kn.dossier_id
        join application ao on ao.child_id = ko.id and ao.state = 'open'
        join applicant po on po.dossier_id = ko.dossier_id
        cross join lateral (select (an.submitted_at, an.id) > (ao.submitted_at, ao.id) as later) o
        where an.expires_on >= app.today() and ao.expires_on >= app.today()
          and {_FAMILY_ALIKE} and {_GIVEN_ALIKE}
          and ({_SAME_HOME} or {_SAME_NAME} or pn.number_token = po.number_token)
    ) pair
    where not exists (
        select 1 from possible_double d
        where d.kind = 'likeness' and d.application_id = pair.application_id
          and d.other_application_id = pair.other_application_id
    )
    limit :limit
    on conflict do nothing
""")  # noqa: S608


def find_doubles(session: Session, *, now: datetime, limit: int) -> int:
    """Find for each number in use the request that carries it, and open requests that look alike; returns how many.

    Nothing is refused for a likeness: the desk keeps both or joins them (LEU-12).
    """
    organisation = actor_of(session).organisation
    connection = session.connection()
    resolved = connection.execute(_RESOLVE, {"organisation": organisation}).rowcount
    alike = connection.execute(
        _LIKENESSES,
        {"organisation": organisation, "now": now, "since": now - RECENT, "files": MOST_FILES, "limit": limit},
    ).rowcount
    return int(resolved + alike)
