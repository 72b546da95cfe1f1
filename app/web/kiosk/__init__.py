"""The door of the public device: registering it, beginning and ending a visit."""

import app.web.kiosk.enrol
import app.web.kiosk.visits  # noqa: F401  importing declares the pages
from app.web.kiosk.door import kiosk

__all__ = ["kiosk"]
