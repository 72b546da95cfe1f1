"""What is posted at each page beside the form's own guards, typed by hand; {name} is one of the ids asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

POSTED: Mapping[str, Mapping[str, Any]] = {
    "family.apply_language": {"language": "nl", "municipality": "schaarbeek"},
    "family.my_add": {"facility": "{facility_id}"},
    "family.my_others": {"facility": "{facility_id}"},
    "family.my_consents": {"recipient": "lop", "deed": "give"},
    "family.my_end_session": {"which": "others"},
    "own.end_session": {"which": "others"},
    "own.language": {"language": "fr"},
    "family.my_change": {"situation": "one_parent"},
    "family.my_desk_thread": {"words": "Goeiedag"},
    "family.my_thread": {"words": "Goeiedag"},
    "staff.begin": {"reference": "{reference}"},
    "counter.find": {"words": "Peeters"},
    "counter.sick_care": {"deed": "find", "words": "Peeters"},
    "staff.thread": {"deed": "answer", "words": "Goeiedag"},
    "staff.double": {"decision": "kept"},
    "staff.contact": {"channel": "call"},
    "staff.aside": {"why": "checked_right"},
    "facility.thread": {"deed": "answer", "words": "Goeiedag"},
    "helper.client_prove": {"way": "word", "word": "een ander woord"},
    "facility.consider": {"seen": "open"},
    "facility.not_now": {"seen": "open"},
    "facility.refuse": {"seen": "open", "reason": "no_place", "confirmed": "1"},
    "facility.offer": {
        "seen": "open",
        "start_date-day": "1",
        "start_date-month": "9",
        "start_date-year": "2027",
        "half_days": ["0", "1"],
        "reply_days": "10",
        "confirmed": "1",
    },
    "facility.people": {"facility": "{chosen_id}", "email": "nieuw@example.org", "role": "deputy"},
    "facility.several": {"pick": "{choice_id}.open", "answer": "considering", "confirmed": "yes"},
    "facility.withdraw": {"offer": "{offer_id}", "confirmed": "1"},
}
