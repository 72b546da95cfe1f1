"""The facility door."""

from app.web.doors import Door

facility = Door("facility", login="facility", languages="staff", module="application")
