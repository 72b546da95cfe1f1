"""A page of questions: what is posted, what is wrong, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from app.web.forms.base import AnswerField, Json, PostedData, Unfit
from app.web.i18n import Texts


class StepForm(FlaskForm):
    """The questions of one page, validated on the server and shown by our own macros."""

    class Meta(FlaskForm.Meta):
        """What the doors and our own texts do in place of the form library."""

        # The door checks a token that is masked afresh in each page before any form is read.
        csrf = False

        def get_translations(self, form: FlaskForm) -> None:
            """Return nothing: every message comes from the house's own catalogue."""

    def __init__(
        self,
        posted: PostedData | None = None,
        *,
        texts: Texts,
        today: date,
        answers: Mapping[str, Any] | None = None,
        required: Collection[str] = (),
        shown: Collection[str] | None = None,
        choices: Mapping[str, Collection[str]] | None = None,
        days: int | None = None,
        demo: bool = False,
        token: Callable[[str], str] | None = None,
        held: Mapping[str, Any] | None = None,
    ) -> None:
        """Read `posted` when there is one, else show `answers`; the rest comes from the organisation's profile.

        `token` makes a keyed token of a national number; `held` are the tokens of those that were given before.
        """
        self.texts = texts
        self.today = today
        self.choices: Mapping[str, Collection[str]] = choices or {}
        self.days = days
        self.demo = demo
        self.token = token
        self.held: Mapping[str, Any] = held or {}
        self.posted = posted is not None
        super().__init__(_Posted(posted) if posted is not None else None, data=dict(answers or {}))
        for name in tuple(self._fields):
            if shown is not None and name not in shown:
                del self[name]
            else:
                self._fields[name].needed = name in required

    @classmethod
    def from_typed(cls, typed: Mapping[str, Any], **options: Any) -> StepForm:
        """Return the form as it was left by `to_typed`, shown and not yet judged."""
        return cls(MultiDict({str(key): value for key, value in typed.items()}), **options)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Judge every answer, then the answers together; returns whether all can be taken."""
        super().validate(extra_validators)
        self.check()
        return not self.problems

    def check(self) -> None:
        """Judge answers together; a form overrides it and calls `fail` or `require`."""

    def fail(self, name: str, message: str, *, part: str = "", **params: object) -> None:
        """Note that an answer is wrong, unless it already is; a field that this page does not show is passed over."""
        field = self._fields.get(name)
        if field is not None and not field.problems:
            field.fail(Unfit(message, part=part, **params))

    def require(self, *names: str) -> None:
        """Ask for answers that only now turn out to be needed."""
        for name in names:
            field = self._fields.get(name)
            if field is not None and not field.problems and field.blank():
                field.fail(Unfit(field.missing))

    @property
    def problems(self) -> bool:
        """Return whether any answer is wrong."""
        return any(field.problems for field in self._fields.values())

    def errors_in_order(self) -> list[tuple[str, str]]:
        """Return (id of the control, message) for each wrong answer, from top to bottom."""
        return [(field.anchor, field.error) for field in self._fields.values() if field.problems]

    def to_answers(self) -> dict[str, Json]:
        """Return the answers that can be taken, as JSON; secrets and wrong answers are left out."""
        return {name: field.answer() for name, field in self._fields.items() if field.kept and not field.problems}

    def to_typed(self) -> dict[str, list[str]]:
        """Return every input as it was typed, wrong or not, to show again later; secrets are left out."""
        return {key: list(values) for field in self._fields.values() if field.kept for key, values in field.raw.items()}

    def __getattr__(self, name: str) -> AnswerField:
        """Return a field; names the fields of a subclass to the type checker."""
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")


class _Posted:
    """A post that WTForms takes even when it is empty: an empty post is an answer with everything missing."""

    def __init__(self, data: PostedData) -> None:
        self._data = data

    def getlist(self, key: str) -> list[Any]:
        return self._data.getlist(key)

    def __contains__(self, key: str) -> bool:
        return bool(self._data.getlist(key))

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 1
