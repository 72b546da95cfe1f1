"""The door of a file that its family shows at a counter: to read, for half an hour."""

import app.web.lookalong.file  # noqa: F401  importing declares the page
from app.web.lookalong.door import lookalong

__all__ = ["lookalong"]
