"""Text messages: by a gateway that takes mail, through the same relay and journal, so that each leaves once."""

from __future__ import annotations

import phonenumbers

LONGEST = 300


def address_of_phone(phone: str, domain: str) -> str:
    """Return the gateway's address of a number, which must be one: +32 470 12 34 56 → 32470123456@domain."""
    number = phonenumbers.format_number(phonenumbers.parse(phone, "BE"), phonenumbers.PhoneNumberFormat.E164)
    return f"{number.removeprefix('+')}@{domain}"
