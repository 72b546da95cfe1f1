"""The door of facilities: the requests that chose them, and their answers."""

import app.web.facility.answers
import app.web.facility.bulk
import app.web.facility.corrections
import app.web.facility.own
import app.web.facility.people
import app.web.facility.places
import app.web.facility.refusals
import app.web.facility.requests
import app.web.facility.rights
import app.web.facility.threads
import app.web.facility.urgent  # noqa: F401  importing declares the pages
from app.web.facility.door import facility

__all__ = ["facility"]
