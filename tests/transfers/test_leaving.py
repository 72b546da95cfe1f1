"""What leaves: exactly the columns of the register, only of families who agreed, only to whom stands in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from subprocess import run
from types import MappingProxyType
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.core.actor import system
from app.core.db import transaction
from app.core.models import Base
from app.families.models import DossierParty, Partner, Restriction
from app.organisations.terms import Ground, Recipient
from app.organisations.texts import PURPOSES
from app.privacy.models import Processor
from app.transfers.models import Delivery
from app.transfers.rules import Denied
from app.web.doors import House
from tests.factories import as_maintainer, make_family, make_worker, queued
from tests.transfers.leaving import (
    agreed,
    consent,
    delivered,
    disclosures,
    file_of,
    give_key,
    make,
    plant,
    read,
    receiver,
)

Figure = Callable[[str], None]
KIND_EN_GEZIN = [
    *("applicant.family_name", "applicant.given_name", "applicant.birth_date", "applicant.sex"),
    *("applicant.street", "applicant.house_number", "applicant.postcode", "applicant.municipality"),
    *("applicant.phone", "applicant.email", "child.family_name", "child.given_name", "child.birth_date"),
]
LOP = ["applicant.email", "partner.email", "child.birth_date"]


@pytest.mark.promise("BXL-32", breaks="app.transfers.policy.rows:_consented", twin="tests.twins:always_in_sql")
@pytest.mark.promise("KK-43", breaks="app.transfers.policy.rows:_consented", twin="tests.twins:always_in_sql")
def test_exactly_these_columns_of_who_agreed(house: House) -> None:
    """Three requests, one with this consent: one record, and after the withdrawal none."""
    give_key(house, "kind_en_gezin")
    agrees, refuses, other = make_family(house), make_family(house), make_family(house)
    consent(house, agrees, "kind_en_gezin")
    consent(house, refuses, "kind_en_gezin", given=False)
    consent(house, other, "lop")
    file = delivered(house, "kind_en_gezin")
    assert file["columns"] == KIND_EN_GEZIN
    names = agrees.names
    assert file["records"] == [
        [
            *(names["family_name"], names["given_name"], "1993-05-04", "f"),
            *(f"Kersenlaan{names['given_name'].removeprefix('Amina')}", "12", "1030", "schaarbeek"),
            *(f"+3247000{int(names['given_name'].removeprefix('Amina')):04d}", agrees.email),
            *(names["family_name"], names["child"], (house.clock.now().date() - timedelta(days=120)).isoformat()),
        ]
    ]
    rows = disclosures(house, agrees.dossier_id)
    assert {(row.person, row.recipient) for row in rows} == {
        ("applicant", "kind_en_gezin"),
        ("child", "kind_en_gezin"),
    }
    assert agrees.reference not in str(file)
    consent(house, agrees, "kind_en_gezin", given=False, at=house.clock.now() + timedelta(seconds=1), channel="phone")
    assert delivered(house, "kind_en_gezin")["records"] == []


@pytest.mark.promise("BXL-33", breaks="app.transfers.policy.rows:_partner_named", twin="tests.twins:never_in_sql")
def test_never_a_partner(house: House) -> None:
    """No value of a partner who shares address and phone, nor a name that somebody wrote into the address."""
    give_key(house, "kind_en_gezin")
    shared = make_family(house)
    with as_maintainer(house) as session:
        partner = session.get_one(Partner, shared.dossier_id)
        partner.phone = f"+3247000{int(shared.names['given_name'].removeprefix('Amina')):04d}"
        partner_values = (partner.given_name, partner.family_name, partner.email)
    combined = make_family(house, applicant={"given_name": "Amina en Karim"})
    inside = make_family(house, applicant={"street": "Bij Karim Zoon, Kersenlaan"})
    for family in (combined, inside):
        with as_maintainer(house) as session:
            session.get_one(Partner, family.dossier_id).given_name = "Karim"
    for family in (shared, combined, inside):
        consent(house, family, "kind_en_gezin")
    file = delivered(house, "kind_en_gezin")
    assert len(file["records"]) == 1
    assert not [value for value in (*partner_values, "Karim") if value and value in str(file)]


@pytest.mark.promise("BXL-36", breaks="app.transfers.policy.rows:_consented", twin="tests.twins:always_in_sql")
def test_two_addresses_and_a_birth_date(house: House) -> None:
    """Exactly two e-mail addresses and the birth date; nothing of who agreed elsewhere, or before the birth."""
    give_key(house, "lop")
    family = make_family(house)
    for one in (family, make_family(house, expected=True)):
        consent(house, one, "lop")
    consent(house, make_family(house), "kind_en_gezin")
    withdrew = make_family(house)
    consent(house, withdrew, "lop", at=house.clock.now() - timedelta(days=1))
    consent(house, withdrew, "lop", given=False)
    file = delivered(house, "lop")
    number = family.names["given_name"].removeprefix("Amina")
    born = (house.clock.now().date() - timedelta(days=120)).isoformat()
    assert (file["columns"], file["records"]) == (LOP, [[family.email, f"partner{number}@example.org", born]])
    apart = make_family(house)
    consent(house, apart, "lop")
    with as_maintainer(house) as session:
        session.add(
            DossierParty(
                id=uuid4(),
                organisation="brussels",
                dossier_id=apart.dossier_id,
                account_id=uuid4(),
                invitation_hash=b"",
                invited_at=house.clock.now(),
                invitation_expires_at=house.clock.now(),
                joined_at=house.clock.now(),
                apart=True,
            )
        )
    assert [apart.email, "", born] in delivered(house, "lop")["records"]


def test_who_is_left_out(house: House) -> None:
    """A restricted file, a protected address, a cancelled request and a next child without its own consent."""
    give_key(house, "kind_en_gezin")
    kept, restricted = make_family(house), make_family(house)
    hidden, over = make_family(house, applicant={"protected": True}), make_family(house, application_state="cancelled")
    for family in (kept, restricted, hidden, over):
        consent(house, family, "kind_en_gezin")
    make_family(house, of=kept, child={"given_name": "Tweede"})
    with as_maintainer(house) as session:
        session.add(
            Restriction(id=uuid4(), organisation="brussels", dossier_id=restricted.dossier_id, since=house.clock.now())
        )
    assert [record[1] for record in delivered(house, "kind_en_gezin")["records"]] == [kept.names["given_name"]]


@pytest.mark.promise("BXL-37", breaks="app.transfers.rules:may_leave")
@pytest.mark.promise("BXL-38", breaks="app.transfers.rules:may_leave")
@pytest.mark.promise("KG-05", breaks="app.transfers.rules:may_leave")
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"recipient": "advertiser"}, Denied.NOT_IN_REGISTER),
        ({"purpose": "insurance"}, Denied.OTHER_PURPOSE),
        ({"ground": "service"}, Denied.OTHER_GROUND),
        ({"columns": [*LOP, "applicant.phone"]}, Denied.OTHER_COLUMNS),
        ({"approved_by": None}, Denied.NOT_APPROVED),
    ],
)
def test_nobody_else_and_for_nothing_else(house: House, given: dict[str, object], reason: Denied) -> None:
    """What is not in the register so is not made: the delivery ends, and the overseers hear of it."""
    officer = make_worker(house, role="dpo")
    consent(house, make_family(house), "lop")
    delivery_id = plant(house, **given)
    assert make(house, delivery_id).denied is reason
    with as_maintainer(house) as session:
        found = session.get_one(Delivery, delivery_id)
        assert (found.state, found.file) == ("cancelled", None)
    assert [one.kind for one in queued(house) if one.recipient == officer.login] == ["delivery_refused"]


def test_the_log_entry_of_a_delivery(house: House) -> None:
    """BXL-37: purpose, date, number of records, receiver, columns and the version of the statement."""
    give_key(house, "lop")
    consent(house, make_family(house), "lop")
    delivery_id, before = agreed(house, "lop"), house.clock.now()
    make(house, delivery_id)
    with as_maintainer(house) as session:
        row = session.get_one(Delivery, delivery_id)
        assert (row.purpose, row.record_count, row.recipient, row.columns) == ("contact_family", 1, "lop", LOP)
        assert row.text_version == house.profiles["brussels"].statement.version
        assert row.made_at is not None
        assert before <= row.made_at <= house.clock.now()


def test_the_register_ends_a_recipient(house: House) -> None:
    profile = house.profiles["brussels"]
    ended = replace(profile.recipients["lop"], until=house.clock.now().date() - timedelta(days=1))
    delivery_id = agreed(house, "lop")
    give_key(house, "lop")
    gone = replace(profile, recipients=MappingProxyType({**profile.recipients, "lop": ended}))
    assert make(house, delivery_id, gone).denied is Denied.ENDED


@pytest.mark.promise("KG-07", breaks="app.transfers.operations.leaving:_has_agreement")
def test_no_firm_without_its_agreement(house: House) -> None:
    """An agreement that speaks of an earlier statement, or that ended, is none."""
    profile, now = house.profiles["brussels"], house.clock.now()
    name = "Drukkerij De Brief"
    firm = Recipient("printer", name, Ground.PROCESSOR, PURPOSES["host"], "", ("applicant.email",), None)
    known = replace(profile, recipients=MappingProxyType({**profile.recipients, "printer": firm}))
    given = {"recipient": "printer", "purpose": "host", "ground": "processor", "columns": ["applicant.email"]}

    def agreement(**other: object) -> Processor:
        signed = {"agreement_signed_on": date(2020, 1, 1), "statement_version": profile.statement.version} | other
        about = {"name": name, "purpose": "host", "country": "BE", "starts_on": date(2020, 1, 1)}
        return Processor(id=uuid4(), organisation="brussels", recorded_by=uuid4(), recorded_at=now, **about, **signed)

    for other in (
        {"statement_version": "2001-1"},
        {"agreement_until": date(2021, 1, 1)},
        {"agreement_signed_on": None},
    ):
        with as_maintainer(house) as session:
            session.add(agreement(**other))
        assert make(house, plant(house, **given), known).denied is Denied.NO_AGREEMENT


def test_nothing_without_a_checked_key(house: House) -> None:
    """The file waits, and is made once a second person compared the key."""
    consent(house, make_family(house), "lop")
    delivery_id = agreed(house, "lop")
    give_key(house, "lop", checked=False)
    assert make(house, delivery_id).denied is Denied.NO_KEY
    give_key(house, "lop")
    assert make(house, delivery_id).count == 1


@pytest.mark.promise("BXL-32", breaks="policy:applicant.jobs.select")
def test_the_job_reads_no_family_by_itself(house: House, figure: Figure) -> None:
    """The purpose that makes files sees no row of a family's tables, and no function without an approved delivery."""
    family = make_family(house)
    consent(house, family, "kind_en_gezin")
    asked = plant(house, state="asked", approved_by=None)
    elsewhere = plant(house, recipient="kind_en_gezin", purpose="insurance")
    seen = 0
    for table in ("applicant", "partner", "child", "circumstances", "consent", "application", "health_answer"):
        with transaction(house.databases, "jobs", system("deliveries", "brussels"), house.clock.now()) as session:
            columns = [column.name for column in Base.metadata.tables[table].columns]
            for column in columns:
                try:
                    with session.begin_nested():
                        seen += len(session.execute(text(f"select {column} from {table}")).all())
                except DBAPIError:
                    continue
    assert seen == 0
    for name, delivery_id in (("lop", asked), ("kind_en_gezin", asked), ("kind_en_gezin", elsewhere)):
        with transaction(house.databases, "jobs", system("deliveries", "brussels"), house.clock.now()) as session:
            query = text(f"select * from access.delivery_rows_brussels_{name}(:id)")
            assert session.execute(query, {"id": delivery_id}).all() == []
    figure(f"deliveries: {seen} values read from tables by the login that makes files")


