"""Second factors: a code counts once, guesses are few, the database keeps what a page might forget."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.operations import open_session
from app.accounts.operations.factors import (
    Entrance,
    end_own_factor,
    give_code,
    replace_codes,
    secret_to_set_up,
    set_up_authenticator,
)
from app.accounts.operations.passkeys import (
    Site,
    add_passkey,
    ask_new_passkey,
    ask_passkey,
    give_passkey,
    site_of,
)
from app.accounts.queries import live_session
from app.accounts.queries.factors import factors_of, own_codes_left, own_factors
from app.accounts.rules import FACTOR_TRIES, PENDING_TERM, Denied, SessionTerms, hash_of
from app.core.actor import WITH_SECOND_FACTOR, Kind
from app.core.errors import NotFound, Refused
from app.web.doors import House
from tests.factories import Person, acting, as_maintainer, make_worker, session_of
from tests.factors import code_of, enrol, worker_of
from tests.passkeys import PRESENT, Device

SITE = Site("opvang.example", "https://opvang.example")
TERMS = SessionTerms(timedelta(hours=1), timedelta(hours=12))


def begin(house: House, person: Person, kind: str = Kind.PENDING) -> Entrance:
    """Open a session of a kind for somebody, as the sign-in page does after the password."""
    if kind != Kind.PENDING:
        return Entrance(person.organisation, person.id, session_of(house, person))
    terms = SessionTerms(PENDING_TERM, PENDING_TERM)
    opened = open_session(house.databases, person.organisation, kind, person.id, house.clock.now(), terms, None)
    return Entrance(person.organisation, person.id, opened)


def give(house: House, entrance: Entrance, typed: str) -> str:
    """Give a code, and return what came of it."""
    try:
        give_code(house.databases, entrance, typed, house.clock.now(), house.clock.unshifted())
    except Refused as refused:
        return str(refused.reason)
    return "in"


def set_up(house: House, entrance: Entrance, known: int = 0) -> tuple[str, ...]:
    """Set an authenticator up with the code that it shows."""
    code = code_of(house, secret_to_set_up(house.databases, entrance, known))
    return set_up_authenticator(
        house.databases,
        entrance,
        code,
        label="",
        now=house.clock.now(),
        unshifted=house.clock.unshifted(),
        known=known,
    )


def ended(house: House, table: str) -> None:
    """Forget the tries that were counted, as time would."""
    with house.databases.engine("maintainer").begin() as connection:
        connection.execute(text(f"delete from {table}"))


def test_a_code_is_taken_in_its_own_step_and_the_ones_beside_it(house: House) -> None:
    person = make_worker(house)
    secret, entrance = enrol(house, person), begin(house, person)
    assert give(house, entrance, code_of(house, secret, -3)) == Denied.WRONG_FACTOR
    assert give(house, entrance, code_of(house, secret, 3)) == Denied.WRONG_FACTOR
    code = code_of(house, secret)
    assert give(house, entrance, f" {code[:3]} {code[3:]} ") == "in"


def test_real_time_counts_whatever_the_clock_of_the_house_says(house: House) -> None:
    person = make_worker(house)
    secret = enrol(house, person)
    house.clock.offset += timedelta(days=400)
    assert give(house, begin(house, person), code_of(house, secret)) == "in"


@pytest.mark.promise("KL-31", breaks="app.accounts.operations.factors:_step_of", twin="tests.twins:any_step")
def test_a_wrong_code_is_refused_and_tells_nothing(house: House) -> None:
    person, other = make_worker(house), make_worker(house)
    secret, theirs = enrol(house, person), enrol(house, other)
    entrance = begin(house, person)
    answers = {give(house, entrance, typed) for typed in ("000000", code_of(house, theirs), "ABCDE FGHJK", "x", secret)}
    assert answers == {str(Denied.WRONG_FACTOR)}


def test_a_code_counts_once_also_when_it_is_posted_many_times_at_once(house: House) -> None:
    person = make_worker(house)
    secret = enrol(house, person)
    entrances = [begin(house, person) for _ in range(FACTOR_TRIES[0][0])]
    code = code_of(house, secret)
    with ThreadPoolExecutor(len(entrances)) as pool:
        answers = list(pool.map(lambda entrance: give(house, entrance, code), entrances))
    assert answers.count("in") == 1, answers
    # Nor does an older one count after a newer one.
    ended(house, "throttle")
    assert give(house, begin(house, person), code_of(house, secret, -1)) == Denied.WRONG_FACTOR
    assert give(house, begin(house, person), code_of(house, secret, 1)) == "in"


@pytest.mark.promise("KL-31", breaks="app.accounts.rules:tries_allowed")
def test_of_two_hundred_guesses_only_a_few_are_judged_that_day(house: House) -> None:
    person = make_worker(house)
    enrol(house, person)
    few, window = FACTOR_TRIES[0]
    answers = [give(house, begin(house, person), f"{number:06d}") for number in range(20)]
    assert answers.count(str(Denied.WRONG_FACTOR)) == few
    for _ in range(10):
        house.clock.offset += window
        answers += [give(house, begin(house, person), f"{number:06d}") for number in range(20)]
    assert answers.count(str(Denied.WRONG_FACTOR)) <= FACTOR_TRIES[1][0]
    house.clock.offset += timedelta(days=1)
    assert give(house, begin(house, person), "000000") == Denied.WRONG_FACTOR


def test_recovery_codes_let_in_once_each_and_new_ones_end_the_old(house: House) -> None:
    person = make_worker(house)
    codes = set_up(house, begin(house, person))
    assert len(set(codes)) == 10
    assert give(house, begin(house, person), codes[0].lower()) == "in"
    assert give(house, begin(house, person), codes[0]) == Denied.WRONG_FACTOR
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: give(house, begin(house, person), codes[1]), range(4)))
    assert answers.count("in") == 1
    newer = replace_codes(house.databases, begin(house, person, "staff"), house.clock.now())
    ended(house, "throttle")
    assert give(house, begin(house, person), codes[2]) == Denied.WRONG_FACTOR
    assert give(house, begin(house, person), newer[2]) == "in"
    with acting(house, person) as session:
        assert own_codes_left(session) == 9
    # Another person's code is nobody's.
    assert give(house, begin(house, make_worker(house)), newer[3]) == Denied.WRONG_FACTOR


def test_the_password_alone_adds_no_second_authenticator_and_makes_no_codes(house: House) -> None:
    """Else whoever stole a password would set up a factor of their own beside the one that is there."""
    person = make_worker(house)
    set_up(house, begin(house, person))
    with pytest.raises(Refused):
        set_up(house, begin(house, person))
    house.clock.offset += timedelta(seconds=1)
    with pytest.raises(NotFound):
        replace_codes(house.databases, begin(house, person), house.clock.now())
    assert len(factors_of(house.databases, "brussels", person.id)) == 1
    # In a session of their own, they may; the session of somebody else adds nothing.
    ended(house, "throttle")
    assert set_up(house, begin(house, person, "staff"), known=11) is not None
    with pytest.raises(Refused):
        set_up(house, Entrance("brussels", person.id, begin(house, make_worker(house), "staff").session_id), known=12)


def test_of_two_first_factors_at_once_one_is_kept(house: House) -> None:
    person = make_worker(house)
    entrances = [begin(house, person) for _ in range(3)]

    def try_it(entrance: Entrance) -> str:
        try:
            set_up(house, entrance)
        except Refused as refused:
            return str(refused.reason)
        return "kept"

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(try_it, entrances))
    assert answers.count("kept") == 1, answers
    assert len(factors_of(house.databases, "brussels", person.id)) == 1


@pytest.mark.parametrize("kind", sorted(WITH_SECOND_FACTOR))
def test_no_session_opens_for_who_works_here_without_a_factor_of_that_moment(house: House, kind: str) -> None:
    person, now = worker_of(house, kind), house.clock.now()
    secret, pending = enrol(house, person), begin(house, person)
    with pytest.raises(DBAPIError):
        open_session(house.databases, "brussels", kind, person.id, now, TERMS, pending.session_id)
    give_code(house.databases, pending, code_of(house, secret), now, house.clock.unshifted())
    opened = open_session(house.databases, "brussels", kind, person.id, now, TERMS, pending.session_id)
    found = live_session(house.databases, "brussels", opened, now, TERMS.idle)
    assert found is not None and found.actor_kind == kind
    # The session before it is over: whoever knew its id holds nothing.
    assert live_session(house.databases, "brussels", pending.session_id, now, TERMS.idle) is None
    with pytest.raises(DBAPIError):
        open_session(house.databases, "brussels", kind, person.id, now + timedelta(seconds=1), TERMS, None)


@pytest.mark.parametrize("kind", sorted(WITH_SECOND_FACTOR))
def test_what_ends_bites_on_the_next_request(house: House, kind: str) -> None:
    """A session that is ended, an account that is closed, a session of another kind than the account's (KL-31)."""
    person, now = worker_of(house, kind), house.clock.now()
    live = [session_of(house, person) for _ in range(2)]

    def seen(session_id: str) -> bool:
        return live_session(house.databases, "brussels", session_id, now, TERMS.idle) is not None

    assert [seen(one) for one in live] == [True, True]
    with as_maintainer(house) as session:
        ending = text("update web_session set ended_at = :now where id_hash = :hash")
        session.execute(ending, {"now": now, "hash": hash_of(live[0])})
    assert [seen(one) for one in live] == [False, True]
    pending = begin(house, person)
    with as_maintainer(house) as session:
        session.execute(text("update account set active = false where id = :id"), {"id": person.id})
    assert [seen(one) for one in (live[1], pending.session_id)] == [False, False]
    assert factors_of(house.databases, "brussels", person.id) == ()


