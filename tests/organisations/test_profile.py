"""What the five profiles say, and what a profile may not say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.organisations.profile import PROFILES as FOLDER
from app.organisations.profile import ProfileError, load_profiles, read_profile
from app.organisations.rules import (
    dutch_share_on,
    field_asked,
    field_reason,
    field_required,
    may_receive,
    municipality_in_area,
    municipality_of_postcode,
    phone_is_open,
    rule_set_on,
)

PROFILES = load_profiles()
BRUSSELS = PROFILES["brussels"]
LEUVEN = PROFILES["leuven"]

REQUIRED_IN_BRUSSELS = {
    "applicant.given_name", "applicant.family_name", "applicant.birth_date", "contact.phone",
    "contact.street", "contact.house_number", "contact.postcode", "contact.municipality",
}  # fmt: skip
VOLUNTARY_IN_BRUSSELS = {
    "applicant.sex", "contact.email", "partner.email", "child.given_name", "choices.siblings",
    "dutch.level", "dutch.proof", "work.regime", "work.employer",
    "household.situation", "household.income", "education.level", "health.situation",
}  # fmt: skip
ONLY_IN_LEUVEN = {
    "applicant.nationality", "applicant.national_number", "applicant.home_language", "applicant.relation",
    "child.national_number", "child.call_name",
}  # fmt: skip
NOT_IN_LEUVEN = {
    "applicant.birth_date",
    "applicant.sex",
    "work.employer",
    "health.situation",
    "dutch.level",
    "dutch.proof",
}


def test_the_five_of_the_seeds_are_there() -> None:
    assert set(PROFILES) == {"brussels", "leuven", "kindengezin", "kinderkeet", "kidslife"}


def test_brussels_requires_what_is_needed_to_reach_the_family_and_no_more() -> None:
    for field in REQUIRED_IN_BRUSSELS:
        assert field_required(BRUSSELS, field), field
    for field in VOLUNTARY_IN_BRUSSELS:
        assert field_asked(BRUSSELS, field), field
        assert not field_required(BRUSSELS, field), field
    for field in BRUSSELS.fields:
        assert field_reason(BRUSSELS, field), field


def test_each_organisation_asks_its_own_fields_only() -> None:
    for field in ONLY_IN_LEUVEN:
        assert field_asked(LEUVEN, field), field
        assert not field_asked(BRUSSELS, field), field
        assert not field_required(BRUSSELS, field), field
        assert field_reason(BRUSSELS, field) == ""
    for field in NOT_IN_LEUVEN:
        assert not field_asked(LEUVEN, field), field


def test_kind_en_gezin_gets_exactly_these_columns() -> None:
    assert set(BRUSSELS.recipients["kind_en_gezin"].columns) == {
        "applicant.family_name", "applicant.given_name", "applicant.birth_date", "applicant.sex", "applicant.street",
        "applicant.house_number", "applicant.postcode", "applicant.municipality", "applicant.phone", "applicant.email",
        "child.family_name", "child.given_name", "child.birth_date",
    }  # fmt: skip
    assert may_receive(BRUSSELS, "kind_en_gezin", date(2026, 11, 21))


def test_the_lop_gets_two_addresses_and_a_birth_date() -> None:
    assert set(BRUSSELS.recipients["lop"].columns) == {"applicant.email", "partner.email", "child.birth_date"}


def test_each_consent_names_its_recipient_and_where_to_ask() -> None:
    contacts = {consent.recipient: BRUSSELS.recipients[consent.recipient].contact for consent in BRUSSELS.consents}
    assert contacts == {"kind_en_gezin": "privacyoffice@kindengezin.be", "lop": "privacy@vgc.be"}
    assert all(consent.text and consent.text_version for consent in BRUSSELS.consents)
    for other in PROFILES.values():
        if other is not BRUSSELS:
            assert not other.consents
            assert "privacy@vgc.be" not in {recipient.contact for recipient in other.recipients.values()}


@pytest.mark.promise("BXL-38", breaks="app.organisations.rules:may_receive")
def test_nobody_else_gets_data_in_brussels() -> None:
    others = {key for key, row in BRUSSELS.recipients.items() if row.ground != "processor"}
    assert others == {"kind_en_gezin", "lop"}
    for stranger in ("advertiser", "tactics", "tax_office", "group", ""):
        assert not may_receive(BRUSSELS, stranger, date(2026, 11, 21))


def test_who_is_behind_the_brussels_desk() -> None:
    assert BRUSSELS.name == "vzw Samenwerken aan Kinderopvang Brussel"
    assert BRUSSELS.enterprise_number == "0508.697.197"
    assert (BRUSSELS.address.street, BRUSSELS.address.postcode) == ("Vooruitgangsstraat 323/9", "1030")
    assert not any(other.enterprise_number for other in PROFILES.values() if other is not BRUSSELS)


def test_questions_about_keeping_go_to_the_dpo() -> None:
    assert BRUSSELS.contacts.dpo_email == "privacy@kinderopvanginbrussel.be"
    assert BRUSSELS.contacts.helpdesk_email == "helpdesk@kinderopvanginbrussel.be"
    assert BRUSSELS.contacts.phone == "02 788 31 73"


def test_terms_of_an_application_in_brussels() -> None:
    terms = BRUSSELS.application
    assert terms is not None
    assert terms.max_choices == 5
    assert terms.horizon_months == 7
    assert terms.draft_days == 30
    assert terms.offer.default_days == 10
    assert (BRUSSELS.urgent.scope, LEUVEN.urgent.scope, LEUVEN.urgent.days) == ("all", "municipality", 60)
    assert PROFILES["kidslife"].application is None


def test_the_phone_is_answered_on_weekday_mornings_by_brussels_time() -> None:
    summer = [(2026, 7, 6, 7, 30), (2026, 7, 6, 10, 29)]
    winter = [(2026, 11, 20, 8, 30), (2026, 11, 20, 11, 29)]
    closed = [
        (2026, 7, 6, 7, 29),
        (2026, 7, 6, 10, 30),
        (2026, 11, 20, 8, 29),
        (2026, 11, 21, 9, 0),
        (2026, 11, 22, 9, 0),
    ]
    assert all(phone_is_open(BRUSSELS, datetime(*parts, tzinfo=UTC)) for parts in (*summer, *winter))
    assert not any(phone_is_open(BRUSSELS, datetime(*parts, tzinfo=UTC)) for parts in closed)
    assert not phone_is_open(LEUVEN, datetime(2026, 11, 20, 9, 0, tzinfo=UTC))


def test_the_area_of_brussels_is_the_nineteen() -> None:
    assert len(BRUSSELS.area) == 19
    postcodes = sorted(code for place in BRUSSELS.area.values() for code in place.postcodes)
    assert postcodes == [
        "1000", "1020", "1030", "1040", "1050", "1060", "1070", "1080", "1081", "1082", "1083", "1090", "1120", "1130",
        "1140", "1150", "1160", "1170", "1180", "1190", "1200", "1210",
    ]  # fmt: skip
    assert municipality_of_postcode(BRUSSELS, "1050") == "elsene"
    assert municipality_of_postcode(BRUSSELS, "3000") is None
    assert municipality_in_area(LEUVEN, "herent")
    assert not municipality_in_area(LEUVEN, "elsene")
    names = BRUSSELS.area["elsene"]
    assert (names.name("nl"), names.name("fr"), names.name("en")) == ("Elsene", "Ixelles", "Elsene / Ixelles")


def test_the_share_by_knowledge_of_dutch_is_a_dated_setting_of_brussels() -> None:
    assert dutch_share_on(BRUSSELS, date(2026, 11, 21)) == 55
    assert dutch_share_on(BRUSSELS, date(2014, 3, 31)) is None
    assert dutch_share_on(LEUVEN, date(2026, 11, 21)) is None


def test_the_rules_of_2014_hold_again_since_the_annulment() -> None:
    days = {
        date(2014, 4, 1): "be-2014",
        date(2024, 3, 31): "be-2014",
        date(2024, 4, 1): "be-2024",
        date(2025, 4, 29): "be-2024",
        date(2025, 4, 30): "be-2014",
        date(2026, 11, 21): "be-2014",
    }
    assert {day: rule_set_on(BRUSSELS, day) for day in days} == days
    assert rule_set_on(BRUSSELS, date(2014, 3, 31)) is None


def changed(folder: Path, old: str, new: str, name: str = "brussels.toml") -> None:
    """Read a profile in which one text is replaced by another."""
    text = (FOLDER / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")
    read_profile(folder / name)


KEEP_FIVE = '{ action = "delete", anchor = "last_activity", years = 5 }'
LOP_CONSENT = '[[consents]]\nrecipient = "lop"\ntext = "lop"\ntext_version = "2026-1"\n'
NATIONALITY = '"applicant.nationality" = { reason = "nationality" }\n'

# What is wrong: the text, what replaces it, the key that the complaint names.
WRONG = {
    "no keep-rule": (f"health = {KEEP_FIVE}\n", "", "retention.health"),
    "no term": (f"contact = {KEEP_FIVE}", f"contact = {KEEP_FIVE[:-13]} }}", "retention.contact.years"),
    "unknown group": ("national_number = {", "shoe_size = {", "retention.shoe_size"),
    "misspelt key": ("draft_days = 30", "draft_dags = 30", "application.draft_days"),
    "extra key": ("draft_days = 30", "draft_days = 30\ncolour = 3", "application.colour"),
    "not a number": ("max_choices = 5", "max_choices = true", "application.max_choices"),
    "zero": ("max_choices = 5", "max_choices = 0", "application.max_choices"),
    "offer out of range": ("default_days = 10", "default_days = 15", "application.offer.default_days"),
    "unknown field": ('"contact.phone" =', '"contact.fax" =', "fields.contact.fax"),
    "reason missing": ('"contact.email" = { reason = "write_to_you" }', '"contact.email" = {}', "fields.contact.email"),
    "group not held": ('"contact.email" =', f'{NATIONALITY}"contact.email" =', "fields.applicant.nationality"),
    "unknown reason": ("[access.enrolled]", "[access.neighbour]", "access.neighbour"),
    "access too wide": ('"messages", "notes",\n]', '"messages", "national_number",\n]', "access.chosen.read"),
    "facility writes": ('write = ["answers", "own_choice", ', 'write = ["answers", "contact", ', "access.chosen"),
    "unknown column": ('columns = ["applicant.email",', 'columns = ["applicant.size",', "recipients.lop.columns"),
    "consent to nobody": ('recipient = "lop"', 'recipient = "developer"', "consents.2.recipient"),
    "consent not asked": (LOP_CONSENT, "", "recipients.lop"),
    "purpose to sell": ('"contact_family"\ncontact = "privacy@vgc.be"', '"sale"', "recipients.lop.purpose"),
    "master not offered": ('master = "nl"', 'master = "en"', "languages.master"),
    "master only a help": ('master = "nl"', 'master = "tr"', "languages.master"),
    "help among the complete": ('family = ["nl", "fr", "en"]', 'family = ["nl", "tr"]', "languages.family"),
    "help for staff": ('staff = ["nl", "fr"]', 'staff = ["nl", "tr"]', "languages.staff"),
    "unknown help": ('help = ["ar", ', 'help = ["xx", ', "languages.help"),
    "unknown municipality": ('"anderlecht"', '"atlantis"', "area"),
    "urgent without days": ('days = 60\nscope = "all"', 'scope = "all"', "urgent.days"),
    "health without leave": ('medical_fields = ["priority_answer"]\n', "", "fields"),
    "wrong key": ('key = "brussels"', 'key = "ghent"', "key"),
    "not TOML": ("[contacts]", "[contacts", ""),
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_profile_that_does_not_hold_together_refuses_the_start(name: str, tmp_path: Path) -> None:
    old, new, key = WRONG[name]
    with pytest.raises(ProfileError, match=rf"brussels\.toml: {re.escape(key)}"):
        changed(tmp_path, old, new)


def test_safe_defaults_where_a_profile_is_silent() -> None:
    settings = PROFILES["kinderkeet"].settings
    assert (settings.link_mode, settings.facility_write, settings.national_id_mode) == ("none", "none", "none")
    assert (settings.after_enrolment, settings.former_access, settings.area_rule) == ("lose", "none", "none")
    assert settings.helper_consent_required
    assert settings.answer_days == 28
    assert settings.analytics == "off"
    assert dict(settings.reuse or {}) == {}


def test_only_kind_en_gezin_links_by_name_and_birth_date() -> None:
    assert {key for key, profile in PROFILES.items() if profile.settings.link_mode != "none"} == {"kindengezin"}
