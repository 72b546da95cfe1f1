"""The text that somebody at the desk accepts; and for administrators: whose signature waits, what ends soon."""

from __future__ import annotations

from app.web.agreements import agreement_page
from app.web.doors import STAFF
from app.web.staff.door import START, staff

agreement_page(staff, "/desk/agreement", who=STAFF, home=START)
