"""The family door."""

from app.web.doors import Door

family = Door("family", login="family", languages="family", module="application")
