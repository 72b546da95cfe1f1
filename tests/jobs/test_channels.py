"""A family is written to in the way it wished, once; what cannot reach it becomes a task of the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from app.accounts.operations import confirm_address, issue_confirmation, sign_in
from app.accounts.rules import Denied
from app.applications.operations.notices import tell_family
from app.core.crypto import open_json
from app.core.errors import Refused
from app.core.models import OutboxMessage
from app.families.models import Applicant
from app.families.operations import change_applicant
from app.families.queries import Reach, own_family
from app.families.rules import Channel, ways_to_write
from app.web.doors import House
from app.web.mails import compose
from app.web.mails.letters import LETTERS
from jobs import outbox
from jobs.context import Context, make_context
from jobs.texts import LONGEST, address_of_phone
from tests.factories import PASSWORD, FamilyMade, acting, as_maintainer, make_facility, make_family, make_leader
from tests.jobs.test_outbox import talking_relay
from tests.servers.mail import Mailbox
from tests.web.test_mails import FOR_FAMILIES, VALUES

DAY = "2027-01-01"
ALL = ("mail", "text", "letter")


@pytest.fixture
def sending(surroundings: Context) -> Iterator[Context]:
    """A worker in production's manner, with a gateway for text messages: letters wait for the desk."""
    made = make_context(replace(surroundings.settings, text_mail_domain="sms.example", demo=False))
    yield made
    made.databases.dispose()


def wish(house: House, family: FamilyMade, **columns: Any) -> None:
    with as_maintainer(house) as session:
        session.execute(update(Applicant).where(Applicant.dossier_id == family.dossier_id).values(**columns))


def tell(house: House, family: FamilyMade, kind: str = "declined_receipt", key: str = "told:1") -> None:
    with acting(house, family.person) as session:
        tell_family(session, family.dossier_id, kind, key, facility="De Zandbak")


def rows(house: House) -> dict[str, OutboxMessage]:
    with as_maintainer(house) as session:
        return {row.once_key: row for row in session.scalars(select(OutboxMessage))}


def content_of(house: House, row: OutboxMessage) -> dict[str, Any]:
    assert row.sealed is not None
    with as_maintainer(house) as session:
        opened: dict[str, Any] = open_json(
            session, row.sealed, owner_id=row.owner_id, key_class="message", place=f"outbox:sealed:{row.id}"
        )
    return opened


@contextmanager
def refusing(context: Context) -> Iterator[Context]:
    """A worker whose relay knows no such mailbox."""
    with talking_relay(at_recipient="550 no such mailbox") as url:
        odd = make_context(replace(context.settings, smtp_url=url))
        yield odd
        odd.databases.dispose()


@pytest.mark.parametrize(
    ("made", "has", "ways"),
    [
        (None, "mail text letter", "mail letter"),
        (None, "text letter", "letter"),
        (None, "text", ""),
        ("mail", "mail text letter", "mail text letter"),
        ("mail", "text letter", "text letter"),
        ("mail", "letter", "letter"),
        ("text", "mail text letter", "text mail letter"),
        ("text", "mail letter", "mail letter"),
        ("letter", "mail text letter", "letter mail text"),
        ("letter", "text", "text"),
    ],
)
@pytest.mark.promise("KL-05", breaks="app.families.rules:ways_to_write")
def test_the_wish_comes_first_and_then_what_there_is(made: str | None, has: str, ways: str) -> None:
    there = {f"has_{what}": name in has.split() for what, name in zip(("email", "mobile", "address"), ALL, strict=True)}
    assert " ".join(ways_to_write(made, **there, offered=ALL)) == ways  # type: ignore[arg-type]


def test_what_an_organisation_does_not_offer_is_no_way() -> None:
    found = ways_to_write("text", has_email=True, has_mobile=True, has_address=True, offered=("mail", "letter"))
    assert found == (Channel.MAIL, Channel.LETTER)


