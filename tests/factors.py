"""Second factors of a test: an authenticator with a known secret, and what whoever holds it types."""

from __future__ import annotations

from uuid import uuid4

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import SecondFactor
from app.accounts.queries.factors import KEY_CLASS, factor_place
from app.accounts.rules import STEP_SECONDS, FactorKind
from app.core.crypto import seal_json
from app.web.doors import House
from tests.people import Person, as_maintainer, post_form


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
