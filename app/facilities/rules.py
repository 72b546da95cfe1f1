"""Finding a facility: how far it is, and whether its name is the one that was typed."""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt
from unicodedata import combining, normalize

EARTH_KM = 6371.0
# Letters that stay whole when accents are taken off, as people type them on another keyboard.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text: str) -> str:
    """A text without accents, capitals and punctuation, in any script, so that two spellings of one name are equal."""
    plain = (letter for letter in normalize("NFKD", normalize("NFKD", text).casefold()) if not combining(letter))
    return " ".join(
        "".join(letter if letter.isalnum() else " " for letter in "".join(plain).translate(_LETTERS)).split()
    )


def matches(folded_name: str, folded_words: Iterable[str]) -> bool:
    """Whether every word that was typed occurs in a name, both folded; nothing typed matches all."""
    joined = folded_name.replace(" ", "")
    return all(word in folded_name or word in joined for word in folded_words)


def distance_km(from_latitude: float, from_longitude: float, to_latitude: float, to_longitude: float) -> float:
    """The distance between two places as the crow flies (haversine)."""
    first, second = radians(from_latitude), radians(to_latitude)
    north, east = second - first, radians(to_longitude - from_longitude)
    chord = sin(north / 2) ** 2 + cos(first) * cos(second) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def in_brussels_region(postcode: str) -> bool:
    """Whether a Belgian postcode lies in the Brussels-Capital Region, where the rule on Dutch holds (BXL-20)."""
    return len(postcode) == 4 and postcode.isdecimal() and 1000 <= int(postcode) <= 1299