def test_a_pending_session_is_short(house: House) -> None:
    person = make_worker(house)
    pending, idle = begin(house, person), timedelta(hours=1)
    near, over = (house.clock.now() + PENDING_TERM + timedelta(seconds=s) for s in (-5, 5))
    assert live_session(house.databases, "brussels", pending.session_id, near, idle) is not None
    assert live_session(house.databases, "brussels", pending.session_id, over, idle) is None


def test_the_last_factor_stays_also_when_two_are_taken_away_at_once(house: House) -> None:
    person = make_worker(house)
    set_up(house, begin(house, person))
    set_up(house, begin(house, person, "staff"), known=11)
    with acting(house, person) as session:
        ids = [one.id for one in own_factors(session)]

    def take(factor_id: Any) -> str:
        try:
            with acting(house, person) as session:
                end_own_factor(session, factor_id, house.clock.now())
        except Refused as refused:
            return str(refused.reason)
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(take, ids))
    assert answers == [str(Denied.LAST_FACTOR), "taken"]
    with acting(house, make_worker(house)) as session, pytest.raises(NotFound):
        end_own_factor(session, ids[0], house.clock.now())


def test_what_is_kept_of_a_factor_lies_sealed(house: House) -> None:
    person = make_worker(house)
    entrance = begin(house, person)
    secret = secret_to_set_up(house.databases, entrance)
    codes = set_up(house, entrance)
    with house.databases.engine("maintainer").begin() as connection:
        kept = [bytes(row[0]) for row in connection.execute(text("select secret from second_factor"))]
    for plain in (secret, *codes):
        assert not any(plain.encode() in one for one in kept)
    # No door reads it, not even of oneself.
    with acting(house, person) as session, pytest.raises(DBAPIError):
        session.execute(text("select secret from second_factor")).all()