def test_a_spreadsheet_runs_nothing(house: House) -> None:
    """A name that begins as a formula stays a name, a phone number a number; the columns are the register's."""
    give_key(house, "kind_en_gezin")
    family = make_family(house, applicant={"family_name": "=HYPERLINK(1)", "given_name": '-Ann, "Lies"\n'})
    consent(house, family, "kind_en_gezin")
    delivery_id = agreed(house, "kind_en_gezin", "csv")
    assert make(house, delivery_id).count == 1
    head, record = csv.reader(io.StringIO(file_of(house, delivery_id).decode(), newline=""))
    assert head == KIND_EN_GEZIN
    assert record[:2] == ["'=HYPERLINK(1)", '\'-Ann, "Lies"\n']
    assert record[8].startswith("+32")


def test_openssl_opens_it(house: House, tmp_path: Path) -> None:
    give_key(house, "lop")
    consent(house, make_family(house), "lop")
    delivery_id = agreed(house, "lop")
    make(house, delivery_id)
    with as_maintainer(house) as session:
        file = session.scalars(select(Delivery.file).where(Delivery.id == delivery_id)).one()
    assert file is not None
    (tmp_path / "file.p7m").write_bytes(file)
    private = receiver().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(private)
    command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-binary", "-in", "file.p7m", "-inkey", "key.pem"]
    opened = run(command, cwd=tmp_path, capture_output=True, check=True)
    assert opened.stdout == file_of(house, delivery_id)
    described = run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "file.p7m"],
        cwd=tmp_path, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert "aes-256-cbc" in described.stdout
    assert read(house, delivery_id)["count"] == 1
