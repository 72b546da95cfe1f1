"""Distances and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.facilities.postcodes import BRUSSELS, POSTCODES
from app.facilities.rules import distance_km, fold, in_brussels_region, matches
from app.organisations.municipalities import MUNICIPALITIES

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def test_the_distance_from_leuven_to_brussels_is_known() -> None:
    assert distance_km(50.880, 4.701, 50.847, 4.353) == pytest.approx(24.7, abs=0.3)
    assert distance_km(50.847, 4.353, 50.847, 4.353) == 0
    # A degree of latitude is about 111 km.
    assert distance_km(50, 4, 51, 4) == pytest.approx(111.2, abs=0.1)


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth(a: float, b: float, c: float, d: float) -> None:
    there = distance_km(a, b, c, d)
    assert there == pytest.approx(distance_km(c, d, a, b), abs=1e-6)
    assert 0 <= there <= 20016


def test_every_postcode_of_a_served_municipality_is_on_the_map() -> None:
    served = {code for place in MUNICIPALITIES.values() for code in place.postcodes}
    assert served <= set(POSTCODES)
    assert all(49.4 < point.latitude < 51.6 and 2.5 < point.longitude < 6.5 for point in POSTCODES.values())


def test_the_brussels_region_ends_at_its_postcodes() -> None:
    assert all(in_brussels_region(code) for code in BRUSSELS)
    assert not any(in_brussels_region(code) for code in ("1300", "3000", "999", "", "10000", "abcd", "১০০০0"))


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("De Wolkenfiets", "wolkenfiets"),
        ("De Wolkenfiets", "  WOLKEN "),
        ("Théière à Étoiles", "theiere etoiles"),
        ("Muizen-trapje", "muizentrapje"),
        ("'t Knikkerhuis", "t knikkerhuis"),
        ("Ćwiartka Księżyca", "cwiartka ksiezyca"),
        ("Küçük Işık", "kucuk isik"),
        ("Смешной Ёжик", "ежик"),
        ("بيت الأطفال", "الاطفال"),
        ("Straße", "STRASSE"),
        ("Ｗｏｌｋｅｎ", "wolken"),
        ("İnci", "inci"),
        ("De Wolkenfiets", ""),
    ],
)
def test_a_name_is_found_without_its_accents_in_any_script(name: str, typed: str) -> None:
    assert matches(fold(name), fold(typed).split())


def test_every_typed_word_must_occur() -> None:
    assert not matches("de wolkenfiets", ["wolkenfiets", "jette"])


@given(st.text())
def test_every_name_finds_itself(text: str) -> None:
    assert matches(fold(text), fold(text).split())
    assert not any(letter.isspace() and letter != " " for letter in fold(text))
