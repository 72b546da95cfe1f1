"""Where a page of the ranked list begins or ends, as an opaque word that names nobody."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE = struct.Struct(">?Hq16s")


@dataclass(frozen=True, slots=True)
class Cursor:
    """The keys of a row of the list: the page after it, or before it when `backwards`."""

    rank: int
    submitted_at: datetime
    id: UUID
    backwards: bool = False

    def encode(self) -> str:
        """Return the word for an address."""
        micros = (self.submitted_at - _EPOCH) // timedelta(microseconds=1)
        return urlsafe_b64encode(_SHAPE.pack(self.backwards, self.rank, micros, self.id.bytes)).decode()

    @classmethod
    def decode(cls, word: str) -> Cursor:
        """Return the cursor behind a word; raises ValueError for anything else."""
        try:
            backwards, rank, micros, raw = _SHAPE.unpack(urlsafe_b64decode(word.encode("ascii")))
            return cls(rank, _EPOCH + timedelta(microseconds=micros), UUID(bytes=raw), backwards)
        except (ValueError, struct.error, OverflowError) as error:
            raise ValueError("no cursor") from error
