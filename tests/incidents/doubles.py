"""What would be if reports were not sealed for others."""

from __future__ import annotations

import json
from typing import Any


def unsealed(session: Any, value: Any, **where: Any) -> bytes:
    """Return a report as it was written."""
    return json.dumps(value).encode()
