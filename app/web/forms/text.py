"""Answers typed in one box: names, numbers, addresses to write to."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.be import ssn
from stdnum.exceptions import ValidationError as NumberError
from wtforms.utils import unset_value

from app.catalogue.marking import N_
from app.web.forms.base import (
    UNREADABLE,
    AnswerField,
    PostedData,
    Raw,
    Unfit,
    normalised,
    plain_digits,
    readable,
)

if TYPE_CHECKING:
    from app.web.forms.step import StepForm

TOO_LONG = N_("Use at most %(limit)s characters. You used %(used)s.")
TOO_SHORT = N_("Use at least %(limit)s characters.")
BAD_PHONE = N_("This phone number is not right. Write it like this: 0470 12 34 56")
BAD_EMAIL = N_("This e-mail address is not right. Write it like this: name@example.be")
BAD_POSTCODE = N_("A postcode has 4 digits, for example 1000")
BAD_NUMBER = N_("Fill in a whole number, for example 12")
NUMBER_OUTSIDE = N_("Fill in a number from %(lowest)s to %(highest)s")
BAD_NATIONAL_NUMBER = N_("This national number is not right. It has 11 digits, as on the identity card.")


class TextField(AnswerField):
    """One line in any script, made NFC and trimmed."""

    def __init__(self, *, limit: int = 100, **options: Any) -> None:
        """Take at most `limit` characters."""
        super().__init__(**options)
        self.limit = limit

    def parse(self) -> str | None:
        """Return the line, raising Unfit when unreadable, repeated or too long."""
        text = self.tidy(self.posted())
        if len(text) > self.limit:
            raise Unfit(TOO_LONG, limit=self.limit, used=len(text))
        return text or None

    def tidy(self, text: str) -> str:
        """Return the text as it is kept."""
        return normalised(text)


class LongTextField(TextField):
    """Several lines; line ends are made alike."""

    def __init__(self, *, limit: int = 1000, **options: Any) -> None:
        """Take at most `limit` characters."""
        super().__init__(limit=limit, **options)

    def tidy(self, text: str) -> str:
        """Return the lines, each trimmed, without empty ones at either end."""
        return "\n".join(normalised(line) for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


class PasswordField(AnswerField):
    """A secret: kept as typed save for NFKC, never shown again and never in a draft."""

    def __init__(self, *, shortest: int = 1, limit: int = 256, **options: Any) -> None:
        """Take from `shortest` to `limit` characters."""
        super().__init__(kept=False, **options)
        self.shortest = shortest
        self.limit = limit

    def parse(self) -> str | None:
        """Return the secret, raising Unfit when unreadable, repeated, too short or too long."""
        typed = self.posted()
        self.raw = {}
        if not typed:
            return None
        if not readable(typed):
            raise Unfit(UNREADABLE)
        # NIST SP 800-63B 5.1.1.2: normalise before hashing, so that every keyboard gives the same secret.
        secret = unicodedata.normalize("NFKC", typed)
        if len(secret) > self.limit:
            raise Unfit(TOO_LONG, limit=self.limit, used=len(secret))
        if len(secret) < self.shortest:
            raise Unfit(TOO_SHORT, limit=self.shortest)
        return secret

    def show(self, answer: Any) -> Raw:
        """Return nothing: a secret is not shown."""
        return {}


class EmailField(TextField):
    """An e-mail address; deliverability is proved by a mail, not by a look-up."""

    def __init__(self, *, limit: int = 254, **options: Any) -> None:
        """Take at most `limit` characters."""
        super().__init__(limit=limit, **options)
        self._demo = options["_form"].demo

    def parse(self) -> str | None:
        """Return the address with its domain in lower case, raising Unfit when it is none."""
        typed = super().parse()
        if typed is None:
            return None
        try:
            found = validate_email(
                typed.removeprefix("mailto:"), check_deliverability=False, test_environment=self._demo
            )
        except EmailNotValidError:
            raise Unfit(BAD_EMAIL) from None
        return found.normalized


class PhoneField(TextField):
    """A phone number in any usual spelling, Belgian unless it says otherwise; kept as E.164."""

    def __init__(self, *, limit: int = 40, **options: Any) -> None:
        """Take at most `limit` characters."""
        super().__init__(limit=limit, **options)

    def parse(self) -> str | None:
        """Return the number as E.164, raising Unfit when it is none."""
        typed = super().parse()
        if typed is None:
            return None
        try:
            number = phonenumbers.parse(plain_digits(typed), "BE")
        except phonenumbers.NumberParseException:
            raise Unfit(BAD_PHONE) from None
        if not phonenumbers.is_valid_number(number) or number.extension:
            raise Unfit(BAD_PHONE)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, answer: Any) -> Raw:
        """Return the number grouped as people write it."""
        return {self.name: [grouped_phone(str(answer))]}


def grouped_phone(number: str) -> str:
    """Return an E.164 number grouped: 0470 12 34 56 within Belgium, +31 6 12345678 elsewhere."""
    try:
        parsed = phonenumbers.parse(number, "BE")
    except phonenumbers.NumberParseException:
        return number
    abroad = parsed.country_code != 32
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL if abroad else phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(parsed, form)


def takes_texts(number: str) -> bool:
    """Return whether an E.164 number can get text messages, as far as its digits tell."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


