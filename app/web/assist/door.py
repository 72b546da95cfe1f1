"""The door at which a worker begins beside a family, and stops."""

from __future__ import annotations

from app.web.doors import Door

assist = Door("assist", login="helper", languages="staff", module="application")
