"""Second factors of a test: an authenticator with a known secret, and what whoever holds it types."""

from __future__ import annotations

import re
from uuid import uuid4

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import SecondFactor
from app.accounts.queries.factors import KEY_CLASS, factor_place
from app.accounts.rules import STEP_SECONDS, FactorKind
from app.core.actor import Kind
from app.core.crypto import seal_json
from app.web.doors import House
from tests.people import Person, as_maintainer, post_form
from tests.workforce import make_helper, make_worker

FACTOR, SETUP, ACCOUNT = "/brussels/nl/factor", "/brussels/nl/factor/setup", "/brussels/nl/account"


def worker_of(house: House, kind: str) -> Person:
    """Make somebody of a kind that signs in with a second factor."""
    if kind == Kind.HELPER:
        return make_helper(house)[0]
    role = {Kind.STAFF: "administrator", Kind.COUNTER: "counter", Kind.OVERSIGHT: "dpo"}[Kind(kind)]
    return make_worker(house, role=role)


def enrol(house: House, person: Person) -> str:
    """Let somebody have an authenticator; return its secret."""
    secret, factor = pyotp.random_base32(), uuid4()
    with as_maintainer(house, person.organisation) as session:
        sealed = seal_json(session, secret, owner_id=person.id, key_class=KEY_CLASS, place=factor_place(factor))
        session.add(
            SecondFactor(
                id=factor,
                organisation=person.organisation,
                account_id=person.id,
                kind=FactorKind.TOTP,
                secret=sealed,
                created_at=house.clock.now(),
            )
        )
    return secret


def code_of(house: House, secret: str, later: int = 0) -> str:
    """Return the code that an authenticator shows now, or some steps later or earlier."""
    step = int(house.clock.unshifted().timestamp()) // STEP_SECONDS
    return pyotp.TOTP(secret).generate_otp(step + later)


def signs_in(house: House, client: FlaskClient, person: Person, secret: str, later: int = 0) -> TestResponse:
    """Sign in through the pages: password, then code; return the answer to the code."""
    begun = post_form(client, f"{person.base}/sign-in", login=person.login, password=person.password)
    assert begun.headers["Location"] == f"{person.base}/factor", begun.text
    return post_form(client, f"{person.base}/factor", code=code_of(house, secret, later))


def half_in(client: FlaskClient, person: Person) -> FlaskClient:
    """Give the password and no more."""
    answer = post_form(client, f"{person.base}/sign-in", login=person.login, password=person.password)
    assert answer.status_code == 303
    return client


def secret_on(page: TestResponse) -> str:
    """Return the secret that a page shows to type over."""
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text
    return found[1].replace(" ", "")