class PostcodeField(TextField):
    """A Belgian postcode."""

    def __init__(self, *, limit: int = 20, **options: Any) -> None:
        """Take at most `limit` characters."""
        super().__init__(limit=limit, **options)

    def parse(self) -> str | None:
        """Return the four digits, raising Unfit when they are not four."""
        typed = super().parse()
        if typed is None:
            return None
        digits = plain_digits(typed).upper().removeprefix("BE").removeprefix("B").strip(" -").replace(" ", "")
        if not (len(digits) == 4 and digits.isascii() and digits.isdigit() and digits[0] != "0"):
            raise Unfit(BAD_POSTCODE)
        return digits


class WholeNumberField(TextField):
    """A whole number within bounds."""

    def __init__(self, *, lowest: int = 0, highest: int = 999, **options: Any) -> None:
        """Take numbers from `lowest` to `highest`."""
        super().__init__(limit=12, **options)
        self.lowest = lowest
        self.highest = highest

    def parse(self) -> int | None:  # type: ignore[override]
        """Return the number, raising Unfit when it is none or outside the bounds."""
        typed = super().parse()
        if typed is None:
            return None
        digits = plain_digits(typed).replace(" ", "")
        if not (digits.removeprefix("-").isdigit() and digits.isascii()):
            raise Unfit(BAD_NUMBER)
        if not self.lowest <= int(digits) <= self.highest:
            raise Unfit(NUMBER_OUTSIDE, lowest=self.lowest, highest=self.highest)
        return int(digits)


class NationalNumberField(TextField):
    """A national register or bis number: what is typed becomes a keyed token at once and is never shown (LEU-06).

    A page that comes back asks for it again; one that was given before stays unless another is typed.
    """

    def __init__(self, **options: Any) -> None:
        """Take 11 digits with any dots, dashes and spaces."""
        super().__init__(limit=30, **options)
        form: StepForm = options["_form"]
        self._token = form.token
        held = form.held.get(self.name)
        self.held = held if isinstance(held, str) else None

    def process(self, formdata: PostedData | None, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the post; nothing of it is kept to be shown or to lie in a draft."""
        super().process(formdata, data, extra_filters)
        self.raw = {}

    def parse(self) -> str | None:
        """Return the token, raising Unfit when the check digits do not fit."""
        typed = super().parse()
        if typed is None:
            return self.held
        digits = "".join(c for c in plain_digits(typed) if c not in " .-/")
        try:
            number = str(ssn.validate(digits))
        except NumberError:
            raise Unfit(BAD_NATIONAL_NUMBER) from None
        if self._token is None:
            raise RuntimeError("a national number needs a key: give the form `token`")
        return self._token(number)

    def show(self, answer: Any) -> Raw:
        """Return nothing: the number is not shown again."""
        return {}