@pytest.mark.promise("KL-05", breaks="app.families.rules:ways_to_write")
@pytest.mark.parametrize("channel", [None, "mail"])
def test_by_e_mail(house: House, sending: Context, mailbox: Mailbox, channel: str | None) -> None:
    family = make_family(house)
    wish(house, family, channel=channel)
    tell(house, family)
    outbox.drain_with(sending)
    outbox.drain_with(sending)
    assert [mail["To"] for mail in mailbox.messages()] == [family.email]
    (row,) = rows(house).values()
    assert (row.state, row.channel, row.dossier_id) == ("sent", "mail", family.dossier_id)


@pytest.mark.promise("KL-05", breaks="app.families.rules:ways_to_write")
def test_by_text_message(house: House, sending: Context, mailbox: Mailbox) -> None:
    family = make_family(house)
    wish(house, family, channel="text", phone="+32470123456")
    tell(house, family)
    outbox.drain_with(sending)
    assert [mail["To"] for mail in mailbox.messages()] == ["32470123456@sms.example"]
    (mail,) = mailbox.messages()
    assert mail["X-Opvangloket-Channel"] == "text"
    text = mail.get_content().strip()
    assert len(text) <= LONGEST
    assert "De Zandbak" not in text
    assert rows(house)["told:1"].channel == "text"


@pytest.mark.promise("KL-05", breaks="app.families.rules:ways_to_write")
def test_who_gave_neither_gets_a_letter_for_the_desk(house: House, sending: Context, mailbox: Mailbox) -> None:
    family = make_family(house, applicant={"email": None, "phone": None, "street": "Kersenlaan"})
    tell(house, family)
    outbox.drain_with(sending)
    assert mailbox.messages() == []
    row = rows(house)["told:1"]
    assert (row.state, row.channel, row.sent_at) == ("to_print", "letter", None)
    content = content_of(house, row)
    assert content["recipient"].splitlines()[1:] == ["Kersenlaan 12", "1030 Schaarbeek"]
    assert content["params"]["facility"] == "De Zandbak"


def test_a_text_without_a_gateway_goes_by_the_next_way(house: House, surroundings: Context, mailbox: Mailbox) -> None:
    bare = make_context(replace(surroundings.settings, text_mail_domain="", demo=False))
    family = make_family(house)
    wish(house, family, channel="text")
    tell(house, family)
    outbox.drain_with(bare)
    bare.databases.dispose()
    assert [mail["To"] for mail in mailbox.messages()] == [family.email]


def test_the_demo_shows_texts_and_letters_in_its_mailbox(house: House, surroundings: Context, mailbox: Mailbox) -> None:
    demo = make_context(replace(surroundings.settings, demo=True, text_mail_domain="text.invalid"))
    texting, writing = make_family(house), make_family(house)
    wish(house, texting, channel="text", phone="0470 12 34 56")
    wish(house, writing, channel="letter")
    tell(house, texting, key="told:1")
    tell(house, writing, key="told:2")
    outbox.drain_with(demo)
    demo.databases.dispose()
    assert {mail["To"] for mail in mailbox.messages()} == {"32470123456@text.invalid", "letter@print.invalid"}
    assert {key: row.state for key, row in rows(house).items()} == {"told:1": "sent", "told:2": "to_print"}


def test_a_letter_found_in_the_journal_still_waits_for_the_desk(
    house: House, surroundings: Context, mailbox: Mailbox
) -> None:
    demo = make_context(replace(surroundings.settings, demo=True))
    family = make_family(house, applicant={"email": None})
    tell(house, family)
    outbox.drain_with(demo)
    with as_maintainer(house) as session:
        session.execute(update(OutboxMessage).values(state="uncertain", due_at=surroundings.now()))
    outbox.settle(demo)
    demo.databases.dispose()
    assert rows(house)["told:1"].state == "to_print"
    assert content_of(house, rows(house)["told:1"])["params"]["facility"] == "De Zandbak"


