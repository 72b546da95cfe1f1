"""Plain words (language level B1): short sentences, everyday words, the polite form, each language's typography."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.web.i18n_cli import NOT_FOR_FAMILIES
from tests.house.source import ROOT, plant

# English is the source: its texts are the keys of every catalogue.
LANGUAGES = ("en", "nl", "fr")
# Of a help translation only the length of its sentences is judged.
HELP = ("ar", "tr", "ro", "es", "uk")
AVERAGE = 15
LONGEST = 25
# Sentences that are longer; this list may only become shorter. A changed consent needs a new version of its text.
STILL_LONG = (
    "I agree that you give these data to Kind en Gezin,",
    "I agree that you give these data to LOP Brussel,",
    "We want everybody to be able to use this website:",
)
# Words of offices, each with what people say instead.
BANNED = {
    "en": {
        "aforementioned": "this",
        "as per": "after, as … says",
        "commence": "begin",
        "deem": "think",
        "forthwith": "at once",
        "herein": "here",
        "hereby": "(leave it out)",
        "in accordance with": "after, as … says",
        "in order to": "to",
        "in respect of": "about",
        "in the event": "if",
        "notwithstanding": "even if",
        "obtain": "get",
        "prior to": "before",
        "pursuant to": "after",
        "regarding": "about",
        "shall": "must, will",
        "subsequently": "then",
        "terminate": "end",
        "thereof": "of it",
        "utilise": "use",
        "via": "by, with",
        "whilst": "while",
        "with regard to": "about",
    },
    "nl": {
        "aangaande": "over",
        "aanwenden": "gebruiken",
        "aldus": "zo",
        "alsmede": "en",
        "alsook": "en",
        "betreffende": "over",
        "bijgevolg": "dus",
        "conform": "volgens",
        "dan wel": "of",
        "derhalve": "dus",
        "desbetreffende": "die, deze",
        "dewelke": "die",
        "dient te": "moet",
        "dienaangaande": "daarover",
        "diens": "zijn, haar",
        "doch": "maar",
        "echter": "maar",
        "eveneens": "ook",
        "evenwel": "maar",
        "geschieden": "gebeuren",
        "gelieve": "(een gewone vraag)",
        "hieromtrent": "hierover",
        "hogervermeld": "(noem het)",
        "indien": "als",
        "ingevolge": "door",
        "inzake": "over",
        "jegens": "voor",
        "krachtens": "volgens",
        "luidens": "volgens",
        "met betrekking tot": "over",
        "middels": "met",
        "mits": "als",
        "naar aanleiding van": "na, door",
        "nopens": "over",
        "onderhavig": "dit",
        "onverwijld": "meteen",
        "omtrent": "over",
        "reeds": "al",
        "te allen tijde": "altijd",
        "ter zake": "daarover",
        "tevens": "ook",
        "teneinde": "om",
        "ten einde": "om",
        "thans": "nu",
        "van rechtswege": "vanzelf",
        "vermits": "omdat",
        "verzoeken": "vragen",
        "voormeld": "(noem het)",
        "voornoemd": "(noem het)",
        "zulks": "dat",
    },
    "fr": {
        "à cet égard": "à ce sujet",
        "afférent": "de, sur",
        "afin de": "pour",
        "au préalable": "d’abord",
        "auquel cas": "alors",
        "à défaut": "sinon",
        "ci-après": "ici",
        "conformément": "selon",
        "dans le cadre de": "pour",
        "dans les meilleurs délais": "vite",
        "dès lors": "donc",
        "en vertu de": "selon",
        "en ce qui concerne": "pour",
        "en l’occurrence": "ici",
        "eu égard": "vu",
        "le cas échéant": "si besoin",
        "ledit": "ce",
        "ladite": "cette",
        "lesdits": "ces",
        "lequel": "qui, que",
        "moyennant": "avec",
        "néanmoins": "mais",
        "nonobstant": "malgré",
        "par conséquent": "donc",
        "par la présente": "(sans ces mots)",
        "préalablement": "avant",
        "procéder à": "faire",
        "relatif à": "sur",
        "relative à": "sur",
        "sous réserve": "sauf si",
        "stipuler": "dire",
        "susmentionné": "ce",
        "susdit": "ce",
        "susvisé": "ce",
        "ultérieurement": "plus tard",
        "veuillez": "(l’impératif)",
    },
}
# The form for friends: a person is "u" and "vous" here.
INFORMAL = {
    "en": (),
    "nl": ("je", "jij", "jou", "jouw", "jullie"),
    "fr": ("tu", "toi", "ton", "ta", "tes"),
}
# A time holds a colon of its own.
_SIGNS = {
    "nl": re.compile(r"""['"]|\.\.\.|  |\s[?!;:]"""),
    "fr": re.compile(r"""['"]|\.\.\.|  |[^\u00a0\u202f][?!;»]|[^\u00a0\d]:|«[^\u00a0]"""),
}
# Arabic writes some vowels as signs upon the letters.
_WORD = re.compile(r"%\(\w+\)s|(?:[^\W_]|[\u064b-\u0652])+(?:['’-][^\W_]+)*")


@dataclass(frozen=True)
class Text:
    """One text as a person reads it."""

    words: str
    for_families: bool
    source: str = ""


def texts_of(language: str, root: Path = ROOT) -> Iterator[Text]:
    """Return every text of a language; an empty translation shows the English one."""
    folder = "nl" if language == "en" else language
    with (root / "translations" / folder / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=folder)
    for message in catalogue:
        if message.id:
            given = message.id if language == "en" else message.string
            for_families = not all(name.startswith(NOT_FOR_FAMILIES) for name, _ in message.locations)
            for words in given if isinstance(given, tuple | list) else (given,):
                yield Text(words or "", for_families, message.id if isinstance(message.id, str) else message.id[0])


