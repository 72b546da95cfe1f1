"""The prose: its format, its versions, and whose it is."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.catalogue.labels import COLUMN_LABELS
from app.organisations.profile import load_profiles
from app.organisations.rules import groups_held
from app.organisations.terms import Statement
from app.privacy.queries import (
    READERS,
    STATEMENTS,
    asked_rows,
    keep_rows,
    privacy_statement,
    purpose_rows,
    reader_rows,
    recipient_rows,
)
from app.privacy.rules import Block, Shape, StatementError, blocks, filled, language_shown

PROFILES = load_profiles()
BRUSSELS = PROFILES["brussels"]
TODAY = date(2026, 11, 21)


def prose(organisation: str, language: str) -> str:
    """All that a statement says in its own words."""
    statement = privacy_statement(PROFILES[organisation], language)
    said = [statement.lead]
    for section in statement.sections:
        said.append(section.heading)
        for block in section.blocks:
            said += [block.text, *block.items]
    return "\n".join(said)


def test_blocks_are_paragraphs_lists_and_derived_lists() -> None:
    text = "\nOne line\nand its end.\n\n- first\n- second\n\n@rights\n"
    assert blocks(text, {"rights"}) == (
        Block(Shape.PARAGRAPH, "One line and its end."),
        Block(Shape.LIST, items=("first", "second")),
        Block(Shape.DERIVED, "rights"),
    )
    for wrong in ("@wrongs", "@rights\nand more"):
        with pytest.raises(StatementError):
            blocks(wrong, {"rights"})


def test_facts_are_filled_in_and_a_missing_one_is_noticed() -> None:
    assert filled("Mail {dpo_email}.", {"dpo_email": "a@b.be"}) == "Mail a@b.be."
    for text in ("{shoe_size}", "{", "{dpo_email.upper}", "{phone}"):
        with pytest.raises(StatementError):
            filled(text, {"phone": ""})


@pytest.mark.promise("BXL-69", breaks="app.privacy.rules:is_current")
def test_a_translation_of_another_version_gives_way_to_the_binding_text() -> None:
    assert language_shown({"nl": "2", "fr": "2"}, "fr", "nl", "2") == "fr"
    assert language_shown({"nl": "2"}, "fr", "nl", "2") == "nl"
    assert language_shown({"nl": "2", "fr": "1"}, "fr", "nl", "2") == "nl"
    assert language_shown({"nl": "2", "fr": ""}, "fr", "nl", "2") == "nl"


def test_without_the_binding_text_there_is_no_statement() -> None:
    for versions in ({}, {"nl": "1", "fr": "2"}, {"fr": "2"}):
        with pytest.raises(StatementError):
            language_shown(versions, "fr", "nl", "2")


@pytest.mark.promise("BXL-69", breaks="app.privacy.rules:is_current")
def test_a_new_version_hides_the_translations_that_lag_behind(tmp_path: Path) -> None:
    shutil.copytree(STATEMENTS / "brussels", tmp_path / "brussels")
    dutch = tmp_path / "brussels" / "nl.toml"
    dutch.write_text(dutch.read_text("utf-8").replace('version = "2026-2"', 'version = "2026-3"'), "utf-8")
    newer = replace(BRUSSELS, statement=Statement("2026-3", date(2026, 12, 1)))
    shown = privacy_statement(newer, "fr", tmp_path)
    assert (shown.language, shown.wanted, shown.version) == ("nl", "fr", "2026-3")
    assert shown.sections[0].heading == "Wie zijn wij?"


@pytest.mark.parametrize("organisation", sorted(PROFILES))
def test_every_statement_can_be_shown_in_every_language_offered(organisation: str) -> None:
    profile = PROFILES[organisation]
    assert privacy_statement(profile, profile.languages.master).language == profile.languages.master
    for language in profile.languages.family:
        statement = privacy_statement(profile, language)
        keys = [section.key for section in statement.sections]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("organisation", "languages"), [("brussels", ("nl", "fr", "en")), ("leuven", ("nl", "fr", "en"))]
)
def test_translations_have_the_same_parts_in_the_same_order(organisation: str, languages: tuple[str, ...]) -> None:
    shapes = [
        [(section.key, [block.shape for block in section.blocks]) for section in statement.sections]
        for statement in (privacy_statement(PROFILES[organisation], language) for language in languages)
    ]
    assert all(shape == shapes[0] for shape in shapes)
    assert {privacy_statement(PROFILES[organisation], language).language for language in languages} == set(languages)


# Sentences of the organisations' own statements, typed from the documents.
OWN_WORDS = {
    "brussels": (
        "Wie niks met jouw gegevens te maken heeft, kan er ook niet bij.",
        "De medewerkers doen geen wijzigingen zonder jouw medeweten.",
        "maximum 2 jaar na de laatste wijziging in het dossier die zij samen met de ouder hebben gedaan",
        "Opvangvoorzieningen mogen tot maximum 55 procent van hun opvangcapaciteit voorrang verlenen aan deze groep.",
        "tot 5 jaar na de laatste activiteit in je dossier",
        "nietig zou zijn, dan heeft dit geen invloed op de andere bepalingen in de privacyverklaring.",
        "onderhevig aan de Europese Algemene Verordening Gegevensbescherming (AVG) van 27 april 2016",
    ),
    "leuven": (
        "Interleuven respecteert jouw privacy.",
        "indien je opvangvraag 60 dagen voor de gewenste startdatum nog niet is ingevuld",
        "Tactics BVBA is de softwareontwikkelaar",
        "Deze toeleiders geven nooit informatie door zonder de expliciete toestemming van ouders.",
    ),
    "kindengezin": (
        "intern verzelfstandigd agentschap met rechtspersoonlijkheid (IVA), Hallepoortlaan 27, 1060 Brussel",
        "De verwerking van medische gegevens gebeurt steeds onder de verantwoordelijkheid van een arts.",
        "Deze drempel om online afspraken te gebruiken is bewust laag gehouden.",
    ),
    "kinderkeet": ("Een verzoek van een klant wordt binnen vier weken beantwoord.", "Petra van Brederode", "2 jaar"),
    "kidslife": ("op basis van je eID of itsme", "binnen onze groep"),
}
NAMES = {
    "brussels": ("Samenwerken aan Kinderopvang Brussel", "0508.697.197", "kinderopvanginbrussel.be", "LOP"),
    "leuven": ("Interleuven", "Tactics", "kinderopvanginmijnbuurt.be", "Kinderopvang Leuven"),
    "kindengezin": ("Hallepoortlaan", "UGent", "ICT en Recht"),
    "kinderkeet": ("Kinderkeet", "Brederode"),
    "kidslife": ("KidsLife",),
}


@pytest.mark.parametrize("organisation", sorted(OWN_WORDS))
def test_the_prose_is_the_organisations_own_and_no_other_ones(organisation: str) -> None:
    said = prose(organisation, "nl")
    for sentence in OWN_WORDS[organisation]:
        assert sentence in said
    for other, names in NAMES.items():
        if other != organisation:
            assert not [name for name in names if name in said], other


def test_the_lists_that_the_saved_brussels_text_lost_are_derived() -> None:
    statement = privacy_statement(BRUSSELS, "nl")
    derived = {s.key: [b.text for b in s.blocks if b.shape is Shape.DERIVED] for s in statement.sections}
    assert derived["what"] == ["asked"]
    assert derived["rights"] == ["rights", "authority"]


def test_what_is_asked_in_brussels_and_why() -> None:
    rows = {row.label: row for row in asked_rows(BRUSSELS)}
    assert rows["Your address, phone and e-mail"].required
    assert not rows["The answer about health"].required
    assert "National number" not in rows
    assert all(row.reasons for row in rows.values())
    assert "National number" in {row.label for row in asked_rows(PROFILES["leuven"])}


@pytest.mark.promise("LEU-21", breaks="app.catalogue.activities:activities_of")
def test_each_purpose_has_one_ground_and_only_the_organisations_own_purposes_stand() -> None:
    rows = {row.label: row for row in purpose_rows(PROFILES["leuven"])}
    assert "Handling your application" in rows
    assert rows["Handling your application"].basis == "Our task under the decree on childcare of 20 April 2012"
    assert rows["One application for each child"].groups
    assert not {"Passing data on to LOP Brussel", "Paying the family benefit", "Appointments online"} & rows.keys()
    assert "Passing data on to LOP Brussel" in {row.label for row in purpose_rows(BRUSSELS)}
    assert "One application for each child" not in {row.label for row in purpose_rows(BRUSSELS)}


def test_the_readers_are_those_whom_the_program_lets_in() -> None:
    rows = {row.who: row for row in reader_rows(BRUSSELS)}
    chosen = rows["The facilities you chose"]
    assert "Your address, phone and e-mail" in chosen.reads
    assert not {"The answer about health", "The facilities you chose", "Your income situation"} & set(chosen.reads)
    assert set(chosen.changes) == {
        "Answers and offers of facilities", "Your request at one facility", "Messages between you and us",
        "Notes of staff about your application",
    }  # fmt: skip
    assert [row.who for row in reader_rows(PROFILES["kidslife"])] == ["You, after signing in", "Our own programs"]


def test_every_reason_that_a_profile_opens_is_told_to_families() -> None:
    told = {*READERS, "draft"}
    for profile in PROFILES.values():
        assert {reason.partition(":")[0] for reason in profile.access} <= told


@pytest.mark.promise("BXL-38", breaks="app.organisations.rules:may_receive")
@pytest.mark.promise("KG-08", breaks="app.organisations.rules:may_receive")
def test_the_recipients_are_those_of_the_register_and_a_former_one_is_gone() -> None:
    assert {row.name for row in recipient_rows(BRUSSELS, TODAY)} == {
        "Kind en Gezin", "LOP Brussel", "The developer of this website"
    }  # fmt: skip
    lop = next(row for row in recipient_rows(BRUSSELS, TODAY) if row.name == "LOP Brussel")
    assert set(lop.data) == {
        "your e-mail address", "the e-mail address of your partner", "the (expected) birth date of your child"
    }  # fmt: skip
    assert lop.contact == "privacy@vgc.be"
    left = replace(BRUSSELS.recipients["developer"], until=date(2026, 11, 20))
    without = replace(BRUSSELS, recipients={**BRUSSELS.recipients, "developer": left})
    assert "The developer of this website" not in {row.name for row in recipient_rows(without, TODAY)}


def test_every_column_of_every_recipient_has_a_name() -> None:
    columns = {name for profile in PROFILES.values() for row in profile.recipients.values() for name in row.columns}
    assert columns <= set(COLUMN_LABELS)


def test_the_calendar_names_every_group_once() -> None:
    for profile in PROFILES.values():
        named = [label for row in keep_rows(profile) for label in row.groups]
        assert len(named) == len(set(named)) == len(groups_held(profile))
    five = next(row for row in keep_rows(BRUSSELS) if "Your name" in row.groups)
    assert (five.years, five.anchor) == (5, "after the last activity in your file")
    draft = next(row for row in keep_rows(BRUSSELS) if row.groups == ("An application you have not sent yet",))
    assert (draft.days, draft.proposed) == (30, True)
