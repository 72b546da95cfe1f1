"""One's own account: the password, the factors, the sessions; and a colleague's new start."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import FactorReset
from app.accounts.operations.accounts import close_unused_accounts
from app.accounts.operations.factor_resets import agree_reset, ask_reset
from app.accounts.rules import UNUSED_TERM, Denied
from app.core.actor import WITH_SECOND_FACTOR, system
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.web.doors import House
from jobs.staff import staff_commands
from tests.budgets import AS_SENT, BUDGETS, count_sql
from tests.factories import PASSWORD, Person, acting, as_maintainer, make_worker, post_form, queued, signed_in
from tests.factors import ACCOUNT, FACTOR, SETUP, code_of, enrol, half_in, secret_on, signs_in, worker_of

Client = Callable[[], FlaskClient]
NEW = "een nieuw en lang geheim voor later"


@pytest.fixture
def worker(house: House) -> Person:
    return make_worker(house, role="administrator")


@pytest.fixture
def browser(house: House, client: Client, worker: Person) -> FlaskClient:
    """The browser of an administrator who signed in with a code."""
    secret = enrol(house, worker)
    signing = client()
    assert signs_in(house, signing, worker, secret).status_code == 303
    return signing


@pytest.mark.parametrize("kind", sorted(WITH_SECOND_FACTOR))
def test_everybody_who_works_here_has_an_account_page(house: House, client: Client, kind: str) -> None:
    person = worker_of(house, kind)
    enrol(house, person)
    browser = signed_in(house, client(), person)
    page = browser.get(ACCOUNT)
    assert (page.status_code, person.login in page.text) == (200, True)
    for path in ("password", "authenticator", "passkey", "codes"):
        assert browser.get(f"{ACCOUNT}/{path}").status_code == 200, path
    french = post_form(browser, ACCOUNT, f"{ACCOUNT}/language", language="fr")
    assert french.headers["Location"].startswith("/brussels/fr/account")
    assert post_form(browser, ACCOUNT, f"{ACCOUNT}/language", language="xx").status_code == 404


def test_the_pages_cost_what_they_may(house: House, client: Client, browser: FlaskClient, worker: Person) -> None:
    half = half_in(client(), worker)
    with count_sql(house.databases.engine("family"), house.databases.engine("signin")) as spent:
        page = half.get(FACTOR, headers=AS_SENT)
    BUDGETS["step"].hold(page, spent)
    for path in ("", "/password", "/authenticator", "/codes"):
        with count_sql(house.databases.engine("staff"), house.databases.engine("signin")) as spent:
            page = browser.get(f"{ACCOUNT}{path}", headers=AS_SENT)
        BUDGETS["facility_request"].hold(page, spent)


def test_another_app_asks_for_the_password_and_the_last_one_stays(
    house: House, browser: FlaskClient, worker: Person
) -> None:
    page = f"{ACCOUNT}/authenticator"
    secret = secret_on(browser.get(page))
    refused = post_form(browser, page, code=code_of(house, secret), current="iets heel anders", label="werk")
    assert refused.status_code == 422
    assert secret_on(browser.get(page)) == secret
    added = post_form(browser, page, code=code_of(house, secret), current=PASSWORD, label="telefoon van het werk")
    assert added.status_code == 303, added.text
    shown = browser.get(ACCOUNT).text
    assert "telefoon van het werk" in shown
    # The next one gets another secret.
    assert secret_on(browser.get(page)) != secret
    first, second = re.findall(r'href="([^"]+/account/factor/[^"]+)"', shown)
    assert post_form(browser, first).status_code == 422
    assert post_form(browser, first, current=PASSWORD).status_code == 303
    assert post_form(browser, second, current=PASSWORD).status_code == 422
    assert browser.get(first).status_code == 404
    assert signs_in(house, browser, worker, secret, later=1).status_code == 303


def test_new_codes_are_shown_once_for_the_password(browser: FlaskClient) -> None:
    page = f"{ACCOUNT}/codes"
    assert post_form(browser, page, current="iets heel anders").status_code == 422
    shown = post_form(browser, page, current=PASSWORD)
    assert (shown.status_code, shown.text.count("<li><code")) == (200, 10)


def test_a_new_password_ends_every_other_session_and_keeps_this_one(
    house: House, client: Client, browser: FlaskClient, worker: Person
) -> None:
    other = signed_in(house, client(), worker)
    assert other.get(ACCOUNT).status_code == 200
    changed = post_form(browser, f"{ACCOUNT}/password", current=PASSWORD, password=NEW)
    assert changed.status_code == 303, changed.text
    assert browser.get(ACCOUNT).status_code == 200
    assert other.get(ACCOUNT).headers["Location"].endswith("/sign-in")


def test_sessions_are_listed_and_ended(house: House, client: Client, browser: FlaskClient, worker: Person) -> None:
    other, third = signed_in(house, client(), worker), signed_in(house, client(), worker)
    keys = re.findall(r'name="which" value="([0-9a-f]{64})"', browser.get(ACCOUNT).text)
    assert len(keys) == 2
    assert post_form(browser, ACCOUNT, f"{ACCOUNT}/end", which=keys[0]).status_code == 303
    assert post_form(browser, ACCOUNT, f"{ACCOUNT}/end", which="others").status_code == 303
    assert {each.get(ACCOUNT).status_code for each in (other, third)} == {303}
    assert post_form(browser, ACCOUNT, f"{ACCOUNT}/end", which="zz").status_code == 404
    # Nor does anybody end the session of somebody else.
    stranger = signed_in(house, client(), make_worker(house))
    mine = re.findall(r'name="which" value="([0-9a-f]{64})"', browser.get(ACCOUNT).text)
    for key in (*keys, *mine):
        assert post_form(stranger, ACCOUNT, f"{ACCOUNT}/end", which=key).status_code == 404


def page_of(person: Person) -> str:
    """Return the page on which a colleague's factor is reset."""
    return f"/brussels/nl/desk/people/{person.id}/factor"


