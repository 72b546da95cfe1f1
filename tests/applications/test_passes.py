"""Going on with a draft elsewhere: a code or link, a second factor, spent once; nothing tells a stranger anything."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from app.accounts.rules import TRIES_PER_ADDRESS, TRY_WINDOW, Denied
from app.applications.models import Draft, DraftPass
from app.applications.operations.drafts import end_draft, start_draft
from app.applications.operations.passes import (
    Continued,
    continue_draft,
    factor_of,
    issue_code,
    issue_link,
    keep_draft,
    require_few_links,
)
from app.applications.queries.drafts import CODE, LINK, own_pass
from app.core.actor import Actor, Kind
from app.core.db import transaction
from app.core.errors import Refused
from app.core.models import AuditEntry
from app.families.rules import CODE_LENGTH, REFERENCE_ALPHABET, WRONG_TRIES, grouped_code
from app.organisations.terms import Application
from app.web.doors import House
from tests.factories import as_maintainer

BIRTH, OTHER_DAY = date(2027, 4, 10), date(2027, 4, 11)
HERE = "192.0.2.7"


def terms(house: House) -> Application:
    """Return the terms of Brussels."""
    found = house.profiles["brussels"].application
    assert found is not None
    return found


def begin(house: House, *, kind: str = CODE, account: UUID | None = None) -> tuple[UUID, str]:
    """Begin a draft and return it with the secret of a pass."""
    draft_id, now = uuid4(), house.clock.now()
    actor = Actor(Kind.DRAFT if account is None else Kind.PARENT, account or draft_id, "brussels")
    with transaction(house.databases, "family", actor, now) as session:
        start_draft(session, draft_id, {}, language="nl", terms=terms(house), now=now, account_id=account)
        issue = issue_code if kind == CODE else issue_link
        factor = factor_of(house.databases.keyring, draft_id, BIRTH)
        return draft_id, issue(session, draft_id, factor, expires_at=now + timedelta(days=30), now=now)


def enter(
    house: House,
    secret: str,
    day: date = BIRTH,
    *,
    kind: str = CODE,
    organisation: str = "brussels",
    address: str = HERE,
    now: datetime | None = None,
) -> Continued | None:
    """Try a code or link."""
    return continue_draft(house.databases, organisation, kind, secret, day, address, now or house.clock.now())


@pytest.mark.parametrize("kind", [CODE, LINK])
@pytest.mark.promise(
    "BXL-72", breaks="app.applications.queries.drafts:pass_hash", twin="tests.applications.test_passes:nothing"
)
@pytest.mark.promise(
    "LEU-51", breaks="app.applications.queries.drafts:pass_hash", twin="tests.applications.test_passes:nothing"
)
def test_code_and_date_open_the_draft_once(house: House, kind: str) -> None:
    draft_id, secret = begin(house, kind=kind)
    assert enter(house, "CDFG HJKM NPQR", kind=kind) is None
    assert enter(house, secret, kind=kind) == Continued(draft_id, is_sent=False)
    assert enter(house, secret, kind=kind) is None


def nothing(*_: object) -> bytes:
    """Make every token the same: the twin of what tells codes, or dates, apart."""
    return b"\0" * 32


def test_a_code_may_be_written_down_in_any_way_and_holds_no_letter_that_looks_like_another(house: House) -> None:
    draft_id, code = begin(house)
    assert len(code) == CODE_LENGTH
    assert set(code) <= set(REFERENCE_ALPHABET)
    assert not set("0O1IL2Z5S8BU") & set(REFERENCE_ALPHABET)
    assert enter(house, f" {grouped_code(code).lower().replace(' ', '-')} ") == Continued(draft_id, is_sent=False)


@pytest.mark.promise(
    "BXL-46", breaks="app.applications.operations.passes:factor_of", twin="tests.applications.test_passes:nothing"
)
def test_without_the_date_a_link_in_the_wrong_mailbox_opens_nothing(house: House) -> None:
    _, token = begin(house, kind=LINK)
    assert enter(house, token, OTHER_DAY, kind=LINK) is None
    assert enter(house, token, kind=CODE) is None


@pytest.mark.promise("BXL-46", breaks="app.families.rules:WRONG_TRIES", twin="tests.applications.test_passes:MANY")
def test_five_wrong_dates_end_a_code(house: House) -> None:
    _, code = begin(house)
    for wrong in range(5):
        # From five addresses, as a stranger with many machines would.
        assert enter(house, code, BIRTH + timedelta(days=1 + wrong), address=f"198.51.100.{wrong}") is None
    assert enter(house, code, address="198.51.100.99") is None


MANY = 1_000


def test_four_slips_do_not(house: House) -> None:
    draft_id, code = begin(house)
    for wrong in range(WRONG_TRIES - 1):
        enter(house, code, BIRTH + timedelta(days=1 + wrong))
    assert enter(house, code) == Continued(draft_id, is_sent=False)


def test_trying_many_codes_from_one_address_stops(house: House) -> None:
    draft_id, code = begin(house)
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.connection().exec_driver_sql(
            "insert into throttle values ('brussels', %(key)s, %(now)s, %(count)s)",
            {"key": house.databases.keyring.token("draft-address", HERE), "now": now, "count": TRIES_PER_ADDRESS},
        )
    with pytest.raises(Refused) as refused:
        enter(house, code, now=now)
    assert refused.value.reason is Denied.TOO_MANY_TRIES
    assert enter(house, code, now=now + TRY_WINDOW) == Continued(draft_id, is_sent=False)


def test_two_devices_at_once_cannot_both_spend_a_code(house: House) -> None:
    draft_id, code = begin(house)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: enter(house, code), range(8)))
    assert sorted(answers, key=str) == sorted([Continued(draft_id, is_sent=False), *[None] * 7], key=str)


def test_guesses_at_the_same_moment_are_all_counted(house: House) -> None:
    _, code = begin(house)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda wrong: enter(house, code, BIRTH + timedelta(days=1 + wrong)), range(20)))
    with as_maintainer(house) as session:
        assert session.scalars(select(DraftPass.tries)).one() == WRONG_TRIES


def test_another_organisation_a_past_term_and_a_next_child_open_nothing(house: House) -> None:
    _, code = begin(house)
    assert enter(house, code, organisation="leuven") is None
    assert enter(house, code, now=house.clock.now() + timedelta(days=31)) is None
    _, next_child = begin(house, account=uuid4())
    assert enter(house, next_child) is None


def test_of_a_sent_draft_only_who_knows_the_date_hears_that_it_was_sent(house: House) -> None:
    draft_id, code = begin(house)
    now = house.clock.now()
    with transaction(house.databases, "family", Actor(Kind.DRAFT, draft_id, "brussels"), now) as session:
        end_draft(session, draft_id, now=now)
    assert enter(house, code, OTHER_DAY) is None
    assert enter(house, code) == Continued(draft_id, is_sent=True)


def test_codes_lie_hashed_and_a_new_one_ends_the_old(house: House) -> None:
    draft_id, code = begin(house)
    now = house.clock.now()
    with as_maintainer(house) as session:
        row = session.scalars(select(DraftPass)).one()
        assert code.encode() not in row.hash + row.factor
    with transaction(house.databases, "family", Actor(Kind.DRAFT, draft_id, "brussels"), now) as session:
        assert own_pass(session, draft_id, now=now).code == code
        factor = factor_of(house.databases.keyring, draft_id, BIRTH)
        later = issue_code(session, draft_id, factor, expires_at=now + timedelta(days=30), now=now)
        assert own_pass(session, draft_id, now=now).code == later
    assert later != code
    assert enter(house, code) is None
    assert enter(house, later) == Continued(draft_id, is_sent=False)


def test_nobody_else_sees_the_passes_of_a_draft(house: House) -> None:
    begin(house)
    now = house.clock.now()
    with transaction(house.databases, "family", Actor(Kind.DRAFT, uuid4(), "brussels"), now) as session:
        assert not session.scalars(select(DraftPass.hash)).all()


def test_tries_are_noted_without_a_code(house: House) -> None:
    draft_id, code = begin(house)
    enter(house, code, OTHER_DAY)
    enter(house, code)
    with as_maintainer(house) as session:
        notes = session.execute(
            select(AuditEntry.event, AuditEntry.actor_id)
            .where(AuditEntry.event.like("draft_continue%"))
            .order_by(AuditEntry.sequence)
        ).all()
    assert [tuple(note) for note in notes] == [("draft_continue_failed", None), ("draft_continued", draft_id)]


def test_the_link_of_a_notice_keeps_the_answers_without_the_date_and_may_be_pressed_twice(house: House) -> None:
    draft_id, token = begin(house, kind=LINK)
    late = house.clock.now() + timedelta(days=29)
    for _ in range(2):
        assert keep_draft(house.databases, "brussels", token, terms(house), late) == late + timedelta(days=30)
    with as_maintainer(house) as session:
        assert session.scalars(select(Draft.expires_at)).one() == late + timedelta(days=30)
    assert enter(house, token, kind=LINK, now=late + timedelta(days=20)) == Continued(draft_id, is_sent=False)
    assert keep_draft(house.databases, "brussels", token, terms(house), late) is None
    assert keep_draft(house.databases, "brussels", "made up", terms(house), late) is None


def test_a_code_is_no_link(house: House) -> None:
    _, code = begin(house)
    assert keep_draft(house.databases, "brussels", code, terms(house), house.clock.now()) is None


def test_few_links_go_to_one_mailbox(house: House) -> None:
    now = house.clock.now()
    for _ in range(3):
        require_few_links(house.databases, "brussels", "an@example.be", HERE, now)
    with pytest.raises(Refused):
        require_few_links(house.databases, "brussels", "an@example.be", HERE, now)
    require_few_links(house.databases, "brussels", "els@example.be", HERE, now)


def test_unknown_wrong_spent_and_expired_take_the_same_time(house: House) -> None:
    """Medians of one run as a ratio: the machine's speed falls out."""
    (_, wrong), (spent_id, spent), (old_id, old) = begin(house), begin(house), begin(house)
    now = house.clock.now()
    with as_maintainer(house) as session:
        session.execute(update(DraftPass).where(DraftPass.draft_id == spent_id).values(used_at=now))
        session.execute(update(DraftPass).where(DraftPass.draft_id == old_id).values(expires_at=now))
    tries = {
        "unknown": ("NOBODYHASIT", OTHER_DAY),
        "wrong": (wrong, OTHER_DAY),
        "spent": (spent, BIRTH),
        "old": (old, BIRTH),
    }
    took: dict[str, list[float]] = {name: [] for name in tries}
    for turn in range(40):
        for at, (name, (code, day)) in enumerate(tries.items()):
            begun = time.perf_counter()
            assert enter(house, code, day, address=f"203.0.{at}.{turn}") is None
            took[name].append(time.perf_counter() - begun)
    medians = {name: statistics.median(times) for name, times in took.items()}
    assert all(0.6 < medians["unknown"] / median < 1.6 for median in medians.values()), medians