class Passkeys:
    """One worker's browser and device."""

    def __init__(self, house: House) -> None:
        self.house, self.person = house, make_worker(house)
        self.device = Device(SITE.origin, SITE.name)
        self.pending = begin(house, self.person)

    def asked_new(self, entrance: Entrance) -> dict[str, Any]:
        """Return what the browser is asked to make a passkey from."""
        databases, now = self.house.databases, self.house.clock.now()
        return dict(json.loads(ask_new_passkey(databases, entrance, SITE, "an@example.org", "Opvangloket", now)))

    def adds(self, entrance: Entrance, answer: str) -> str:
        """Hand a new passkey in."""
        try:
            add_passkey(self.house.databases, entrance, SITE, answer, label="", now=self.house.clock.now())
        except Refused as refused:
            return str(refused.reason)
        return "kept"

    def asked(self, entrance: Entrance) -> dict[str, Any]:
        """Return what the browser is asked to sign."""
        return dict(json.loads(ask_passkey(self.house.databases, entrance, SITE, self.house.clock.now())))

    def gives(self, entrance: Entrance, answer: str) -> str:
        """Hand a signature in."""
        ended(self.house, "throttle")
        try:
            give_passkey(self.house.databases, entrance, SITE, answer, self.house.clock.now())
        except Refused as refused:
            return str(refused.reason)
        return "in"


@pytest.fixture
def passkeys(house: House) -> Passkeys:
    made = Passkeys(house)
    assert made.adds(made.pending, made.device.makes(made.asked_new(made.pending))) == "kept"
    return made