@pytest.mark.promise("KL-05")
def test_what_is_refused_goes_once_by_each_next_way(house: House, sending: Context, mailbox: Mailbox) -> None:
    family = make_family(house)
    wish(house, family, channel="mail")
    tell(house, family)
    with refusing(sending) as odd:
        outbox.drain_with(odd)
    outbox.drain_with(sending)
    outbox.drain_with(sending)
    found = rows(house)
    assert {key: (row.channel, row.state) for key, row in found.items()} == {
        "told:1": ("mail", "dead"),
        "told:1:text": ("text", "dead"),
        "told:1:letter": ("letter", "to_print"),
    }
    # Both are tasks of the desk until somebody has looked at them.
    assert [row.handled_at for row in found.values()] == [None] * 3
    assert mailbox.messages() == []


def test_attempts_that_are_used_up_are_an_end_too(house: House, sending: Context) -> None:
    family = make_family(house)
    tell(house, family)
    with as_maintainer(house) as session:
        session.execute(update(OutboxMessage).values(attempts=11))
    away = make_context(replace(sending.settings, smtp_url="smtp://127.0.0.1:9"))
    outbox.drain_with(away)
    away.databases.dispose()
    assert {key: row.state for key, row in rows(house).items()} == {"told:1": "dead", "told:1:letter": "to_print"}


def test_who_can_be_reached_in_no_way_is_a_task_and_no_loop(house: House, sending: Context) -> None:
    family = make_family(house, applicant={"email": None, "street": None})
    tell(house, family)
    outbox.drain_with(sending)
    assert outbox.drain_with(sending) == 0
    (row,) = rows(house).values()
    assert (row.state, row.last_error, row.handled_at) == ("dead", outbox.NOWHERE, None)


def test_a_link_goes_where_it_was_typed_and_nowhere_else(house: House, sending: Context) -> None:
    family = make_family(house)
    with acting(house, family.person) as session:
        issue_confirmation(
            session,
            account_id=family.person.id,
            dossier_id=family.dossier_id,
            email="getypt@example.org",
            language="nl",
            now=house.clock.now(),
        )
    with refusing(sending) as odd:
        outbox.drain_with(odd)
    assert [row.state for row in rows(house).values()] == ["dead"]


@pytest.mark.promise("KL-28", breaks="app.families.queries:reach_of", twin="tests.jobs.test_channels:address_of_before")
def test_an_address_that_changed_counts_for_what_waits(house: House, sending: Context, mailbox: Mailbox) -> None:
    family = make_family(house)
    tell(house, family)
    wish(house, family, email="nieuw@example.org")
    outbox.drain_with(sending)
    assert [mail["To"] for mail in mailbox.messages()] == ["nieuw@example.org"]


@pytest.mark.promise("KL-05")
def test_a_facility_reaches_a_family_whose_address_it_may_not_know(
    house: House, sending: Context, mailbox: Mailbox
) -> None:
    facility = make_facility(house)
    family, leader, now = make_family(house, [facility]), make_leader(house, facility), house.clock.now()
    with acting(house, family.person) as session:
        known = own_family(session, family.dossier_id).applicant
        change_applicant(session, family.dossier_id, replace(known, protected=True), now=now)
    with acting(house, leader) as session:
        tell_family(session, family.dossier_id, "answer_considering", "told:1", facility=facility.name)
    row = rows(house)["told:1"]
    assert content_of(house, row)["recipient"] == ""
    outbox.drain_with(sending)
    assert [mail["To"] for mail in mailbox.messages()] == [family.email]


def address_of_before(*_: object) -> Reach:
    """Know only the address of before the change: the twin of a look-up at the moment of sending."""
    return Reach(None, "Amina Peeters", None, None, False, "Oudestraat", "12", "1030", "schaarbeek")


