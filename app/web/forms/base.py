"""What every answer has in common: reading the post, keeping what was typed, saying what is wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from wtforms import Field, ValidationError
from wtforms.utils import unset_value

from app.catalogue.marking import N_

if TYPE_CHECKING:
    from app.web.forms.step import StepForm

Raw = dict[str, list[str]]
Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

ECHO_LIMIT = 20_000
REPEATED = N_("This answer came in more than once. Fill it in once.")
UNREADABLE = N_("We cannot read some of these characters. Type your answer again.")
MISSING = N_("Fill in this answer")

# Zero-width space, word joiner and byte-order mark say nothing; joiners (200C, 200D) are spelling in several scripts.
_SILENT = dict.fromkeys((0x200B, 0x2060, 0xFEFF, 0x00AD))
# Overrides can make a name read as another one.
_OVERRIDES = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))


class PostedData(Protocol):
    """What a field reads: the interface of a multi-dict."""

    def getlist(self, key: str, /) -> list[Any]:
        """Return every value posted under this key."""


class Unfit(ValidationError):
    """An answer that cannot be taken: a message id, its parameters, and the part of the field that is wrong."""

    def __init__(self, message: str, *, part: str = "", **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.part = part
        self.params = params


def readable(text: str) -> bool:
    """Return whether the text holds no NUL, control character or half of a surrogate pair."""
    return all(character in "\n\r\t" or unicodedata.category(character) not in ("Cc", "Cs") for character in text)


def echo(text: object) -> str:
    """Return what was typed in a form that can be sent back: unreadable characters left out, length capped."""
    kept = str(text)[:ECHO_LIMIT]
    if kept.isprintable():
        return kept
    return "".join(c for c in kept if c in "\n\r\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def normalised(text: str) -> str:
    """Return the text as NFC on one line without silent or overriding characters, raising Unfit when unreadable."""
    if not readable(text):
        raise Unfit(UNREADABLE)
    return " ".join(unicodedata.normalize("NFC", text.translate(_SILENT).translate(_OVERRIDES)).split())


def plain_digits(text: str) -> str:
    """Return the text with every digit of any script written as 0 to 9."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


class AnswerField(Field):
    """One question of a form; its value is made by `parse`, never by a widget."""

    parts: ClassVar[tuple[str, ...]] = ("",)

    def __init__(
        self,
        *,
        missing: str = MISSING,
        validators: Sequence[Callable[[Any, Any], None]] = (),
        kept: bool = True,
        **bound: Any,
    ) -> None:
        """Bind to a form; `missing` is said when a required answer is empty; `kept=False` stays out of drafts."""
        super().__init__(None, tuple(validators), **bound)
        self.missing = missing
        self.kept = kept
        self.needed = False
        self.problems: list[Unfit] = []
        self.raw: Raw = {}
        form: StepForm = bound["_form"]
        self._texts = form.texts
        self._posted: Raw = {}

    # -- reading -----------------------------------------------------------------------------------------------

    def input_names(self) -> tuple[str, ...]:
        """Return the names of the inputs that this field reads."""
        return tuple(f"{self.name}-{part}" if part else self.name for part in self.parts)

    def process(self, formdata: PostedData | None, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the post when there is one, else show the earlier answer."""
        self.process_errors: list[str] = []
        self.data = None
        if formdata is not None:
            self._posted = {key: [str(value) for value in formdata.getlist(key)] for key in self.input_names()}
        elif data is not unset_value and data is not None:
            self.data = data
            self._posted = self.show(data)
        self.raw = {key: [echo(value) for value in values] for key, values in self._posted.items() if any(values)}

    def posted(self, part: str = "") -> str:
        """Return the one value posted for a part, raising Unfit when there are several."""
        values = self._posted.get(f"{self.name}-{part}" if part else self.name, [])
        if len(values) > 1:
            raise Unfit(REPEATED, part=part)
        return values[0] if values else ""

    def parse(self) -> Any:
        """Return the value of what was posted, None when nothing was; raises Unfit when it cannot be taken."""
        raise NotImplementedError

    def show(self, answer: Any) -> Raw:
        """Return the inputs that would have given this answer."""
        return {self.name: [str(answer)]}

    def answer(self) -> Json:
        """Return the value as JSON."""
        value: Json = self.data
        return value

    # -- validating --------------------------------------------------------------------------------------------

    def validate(self, form: StepForm, extra_validators: Sequence[Callable[[Any, Any], None]] = ()) -> bool:
        """Parse, then ask the validators; keeps the first thing that is wrong."""
        self.problems.clear()
        self.errors: list[str] = []
        self.data = None
        try:
            self.data = self.parse()
            if not self.blank():
                for validator in (*self.validators, *extra_validators):
                    validator(form, self)
        except Unfit as unfit:
            self.fail(unfit)
        if self.needed and not self.problems and self.blank():
            self.fail(Unfit(self.missing))
        return not self.problems

    def blank(self) -> bool:
        """Return whether nothing was answered."""
        return self.data in (None, "", [])

    def fail(self, unfit: Unfit) -> None:
        """Note what is wrong with this answer."""
        self.problems.append(unfit)
        self.errors = [self._texts.gettext(problem.message, **problem.params) for problem in self.problems]

    # -- what the page shows -----------------------------------------------------------------------------------

    @property
    def error(self) -> str:
        """Return the first thing that is wrong, in the person's language, or nothing."""
        return self.errors[0] if self.errors else ""

    @property
    def typed(self) -> str:
        """Return what was typed in a field of one input."""
        return self.part("")

    def part(self, part: str) -> str:
        """Return what was typed in one input of this field."""
        values = self.raw.get(f"{self.name}-{part}" if part else self.name)
        return values[0] if values else ""

    def wrong(self, part: str) -> bool:
        """Return whether this input is one to correct."""
        return any(problem.part in ("", part) for problem in self.problems)

    @property
    def anchor(self) -> str:
        """Return the id of the first control to correct."""
        part = (self.problems[0].part if self.problems else "") or self.parts[0]
        return f"{self.name}-{part}" if part else self.name


def strings(answer: object) -> list[str]:
    """Return a stored list as strings, and nothing for anything else."""
    return [str(item) for item in answer] if isinstance(answer, (list, tuple)) else []


def mapping(answer: object) -> Mapping[str, object]:
    """Return a stored mapping, and an empty one for anything else."""
    return answer if isinstance(answer, Mapping) else {}