def test_a_new_start_takes_two_and_lets_in_with_a_new_factor_only(
    house: House, client: Client, browser: FlaskClient
) -> None:
    lost, second = make_worker(house), make_worker(house, role="administrator")
    secret = enrol(house, lost)
    theirs = client()
    signs_in(house, theirs, lost, secret)
    page = page_of(lost)
    assert post_form(browser, page, deed="ask").status_code == 303
    assert [message.recipient for message in queued(house, "factor_reset_asked")] == [lost.login]
    # Who asked does not agree, whatever is posted; and nothing has happened yet.
    assert post_form(browser, page, deed="agree").status_code == 409
    assert theirs.get(ACCOUNT).status_code == 200
    other = signed_in(house, client(), second)
    assert post_form(other, page, deed="agree").status_code == 303
    assert theirs.get(ACCOUNT).headers["Location"].endswith("/sign-in")
    assert [message.recipient for message in queued(house, "factor_reset_done")] == [lost.login]
    assert post_form(other, page, deed="agree").status_code == 404
    back = half_in(client(), lost)
    assert back.get(FACTOR).headers["Location"] == SETUP
    assert post_form(back, SETUP, code=code_of(house, secret)).status_code == 422
    assert post_form(back, SETUP, code=code_of(house, secret_on(back.get(SETUP)))).status_code == 200


def test_nobody_resets_their_own_and_nobody_but_an_administrator_any(
    house: House, client: Client, browser: FlaskClient, worker: Person
) -> None:
    lost = make_worker(house)
    assert browser.get(page_of(worker)).status_code == 404
    assert browser.get(page_of(make_worker(house, "leuven"))).status_code == 404
    for role in ("helpdesk", "policy", "developer"):
        assert signed_in(house, client(), make_worker(house, role=role)).get(page_of(lost)).status_code == 404
    assert post_form(browser, page_of(lost), deed="ask").status_code == 303
    other = signed_in(house, client(), make_worker(house, role="administrator"))
    assert post_form(other, page_of(lost), deed="refuse").status_code == 303
    # Refused once, it can be asked again.
    assert post_form(other, page_of(lost), deed="ask").status_code == 303