def sentences(words: str) -> list[str]:
    """Return the sentences of a text; lines of a list stand for themselves."""
    return [part for part in re.split(r"(?<=[.?!])\s+|\n", words) if _WORD.search(part)]


def length(sentence: str) -> int:
    """Return the number of words; a parameter counts as one."""
    return len(_WORD.findall(sentence))


def long_sentences(language: str, root: Path = ROOT) -> Iterator[str]:
    """Find sentences for families that are too long."""
    for text in texts_of(language, root):
        yield from (s for s in sentences(text.words) if text.for_families and length(s) > LONGEST)


def average(language: str, root: Path = ROOT) -> float:
    """Return the average length of what families read; labels and buttons, which have no full stop, do not count."""
    whole = [s for text in texts_of(language, root) if text.for_families for s in sentences(text.words) if _ends(s)]
    return sum(map(length, whole)) / max(len(whole), 1)


def _ends(sentence: str) -> bool:
    return sentence.endswith((".", "?", "!"))


def office_words(language: str, root: Path = ROOT) -> Iterator[str]:
    """Find words that only offices use."""
    yield from _found(language, BANNED[language], root)


def informal_words(language: str, root: Path = ROOT) -> Iterator[str]:
    """Find the form for friends."""
    yield from _found(language, INFORMAL[language], root)


def _found(language: str, words: Iterator[str] | dict[str, str] | tuple[str, ...], root: Path) -> Iterator[str]:
    patterns = [re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE) for word in words]
    for text in texts_of(language, root):
        yield from (f"{found[0]}: {text.words}" for pattern in patterns for found in pattern.finditer(text.words))


def bad_typography(language: str, root: Path = ROOT) -> Iterator[str]:
    """Find straight apostrophes, and French signs that can fall on the next line or lack their space."""
    signs = _SIGNS.get(language)
    if signs:
        yield from (text.words for text in texts_of(language, root) if signs.search(text.words))


CHECKS: tuple[Callable[[str, Path], Iterator[str]], ...] = (office_words, informal_words, bad_typography)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_are_short(language: str) -> None:
    assert average(language) <= AVERAGE
    assert [s for s in long_sentences(language) if not s.startswith(STILL_LONG)] == []


def test_the_list_of_long_sentences_only_shrinks() -> None:
    found = [s for language in LANGUAGES for s in long_sentences(language)]
    assert [begin for begin in STILL_LONG if not any(s.startswith(begin) for s in found)] == []
    assert len(STILL_LONG) <= 3


@pytest.mark.parametrize("language", HELP)
def test_help_translations_have_short_sentences_too(language: str) -> None:
    assert average(language) <= AVERAGE
    agreed = {text.words for text in texts_of(language) if text.source.startswith(STILL_LONG)}
    assert [s for s in long_sentences(language) if not any(s in words for words in agreed)] == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_plain(language: str, check: Callable[[str], Iterator[str]]) -> None:
    assert list(check(language)) == []


def _planted(tmp_path: Path, language: str, words: str, location: str = "app/web/family/my.py") -> Path:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    source, said = (words, "x") if language == "en" else ("Something", words)
    quoted = said.replace('"', '\\"')
    folder = "nl" if language == "en" else language
    return plant(
        tmp_path,
        {
            f"translations/{folder}/LC_MESSAGES/messages.po": (
                f'{head}\n#: {location}\nmsgid "{source}"\nmsgstr "{quoted}"\n'
            )
        },
    )


@pytest.mark.parametrize("language", [*LANGUAGES, *HELP])
def test_a_planted_long_sentence_is_found(language: str, tmp_path: Path) -> None:
    root = _planted(tmp_path, language, "woord " * LONGEST + "einde.")
    assert len(list(long_sentences(language, root))) == 1
    assert average(language, root) == LONGEST + 1
    assert list(long_sentences(language, _planted(tmp_path, language, "woord " * LONGEST + ". Einde."))) == []
    # What families never see may be longer.
    assert list(long_sentences(language, _planted(tmp_path, language, "word " * 40, "app/web/facility/words.py"))) == []


@pytest.mark.parametrize(
    ("language", "words", "check"),
    [
        ("en", "We hereby tell you", office_words),
        ("en", "You shall call us", office_words),
        ("nl", "Wij bellen u echter niet", office_words),
        ("fr", "Appelez-nous, le cas échéant", office_words),
        ("nl", "Bel ons teneinde dit te weten", office_words),
        ("nl", "Reeds verstuurd", office_words),
        ("fr", "Nonobstant votre choix", office_words),
        ("fr", "Le susmentionné dossier", office_words),
        ("nl", "Bewaar jouw referentie", informal_words),
        ("fr", "Garde ta référence", informal_words),
        ("nl", "Foto's", bad_typography),
        ("nl", "Zeker ?", bad_typography),
        ("fr", "L'accueil", bad_typography),
        ("fr", "Vraiment ?", bad_typography),
        ("fr", "Erreur: rien", bad_typography),
        ("fr", "« Non »", bad_typography),
    ],
)
def test_planted_words_are_found(
    language: str, words: str, check: Callable[[str, Path], Iterator[str]], tmp_path: Path
) -> None:
    assert len(list(check(language, _planted(tmp_path, language, words)))) == 1


def test_good_typography_passes(tmp_path: Path) -> None:
    good = "L’accueil commence à 8:30\u202f? Écrivez\u00a0: «\u00a0oui\u00a0»."
    assert list(bad_typography("fr", _planted(tmp_path, "fr", good))) == []
