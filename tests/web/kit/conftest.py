"""The preview of the kit: in a test client, and in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.servers.web import LiveServer
from tests.web.kit.preview import create_preview


@pytest.fixture(scope="session")
def preview() -> Flask:
    """The application of the preview."""
    return create_preview()


@pytest.fixture
def kit(preview: Flask) -> FlaskClient:
    """A client of the preview."""
    return preview.test_client()


@pytest.fixture(scope="session")
def preview_url(preview: Flask) -> Iterator[str]:
    """The address of the preview in Dutch at Brussels."""
    server = LiveServer()
    server.serve(preview)
    yield f"{server.url}/brussels/nl"
    server.close()