def test_a_passkey_is_kept_and_signs_in_once_for_each_question(house: House, passkeys: Passkeys) -> None:
    entrance = begin(house, passkeys.person)
    answer = passkeys.device.signs(passkeys.asked(entrance))
    # What was asked in one browser is no answer in another.
    assert passkeys.gives(begin(house, passkeys.person), answer) == Denied.WRONG_FACTOR
    assert passkeys.gives(entrance, answer) == "in"
    assert passkeys.gives(entrance, answer) == Denied.WRONG_FACTOR
    late = passkeys.device.signs(passkeys.asked(entrance))
    house.clock.offset += timedelta(minutes=6)
    assert passkeys.gives(entrance, late) == Denied.WRONG_FACTOR


@pytest.mark.parametrize(
    "spoil",
    [
        lambda device: setattr(device, "origin", "https://opvang.example.evil.test"),
        lambda device: setattr(device, "site", "evil.test"),
        lambda device: setattr(device, "flags", PRESENT),
        lambda device: setattr(device, "key", Device("", "").key),
        lambda device: setattr(device, "id", secrets.token_bytes(32)),
    ],
    ids=["another origin", "another site", "owner not recognised", "another key", "unknown"],
)
def test_a_passkey_that_is_not_right_opens_nothing(
    house: House, passkeys: Passkeys, spoil: Callable[[Device], None]
) -> None:
    entrance = begin(house, passkeys.person)
    asked = passkeys.asked(entrance)
    spoil(passkeys.device)
    assert passkeys.gives(entrance, passkeys.device.signs(asked)) == Denied.WRONG_FACTOR


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "{" * 30_000, '{"id":"a","rawId":"é"}', "\x00"]
)
def test_an_answer_that_is_none_is_refused(house: House, passkeys: Passkeys, answer: str) -> None:
    entrance = begin(house, passkeys.person)
    passkeys.asked(entrance)
    assert passkeys.gives(entrance, answer) == Denied.WRONG_FACTOR
    own = begin(house, passkeys.person, "staff")
    passkeys.asked_new(own)
    assert passkeys.adds(own, answer) == Denied.WRONG_FACTOR


def test_a_copied_passkey_is_noticed_by_its_counter(house: House, passkeys: Passkeys) -> None:
    with house.databases.engine("maintainer").begin() as connection:
        connection.execute(text("update second_factor set sign_count = 40 where kind = 'passkey'"))
    passkeys.device.counts = 39
    entrance = begin(house, passkeys.person)
    assert passkeys.gives(entrance, passkeys.device.signs(passkeys.asked(entrance))) == Denied.WRONG_FACTOR
    assert passkeys.gives(entrance, passkeys.device.signs(passkeys.asked(entrance))) == "in"


def test_a_passkey_belongs_to_one_account_and_a_pending_session_adds_no_other(house: House, passkeys: Passkeys) -> None:
    thief = Passkeys(house)
    assert thief.adds(thief.pending, passkeys.device.makes(thief.asked_new(thief.pending))) == Denied.FACTOR_TAKEN
    again = begin(house, passkeys.person)
    assert passkeys.adds(again, Device(SITE.origin, SITE.name).makes(passkeys.asked_new(again))) == Denied.WRONG_FACTOR
    # What was asked to sign in makes no key.
    own = begin(house, passkeys.person, "staff")
    assert passkeys.adds(own, Device(SITE.origin, SITE.name).makes(passkeys.asked(own))) == Denied.WRONG_FACTOR


def test_browsers_take_passkeys_for_names_only() -> None:
    assert site_of("https://opvang.example:8443/x") == Site("opvang.example", "https://opvang.example:8443")
    assert site_of("http://localhost:8000") == Site("localhost", "http://localhost:8000")
    for none in ("http://127.0.0.1:8000", "http://opvang.example", "", "https://[::1]"):
        assert site_of(none) is None


def test_a_parent_is_asked_for_no_second_factor(house: House) -> None:
    """Nor can a factor be put beside a parent's account."""
    assert Kind.PARENT not in WITH_SECOND_FACTOR
    stranger = Entrance("brussels", uuid4(), secrets.token_urlsafe(32))
    assert factors_of(house.databases, "brussels", stranger.account_id) == ()
    with pytest.raises(Refused):
        set_up(house, stranger)
