"""Every component of the kit on a few pages, served by the real rendering, compression and headers.

python -m tests.web.kit.preview        serves them on http://localhost:8099/brussels/nl/step
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask, Response, g, request
from jinja2 import ChoiceLoader, FileSystemLoader

from app.catalogue.marking import N_
from app.organisations.profile import load_profiles
from app.web import assets, compression, cookies, i18n, pages, security_headers
from app.web.csrf import masked_token
from app.web.forms import (
    ChoiceField,
    DatePartsField,
    EmailField,
    HalfDaysField,
    HoursField,
    LongTextField,
    PasswordField,
    PhoneField,
    PostcodeField,
    SeveralField,
    StepForm,
    TextField,
    TickField,
    YesNoField,
)
from app.web.i18n import current_texts
from app.web.pages import NavLink, StepPlace, render, render_error

TEMPLATES = Path(__file__).parent / "templates"
TODAY = date(2026, 11, 21)
# A Friday, 10 o'clock in Brussels.
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class ChildForm(StepForm):
    """The page of the look pictures."""

    given_name = TextField(missing=N_("Fill in the first name of your child"), limit=80)
    birth_date = DatePartsField(missing=N_("Fill in the birth date of your child"))
    half_days = HalfDaysField(missing=N_("Choose at least one half day"))


class EveryForm(StepForm):
    """One of each field."""

    name = TextField()
    email = EmailField()
    phone = PhoneField()
    postcode = PostcodeField()
    birth_date = DatePartsField()
    kind = ChoiceField(values=("group", "family", "none"))
    language = ChoiceField(values=("nl", "fr", "en"))
    facilities = SeveralField(values=("a", "b", "c"), at_most=2)
    flexible = YesNoField()
    hours = HoursField()
    remark = LongTextField(limit=200)
    consent = TickField()
    password = PasswordField()


@dataclass(frozen=True)
class Row:
    """One line of a facility's list."""

    url: str
    age: str
    start: date
    days: str
    state: str
    tone: str
    rank: int
    new: bool


ROWS = tuple(
    Row(
        url=f"/brussels/nl/facility/requests/{number}",
        age=f"{number % 30} m",
        start=date(2027, 1 + number % 12, 1),
        days="ma di wo do vr"[: 3 * (1 + number % 5)],
        state=("open", "considering", "offered", "refused")[number % 4],
        tone=("", "wait", "go", "stop")[number % 4],
        rank=number,
        new=number % 7 == 0,
    )
    for number in range(1, 51)
)

SENT = {
    "receipt": {
        "account": "K7F 29Q XM4",
        "choices": ("De Vlieger", "Het Nestje", "Kinderdagverblijf Lieveheersbeestje aan het Kanaal"),
        "own_choice": TODAY,
    },
    "has_email": True,
    "my_url": "#my",
}
PROOF = {
    "title": "Bewijs van uw aanvraag",
    "reference": "K7F 29Q XM4",
    "sign_out_url": "#out",
    "home_url": "#my",
    "kept_until": date(2031, 11, 20),
    "requests": (
        {
            "child": "Amina, geboren op 27 maart 2026",
            "sent": "20 november 2026",
            "tag": "Open",
            "plan": "Vanaf 1 maart 2027: maandag, dinsdag, donderdag",
            "choices": (
                {"facility": "De Vlieger", "tag": "Wacht op antwoord"},
                {"facility": "Kinderdagverblijf Lieveheersbeestje aan het Kanaal", "tag": "Geen plaats"},
            ),
        },
    ),
}


def create_preview() -> Flask:
    """Build the preview: the kit, a real profile, no database."""
    i18n.compile_catalogues()
    app = Flask(__name__, static_folder=None)
    app.testing = True
    app.jinja_loader = ChoiceLoader(  # type: ignore[assignment]
        [FileSystemLoader(TEMPLATES), FileSystemLoader(Path(assets.FOLDER).parent / "templates")]
    )
    app.jinja_env.loader = app.jinja_loader
    profiles = dict(load_profiles())
    brussels = profiles["brussels"]
    profiles["messenger"] = replace(
        brussels, key="messenger", contacts=replace(brussels.contacts, whatsapp="0470 12 34 56")
    )
    assets.register(app)
    i18n.init_app(app)
    pages.init_app(app)
    compression.init_app(app)
    security_headers.init_app(app)
    cookies.init_app(app)
    app.template_global()(_csrf_token)
    app.template_global()(_once_key)

    @app.before_request
    def place() -> None:
        values = request.view_args or {}
        if "language" in values:
            g.now = datetime.fromisoformat(request.args["at"]) if "at" in request.args else NOW
            g.kiosk = "kiosk" in request.args
            g.profile = profiles[values["organisation"]]
            i18n.bind_language(values["language"])

    base = "/<organisation>/<language>"
    methods = ["GET", "POST"]
    place_of_step = StepPlace(2, 6, "../")
    app.add_url_rule(f"{base}/step", "step", lambda **_: _page(ChildForm, "child.html", place_of_step), methods=methods)
    app.add_url_rule(f"{base}/every", "every", lambda **_: _page(EveryForm, "every.html", StepPlace()), methods=methods)
    app.add_url_rule(f"{base}/pieces", "pieces", lambda **_: render("pieces.html"))
    app.add_url_rule(f"{base}/sent", "sent", lambda **_: render("family/apply/sent.html", **SENT))
    app.add_url_rule(f"{base}/receipt", "receipt", lambda **_: render("family/my/receipt.html", **PROOF))
    app.add_url_rule(f"{base}/links", "links", lambda **_: render("links.html"))
    app.add_url_rule(f"{base}/list", "list", _list)
    app.add_url_rule(f"{base}/fail/<int:status>", "fail", lambda status, **_: render_error(status))
    return app


def _csrf_token() -> str:
    return masked_token("preview", "session")


def _once_key() -> str:
    return "kKfTqWv0rS1xY2zA3bC4dE"


_csrf_token.__name__ = "csrf_token"
_once_key.__name__ = "once_key"


def _page(kind: type[StepForm], template: str, step: StepPlace) -> Response:
    posted = request.form if request.method == "POST" else None
    names = [name for name in kind(texts=current_texts(), today=TODAY)._fields if name not in ("remark", "postcode")]
    form = kind(posted, texts=current_texts(), today=TODAY, required=names, demo=True)
    if posted is not None and form.validate():
        return Response(status=303, headers={"Location": request.path})
    return render(template, status=422 if posted is not None else 200, form=form, step=step)


def _list(**_: str) -> Response:
    nav = (NavLink("#", "Aanvragen", True), NavLink("#", "Plaatsen"), NavLink("#", "Onze opvang"))
    turn = 2 if request.headers.get("HX-Request") else 1
    return render(
        "list.html", turn=turn, nav=nav, rows=ROWS, sign_out_url="#", account_name="Kinderdagverblijf De Vlieger"
    )


if __name__ == "__main__":
    create_preview().run(port=8099, threaded=True)
