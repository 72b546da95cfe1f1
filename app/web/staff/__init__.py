"""The door of the desk: what families wrote, what is to be done, how often pages were opened."""

import app.web.staff.agreements
import app.web.staff.changes
import app.web.staff.contact
import app.web.staff.devices
import app.web.staff.factor_reset
import app.web.staff.figures
import app.web.staff.file
import app.web.staff.find
import app.web.staff.flags
import app.web.staff.grants
import app.web.staff.inbox
import app.web.staff.join
import app.web.staff.letters
import app.web.staff.parent_view
import app.web.staff.parties
import app.web.staff.partners
import app.web.staff.people
import app.web.staff.rights
import app.web.staff.start
import app.web.staff.surveys
import app.web.staff.tasks  # noqa: F401  importing declares the pages
from app.web.staff.door import staff

__all__ = ["staff"]