@pytest.mark.promise("KL-31", breaks="app.accounts.rules:may_agree")
@pytest.mark.promise("KL-31", breaks="policy:factor_reset.staff.update")
def test_the_database_lets_nobody_agree_to_what_they_asked(house: House, worker: Person) -> None:
    """Without a page and without a rule in between."""
    lost = make_worker(house)
    with acting(house, worker) as session:
        ask_reset(session, lost.id, house.clock.now())
    with acting(house, worker) as session:
        agreeing = text("update factor_reset set agreed_by = :other, agreed_at = app.now(), ended_at = app.now()")
        changed = session.connection().execute(agreeing, {"other": make_worker(house).id})
        assert changed.rowcount == 0
    with acting(house, worker) as session:
        assert session.scalar(text("select access.reset_factors(:id)"), {"id": lost.id}) is False
    with acting(house, worker) as session, pytest.raises(Refused) as refused:
        agree_reset(session, lost.id, house.clock.now())
    assert refused.value.reason is Denied.RESET_TAKES_TWO
    with acting(house, make_worker(house, role="helpdesk")) as session, pytest.raises(NotFound):
        agree_reset(session, lost.id, house.clock.now())


@pytest.mark.promise("KL-31", breaks="constraint:factor_reset.ck_factor_reset_two_persons")
def test_no_reset_on_record_is_one_persons_or_the_owners(house: House, worker: Person) -> None:
    lost, now = make_worker(house), house.clock.now()
    for asked, agreed in ((worker.id, worker.id), (lost.id, worker.id), (worker.id, lost.id)):
        columns = {"asked_by": asked, "asked_at": now, "agreed_by": agreed, "agreed_at": now, "ended_at": now}
        with pytest.raises(IntegrityError), as_maintainer(house) as session:
            session.add(FactorReset(id=uuid4(), organisation="brussels", account_id=lost.id, **columns))


def test_an_operator_resets_where_there_is_one_administrator(house: House, client: Client) -> None:
    lost = make_worker(house)
    enrol(house, lost)
    theirs = signed_in(house, client(), lost)
    command = staff_commands(house)
    assert CliRunner().invoke(command, ["reset-factor", "leuven", lost.login]).exit_code == 1
    done = CliRunner().invoke(command, ["reset-factor", "brussels", lost.login])
    assert done.exit_code == 0, done.output
    assert theirs.get(ACCOUNT).status_code == 303
    assert half_in(client(), lost).get(FACTOR).headers["Location"] == SETUP
    with as_maintainer(house) as session:
        events = session.scalars(text("select event from audit_entry where actor_kind = 'system:operator'")).all()
    assert events == ["factor_reset_by_operator"]


def close_unused(house: House) -> int:
    """Do what the nightly job does."""
    now = house.clock.now()
    with transaction(house.databases, "jobs", system("accounts", "brussels"), now) as session:
        return close_unused_accounts(session, now=now, limit=100)


@pytest.mark.promise(
    "KL-31", breaks="app.accounts.operations.accounts:close_unused_accounts", twin="tests.twins:closes_nothing"
)
def test_an_account_that_nobody_uses_is_closed(house: House, client: Client) -> None:
    used, unused = make_worker(house), make_worker(house)
    secret = enrol(house, used)
    open_still = signed_in(house, client(), unused)
    house.clock.offset += UNUSED_TERM - timedelta(days=1)
    assert signs_in(house, client(), used, secret).status_code == 303
    assert close_unused(house) == 0
    house.clock.offset += timedelta(days=2)
    assert close_unused(house) == 1
    assert close_unused(house) == 0
    with as_maintainer(house) as session:
        rows = session.execute(text("select id, active from account")).all()
    assert {row.id: row.active for row in rows} == {used.id: True, unused.id: False}
    assert open_still.get(ACCOUNT).status_code == 303
