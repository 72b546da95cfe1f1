"""The public door."""

from app.web.doors import Door

public = Door("public", login="family", languages="family")
