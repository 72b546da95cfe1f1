"""The door of the public device; its database login may read and write nothing."""

from app.web.doors import Door

kiosk = Door("kiosk", login="kiosk", languages="family", module="application")
