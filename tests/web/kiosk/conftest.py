"""A registered device, and a browser on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.doors import House
from tests.web.kiosk.standing import enrolled


@pytest.fixture
def device(app: Flask, house: House) -> Callable[..., FlaskClient]:
    """Makes browsers that an administrator registered, each a device of its own."""
    return lambda organisation="brussels": enrolled(house, app.test_client(), organisation)
