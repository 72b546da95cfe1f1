"""The counter's door: four groups of the families in its area, and the care for sick children at home."""

import app.web.counter.change
import app.web.counter.facilities
import app.web.counter.file
import app.web.counter.find
import app.web.counter.rights
import app.web.counter.sick_care
import app.web.counter.start  # noqa: F401  importing declares the pages
from app.web.counter.door import counter

__all__ = ["counter"]