@pytest.mark.promise("KL-26", breaks="app.families.queries:reach_of", twin="tests.jobs.test_channels:address_of_before")
def test_a_change_given_once_holds_for_the_whole_file_and_nowhere_else(house: House, sending: Context) -> None:
    here, there = make_facility(house), make_facility(house)
    family = make_family(house, [here], applicant={"email": None})
    make_family(house, [there], of=family)
    same = {"given_name": "Amina", "family_name": "Peeters", "street": "Oudestraat", "email": None}
    elsewhere = make_family(house, organisation="leuven", applicant=same)
    leaders, now = [make_leader(house, place) for place in (here, there)], house.clock.now()
    tell(house, family, key="before")
    outbox.drain_with(sending)
    with acting(house, family.person) as session:
        known = own_family(session, family.dossier_id).applicant
        change_applicant(session, family.dossier_id, replace(known, street="Nieuwstraat"), now=now)
    for leader in leaders:
        with acting(house, leader) as session:
            assert session.scalars(select(Applicant.street)).all() == ["Nieuwstraat"]
    with as_maintainer(house, "leuven") as session:
        assert session.get_one(Applicant, elsewhere.dossier_id).street == "Oudestraat"
    tell(house, family, key="after")
    outbox.drain_with(sending)
    letters = {key: content_of(house, row)["recipient"] for key, row in rows(house).items()}
    # What was written stays as it was written.
    assert "Nieuwstraat" not in letters["before"]
    assert "Nieuwstraat 12" in letters["after"]


def test_one_address_serves_two_files_and_is_the_login_of_one(house: House, sending: Context, mailbox: Mailbox) -> None:
    shared = "samen@example.org"
    families = [make_family(house, applicant={"email": shared}) for _ in range(2)]
    for number, family in enumerate(families):
        tell(house, family, key=f"told:{number}")
    outbox.drain_with(sending)
    assert [mail["To"] for mail in mailbox.messages()] == [shared, shared]
    for family in families:
        with acting(house, family.person) as session:
            issue_confirmation(
                session,
                account_id=family.person.id,
                dossier_id=family.dossier_id,
                email=shared,
                language="nl",
                now=house.clock.now(),
                changes_login=True,
            )
    links = [row for row in rows(house).values() if row.kind == "confirm_address"]
    tokens = [content_of(house, row)["params"]["token"] for row in links]
    first = confirm_address(house.databases, "brussels", tokens[0], house.clock.now())
    with pytest.raises(Refused) as refused:
        confirm_address(house.databases, "brussels", tokens[1], house.clock.now())
    assert refused.value.reason is Denied.ADDRESS_TAKEN
    other = next(family for family in families if family.person.id != first)
    with as_maintainer(house) as session:
        assert session.get_one(Applicant, other.dossier_id).email == shared
    now = house.clock.now()
    for login, person_id in ((shared, first), (other.reference, other.person.id)):
        found = sign_in(house.databases, "brussels", login, PASSWORD, "192.0.2.1", now)
        assert found is not None
        assert found.id == person_id


def test_a_number_becomes_the_gateways_address() -> None:
    assert address_of_phone("0470 12 34 56", "sms.example") == "32470123456@sms.example"
    assert address_of_phone("+33612345678", "sms.example") == "33612345678@sms.example"


@pytest.mark.parametrize("kind", FOR_FAMILIES)
def test_every_message_to_a_family_fits_a_text(house: House, kind: str) -> None:
    for organisation in ("brussels", "leuven"):
        profile = house.profiles[organisation]
        for language in (*profile.languages.family, *profile.languages.help):
            params = {name: VALUES[name] for name in LETTERS[kind].params} | {
                "token": "t" * 43,
                "facilities": [],
                "page": "desk",
                "request_id": VALUES["request_id"],
            }
            brief = compose(profile, kind, language, params, base_url="https://loket.example.be").brief
            assert len(brief) <= LONGEST, f"{organisation} {language}: {len(brief)}"
