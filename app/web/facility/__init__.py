"""The door of facilities: the requests that chose them, and their answers."""

from app.web.facility import answers, requests
from app.web.facility.door import facility

__all__ = ["answers", "facility", "requests"]
