"""Which passwords are too easy to guess, and how a login is read."""

import pytest

from app.accounts.rules import PasswordProblem, own_words, password_problems, read_login

COMMON = frozenset({"password", "letmein", "football", "iloveyou"})
NEAR = ("Amélie Van den Broeck", "amelie.vandenbroeck@example.be", "Schaarbeek", "opvangloket")


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short but sweet", None),
        ("fourteen chars", PasswordProblem.TOO_SHORT),
        ("x" * 201, PasswordProblem.TOO_LONG),
        ("correct horse battery staple", None),
        ("vier gewone woorden achter elkaar", None),
        ("ኢትዮጵያ ቤተሰብ መዋእለ ሕፃናት", None),
        ("aaaaaaaaaaaaaaaaaaaa", PasswordProblem.EASY_PATTERN),
        ("abcabcabcabcabcabc", PasswordProblem.EASY_PATTERN),
        ("123456789012345678", PasswordProblem.EASY_PATTERN),
        ("qwertyuiopasdfghjkl", PasswordProblem.EASY_PATTERN),
        ("passwordpassword", PasswordProblem.COMMON),
        ("P@ssw0rd 123456 789", PasswordProblem.COMMON),
        ("Football 1998-2004!", PasswordProblem.COMMON),
        ("amelie vandenbroeck", PasswordProblem.OWN_WORDS),
        ("AMÉLIE schaarbeek 1987", PasswordProblem.OWN_WORDS),
        ("Opvangloket2026!!", PasswordProblem.OWN_WORDS),
        ("amelie likes purple tractors", None),
    ],
)
def test_long_enough_is_enough_unless_it_is_easy_to_guess(password: str, problem: PasswordProblem | None) -> None:
    assert password_problems(password, common=COMMON, near=NEAR) == ((problem,) if problem else ())


def test_own_words_come_from_names_and_addresses_without_accents() -> None:
    assert own_words(["Zoë d’Hondt", "a.b@x-y.be"]) == ("hondt", "zoe")


@pytest.mark.parametrize(
    ("typed", "value", "is_email"),
    [
        ("  Jan.Peeters@Example.BE ", "jan.peeters@example.be", True),
        ("jan＠example.be", "jan@example.be", True),
        ("kb 7q2x-9h4m", "KB7Q2X9H4M", False),
        ("KB–7Q2X.9H4M", "KB7Q2X9H4M", False),
        ("", "", False),
    ],
)
def test_a_login_is_read_in_any_spelling(typed: str, value: str, is_email: bool) -> None:
    login = read_login(typed)
    assert (login.value, login.is_email) == (value, is_email)
