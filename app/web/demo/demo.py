"""Who can sign in to the demo, and every message that left it."""

from __future__ import annotations

from flask import Flask

from app.web.doors import House


def register(app: Flask, house: House) -> None:
    """Add the demo's own pages."""
