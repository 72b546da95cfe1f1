"""References: readable, no word in them, and found again however they are typed."""

from __future__ import annotations

import secrets

from app.families.rules import REFERENCE_ALPHABET, grouped_reference, new_reference, plain_reference


def test_a_reference_has_no_letter_that_looks_like_another_and_no_vowel() -> None:
    assert not set(REFERENCE_ALPHABET) & set("AEIOU01L2Z5S8B")
    assert len(set(REFERENCE_ALPHABET)) == len(REFERENCE_ALPHABET)


def test_a_reference_is_random_and_long_enough() -> None:
    made = {new_reference(secrets.choice) for _ in range(500)}
    assert len(made) == 500
    assert all(8 <= len(reference) <= 10 for reference in made)


def test_a_printed_reference_reads_back_as_it_is_stored() -> None:
    reference = new_reference(secrets.choice)
    printed = grouped_reference(reference)
    assert printed.count(" ") == 2
    for typed in (printed, printed.lower(), printed.replace(" ", "-"), f"  {reference} "):
        assert plain_reference(typed) == reference
