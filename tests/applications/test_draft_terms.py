"""The end of a draft: its term alone decides; who can be reached is told once, and may let it live on."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.applications.models import Draft, DraftPass
from app.applications.operations.draft_terms import expire_drafts, send_draft_notices
from app.applications.operations.drafts import Notice, end_draft, save_draft, start_draft
from app.applications.operations.passes import factor_of, issue_code, send_link
from app.applications.queries.drafts import own_draft
from app.core.actor import Actor, Kind, system
from app.core.db import transaction
from app.core.models import DataKey, OutboxMessage
from app.organisations.terms import Application
from app.web.doors import House
from tests.applications.test_passes import BIRTH, LINK, enter, terms
from tests.factories import as_maintainer, queued

MAIL = Notice("an@example.be", "mail")


def begin(house: House, *, notice: Notice | None = None, is_touched: bool = True, account: UUID | None = None) -> Actor:
    """Begin a draft and return who fills it in; `factor` is that of the notice."""
    draft_id, now = uuid4(), house.clock.now()
    actor = Actor(Kind.DRAFT if account is None else Kind.PARENT, account or draft_id, "brussels")
    with transaction(house.databases, "family", actor, now) as session:
        start_draft(
            session,
            draft_id,
            {"answers": {"you": {"family_name": "Yılmaz"}}},
            language="fr",
            terms=terms(house),
            now=now,
            account_id=account,
            is_touched=is_touched,
            notice=notice,
        )
    return actor


def with_factor(house: House, actor: Actor) -> Notice:
    """Return a notice that knows the second factor."""
    assert actor.id is not None
    return Notice("an@example.be", "mail", factor_of(house.databases.keyring, actor.id, BIRTH))


def save(house: House, actor: Actor, now: datetime, notice: Notice | None = None) -> None:
    """Save the draft."""
    assert actor.id is not None
    with transaction(house.databases, "family", actor, now) as session:
        draft = own_draft(session, actor.id, now=now, to_change=True)
        assert draft is not None
        save_draft(session, draft, draft.content, language="fr", terms=terms(house), now=now, notice=notice)


def tell(house: House, now: datetime, *, limit: int = 10) -> int:
    """Run the job that tells families."""
    with transaction(house.databases, "jobs", system("drafts", "brussels"), now) as session:
        return send_draft_notices(session, terms(house), now=now, limit=limit)


def expire(house: House, now: datetime) -> int:
    """Run the job that deletes."""
    with transaction(house.databases, "jobs", system("drafts"), now) as session:
        return expire_drafts(session, now=now, limit=10)


def left(house: House) -> tuple[int, int, int]:
    """Return how many drafts, passes and keys are left."""
    with as_maintainer(house) as session:
        one, two, three = (
            session.scalar(select(func.count()).select_from(t)) or 0 for t in (Draft, DraftPass, DataKey)
        )
    return one, two, three


@pytest.mark.promise(
    "BXL-27", breaks="app.applications.operations.drafts:ends_at", twin="tests.applications.test_draft_terms:never"
)
@pytest.mark.promise(
    "LEU-51", breaks="app.applications.operations.drafts:ends_at", twin="tests.applications.test_draft_terms:never"
)
@pytest.mark.promise(
    "LEU-22",
    breaks="app.applications.operations.draft_terms:expire_drafts",
    twin="tests.applications.test_draft_terms:keep_all",
)
def test_a_draft_that_nobody_came_back_to_leaves_nothing(house: House) -> None:
    begin(house)
    now, term = house.clock.now(), timedelta(days=terms(house).draft_days)
    assert expire(house, now + term - timedelta(minutes=5)) == 0
    assert expire(house, now + term) == 1
    assert left(house) == (0, 0, 0)


def keep_all(*_: object, **__: object) -> int:
    """Delete nothing: the twin of the job."""
    return 0


def never(terms: Application, now: datetime, *, is_touched: bool) -> datetime:
    """Keep for ever: the twin of the term of a draft."""
    return now + timedelta(days=36_500)


def test_a_draft_of_which_only_the_first_page_was_filled_in_goes_sooner_and_quietly(house: House) -> None:
    begin(house, is_touched=False)
    now, term = house.clock.now(), timedelta(days=terms(house).untouched_draft_days)
    assert terms(house).untouched_draft_days < terms(house).draft_days
    assert tell(house, now + term - timedelta(hours=1)) == 0
    assert expire(house, now + term) == 1
    assert left(house) == (0, 0, 0)
    assert queued(house) == []


@pytest.mark.parametrize("told", [True, False])
def test_deleting_waits_for_no_message(house: House, told: bool) -> None:
    actor = begin(house)
    now, term = house.clock.now(), timedelta(days=terms(house).draft_days)
    save(house, actor, now, with_factor(house, actor))
    if told:
        assert tell(house, now + term - timedelta(days=1)) == 1
    assert expire(house, now + term) == 1
    # The message that was not sent yet can never be read again: its key went with the draft.
    assert left(house) == (0, 0, 0)


def test_who_can_be_reached_is_told_once_in_time_and_in_their_language(house: House) -> None:
    actor = begin(house)
    begin(house)  # gave nothing to be reached by
    now, conditions = house.clock.now(), terms(house)
    save(house, actor, now, with_factor(house, actor))
    notice = now + timedelta(days=conditions.draft_days - conditions.draft_notice_days)
    assert tell(house, notice - timedelta(minutes=5)) == 0
    assert tell(house, notice + timedelta(minutes=5)) == 1
    assert tell(house, notice + timedelta(minutes=6)) == 0
    (mail,) = queued(house)
    assert (mail.kind, mail.recipient, mail.channel, mail.language) == ("draft_ends", "an@example.be", "mail", "fr")
    assert set(mail.params) == {"until_at", "token"}
    found = enter(house, mail.params["token"], kind=LINK, now=notice + timedelta(hours=1))
    assert found is not None
    assert found.draft_id == actor.id


def test_a_save_after_the_notice_makes_a_next_one_possible(house: House) -> None:
    actor = begin(house)
    now, conditions = house.clock.now(), terms(house)
    save(house, actor, now, with_factor(house, actor))
    soon = now + timedelta(days=conditions.draft_days - 1)
    assert tell(house, soon) == 1
    save(house, actor, soon, with_factor(house, actor))
    assert tell(house, soon) == 0
    assert tell(house, soon + timedelta(days=conditions.draft_days - 1)) == 1
    assert len(queued(house, "draft_ends")) == 2


def test_a_date_that_was_asked_with_a_code_opens_the_link_of_the_notice(house: House) -> None:
    actor = begin(house, notice=MAIL)
    now, conditions = house.clock.now(), terms(house)
    assert actor.id is not None
    with transaction(house.databases, "family", actor, now) as session:
        factor = factor_of(house.databases.keyring, actor.id, BIRTH)
        issue_code(session, actor.id, factor, expires_at=now + timedelta(days=30), now=now)
    soon = now + timedelta(days=conditions.draft_days - 1)
    assert tell(house, soon) == 1
    assert enter(house, queued(house)[0].params["token"], kind=LINK, now=soon) is not None


def test_without_any_date_the_notice_carries_no_link_to_the_answers(house: House) -> None:
    begin(house, notice=MAIL)
    assert tell(house, house.clock.now() + timedelta(days=terms(house).draft_days - 1)) == 1
    (mail,) = queued(house)
    assert (mail.kind, set(mail.params)) == ("draft_ends_unreachable", {"until_at"})


def test_a_parent_is_sent_to_their_own_page(house: House) -> None:
    begin(house, notice=MAIL, account=uuid4())
    assert tell(house, house.clock.now() + timedelta(days=terms(house).draft_days - 1)) == 1
    assert [mail.kind for mail in queued(house)] == ["draft_ends_next_child"]


def test_a_sent_draft_is_told_nothing_and_leaves_the_key_of_its_messages_to_the_account(house: House) -> None:
    actor = begin(house, notice=MAIL)
    now = house.clock.now()
    assert actor.id is not None
    with transaction(house.databases, "family", actor, now) as session:
        factor = factor_of(house.databases.keyring, actor.id, BIRTH)
        send_link(
            session,
            actor.id,
            factor,
            recipient="an@example.be",
            channel="mail",
            language="nl",
            expires_at=now + timedelta(days=30),
            now=now,
        )
        end_draft(session, actor.id, now=now)
    assert tell(house, now + timedelta(hours=23)) == 0
    assert expire(house, now + timedelta(days=1)) == 1
    with as_maintainer(house) as session:
        assert session.scalars(select(DataKey.key_class)).all() == ["message"]


def test_the_job_tells_its_own_organisation_only(house: House) -> None:
    actor = begin(house, notice=MAIL)
    assert actor.organisation == "brussels"
    soon = house.clock.now() + timedelta(days=terms(house).draft_days - 1)
    with transaction(house.databases, "jobs", system("drafts", "leuven"), soon) as session:
        assert send_draft_notices(session, terms(house), now=soon, limit=10) == 0


def test_the_address_for_the_notice_lies_encrypted(house: House) -> None:
    begin(house, notice=MAIL)
    with as_maintainer(house) as session:
        assert b"example" not in (session.scalars(select(Draft.notice_to)).one() or b"")
        assert not session.scalars(select(OutboxMessage.id)).all()


def test_a_limit_spreads_the_mails(house: House) -> None:
    for _ in range(3):
        begin(house, notice=MAIL)
    soon = house.clock.now() + timedelta(days=terms(house).draft_days - 1)
    assert [tell(house, soon, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.promise("BXL-41", breaks="constraint:draft.uq_draft_account")
def test_two_taps_at_once_begin_one_draft_for_a_next_child(house: House) -> None:
    account = uuid4()
    begin(house, account=account)
    begin(house, account=account)
    assert left(house) == (1, 0, 1)
