"""The door of those who oversee: the data protection officer and the security officer."""

import app.web.oversight.complaints
import app.web.oversight.deliveries
import app.web.oversight.evidence
import app.web.oversight.holds
import app.web.oversight.home
import app.web.oversight.keeping
import app.web.oversight.leak_case
import app.web.oversight.leak_steps
import app.web.oversight.leaks
import app.web.oversight.orders
import app.web.oversight.questions
import app.web.oversight.recipient_keys
import app.web.oversight.register_check
import app.web.oversight.register_processor
import app.web.oversight.registers
import app.web.oversight.request
import app.web.oversight.requests  # noqa: F401  importing declares the pages
from app.web.oversight.door import oversight

__all__ = ["oversight"]
