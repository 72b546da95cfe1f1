"""Where a request comes from, as tries are counted by it."""

from __future__ import annotations

from flask import request


def caller() -> str:
    """Return the address that tries are counted by: one network of 64 bits counts as one caller."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address
