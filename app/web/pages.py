"""Every page leaves through `render`: in the language of the request, framed by its organisation, without records.

    return render("family/child.html", form=form, step=StepPlace(2, 6, back_url))
    return render("facility/list.html", nav=(NavLink(url, label, current=True),), …)
    return render_error(404)

The guard of the doors binds organisation and language (g.profile, bind_language) before a view runs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote
from uuid import UUID

import phonenumbers
from flask import Flask, Response, current_app, g, request
from jinja2 import Environment
from markupsafe import Markup

from app.catalogue.marking import N_
from app.organisations.profile import Profile
from app.organisations.rules import phone_is_open
from app.organisations.terms import Opening
from app.web import assets
from app.web.forms import StepForm, grouped_phone
from app.web.i18n import (
    SOURCE_LANGUAGE,
    Texts,
    available_languages,
    bind_language,
    current_texts,
    direction_of,
    is_help,
    name_of_language,
    template_globals,
    texts,
)
from app.web.templating import PageEnvironment

SERVICE = N_("Ask for childcare")
HELP_TRANSLATION = N_("Help translation. The Dutch text counts.")
FOOTER = (
    ("privacy", N_("Privacy")),
    ("cookies", N_("Cookies")),
    ("accessibility", N_("Accessibility")),
    ("contact", N_("Contact")),
    ("leak", N_("Report a data leak")),
)
# By reason first, then by status: heading, explanation.
FAILURES = {
    "400": (N_("We could not read this page"), N_("Go back and try again.")),
    "form": (
        N_("This form can no longer be sent"),
        N_("The page was open too long, or was sent twice. Go back, load it again and check what you filled in."),
    ),
    "cookie": (
        N_("Your browser kept no cookie of ours"),
        N_(
            "Without that one cookie we do not know which answers are yours. Allow cookies for this site, or use"
            " another browser. What you saved before is kept: sign in, or continue with your code or our link."
        ),
    ),
    "draft_gone": (
        N_("You were away for too long"),
        N_(
            "We closed your application here. That protects you on a shared phone or computer. Do you have a code or a"
            " link from us? Then you can continue. Otherwise begin again."
        ),
    ),
    "no_consent": (
        N_("First the family has to agree"),
        N_("Nothing leaves before the family says yes to filing together. Go back, and let them agree first."),
    ),
    "mandate_ended": (
        N_("The family no longer files together with you"),
        N_("They ended it. What they filled in is theirs, and they can go on alone."),
    ),
    "too_many_word_tries": (
        N_("Too many attempts"),
        N_("Wait 15 minutes and try again, or choose another way for the family to confirm."),
    ),
    "second_parent_joined": (
        N_("The other parent already has a login"),
        N_("First end that login. Then you can invite somebody else."),
    ),
    "work_on_device": (
        N_("This device is for families"),
        N_("Do you work for us or for a facility? Sign in on a device of your own. Nothing was opened here."),
    ),
    "401": (N_("Please sign in again"), N_("You have been away for a while. Sign in to go on.")),
    "403": (N_("You cannot open this page"), N_("Your account does not give access to it.")),
    "404": (
        N_("We cannot find this page"),
        N_("Perhaps the address has a typing error, or the page no longer exists. Begin again on the start page."),
    ),
    "request_gone": (
        N_("This request is not with you"),
        N_(
            "Perhaps the child has a place elsewhere, the family took the request back, or your facility answered it."
            " Go back to your list of requests."
        ),
    ),
    "contact_over": (
        N_("This file is not open to you"),
        N_("You have no contact with this family now, or the hour is over. Find the file again."),
    ),
    "405": (N_("This page cannot be opened like this"), N_("Go back and use the button on the page.")),
    "409": (
        N_("This can no longer be done"),
        N_("Something changed in the meantime. Go back and load the page again."),
    ),
    "too_late": (
        N_("This can no longer be taken back"),
        N_("You can take an answer back for 24 hours. Do you have questions? Call the facility or us."),
    ),
    "not_your_answer": (
        N_("You cannot take this back"),
        N_("The other parent, or somebody else, gave this answer. Only who gave it can take it back."),
    ),
    "child_has_open_application": (
        N_("Your child has another application"),
        N_("A child has one open application at a time. Go back and look at the newest one."),
    ),
    "own_role": (
        N_("You cannot change your own role"),
        N_("Nobody changes or ends their own role. Ask another administrator."),
    ),
    "same_person": (
        N_("A colleague has to do this"),
        N_("Nobody agrees to what they asked for, or checks what they added. Ask a colleague."),
    ),
    "own_signature": (
        N_("You cannot check your own signature"),
        N_("Somebody else checks it. Ask another administrator."),
    ),
    "413": (N_("This is too much at once"), N_("Go back, make the text shorter and try again.")),
    "415": (
        N_("You cannot send a file here"),
        N_("We do not ask for any documents. Go back and send the page without a file."),
    ),
    "422": (N_("Something is not right yet"), N_("Go back and check what you filled in.")),
    "429": (N_("Too many attempts"), N_("Wait a few minutes and try again. Your data are safe.")),
    "500": (
        N_("Something went wrong with us"),
        N_("It is not your fault. Try again in a few minutes. What you saved is kept."),
    ),
    "503": (N_("It is very busy at the moment"), N_("Wait a moment and load the page again. What you saved is kept.")),
}


@dataclass(frozen=True)
class NavLink:
    """A link of the frame; `code` is the language it leads to, if another, and `direction` the way that one runs."""

    url: str
    label: str
    current: bool = False
    code: str = ""
    direction: str = "ltr"


@dataclass(frozen=True)
class StepPlace:
    """Where a page stands in a row of steps."""

    number: int = 0
    total: int = 0
    back_url: str = ""


@dataclass(frozen=True)
class Shell:
    """What stands around every page: whose it is, in which languages, and how to reach a human."""

    organisation: str
    service: str
    home: str
    languages: tuple[NavLink, ...] = ()
    more_languages: tuple[NavLink, ...] = ()
    phone: str = ""
    phone_link: str = ""
    hours: str = ""
    # open or closed; empty where nobody knows the hours, or there is no phone.
    phone_now: str = ""
    email: str = ""
    # The number in the form that an address of that company takes.
    whatsapp: str = ""
    footer: tuple[NavLink, ...] = ()
    # A public device: nothing on it leads outside.
    kiosk: bool = False
    help_translation: bool = False
    # What is the same on every page of one organisation in one language, drawn once.
    help: str = ""
    foot: str = ""
    mark: str = ""


def render(template: str, *, status: int = 200, **context: Any) -> Response:
    """Return the page; raises TypeError, outside production, when a database object is in the context."""
    bound = current_texts()
    house = current_app.extensions.get("opvangloket")
    if house is None or not house.settings.production:
        refuse_records(context)
    context.setdefault("status", status)
    context.setdefault("shell", shell(bound))
    # Whoever fills in beside a family is named on every page that they fill in.
    context.setdefault("beside", g.get("beside"))
    page = environment(bound.language).get_template(template).render(context)
    answer = Response(page, status=status, content_type="text/html; charset=utf-8")
    answer.headers["Content-Language"] = bound.language
    return answer


def render_error(status: int, *, reason: str | None = None, way_on: NavLink | None = None) -> Response:
    """Return the page for a failure: plain words, the way on, and nothing about what exists."""
    if "texts" not in g:
        bind_language(_language_for_failure())
    heading, explanation = FAILURES.get(reason or "") or FAILURES.get(str(status)) or FAILURES["500"]
    return render("errors/page.html", status=status, heading=heading, explanation=explanation, way_on=way_on)


def environment(language: str) -> Environment:
    """Return the template environment of a language: its own globals, so that imported macros speak it too."""
    made: dict[str, Environment] = current_app.extensions["page_environments"]
    found = made.get(language)
    if found is None:
        base = current_app.jinja_env
        found = PageEnvironment(
            base.app,
            loader=base.loader,
            autoescape=base.autoescape,
            auto_reload=base.auto_reload,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        found.globals = {**base.globals, **template_globals(texts(language))}
        made[language] = found
    return found


def shell(bound: Texts) -> Shell:
    """Return the frame of this request's organisation."""
    profile: Profile | None = g.get("profile")
    service = bound.gettext(SERVICE)
    kept: dict[tuple[str, str, str, bool], Shell] = current_app.extensions["page_shells"]
    phone_now, kiosk = _phone_now(profile), g.get("kiosk", False)
    key = (profile.key if profile is not None else "", bound.language, phone_now, kiosk)
    frame = kept.get(key)
    if frame is None:
        plain = Shell(organisation="Opvangloket", service=service, home="/")
        whole = _shell_of(profile, bound, service) if profile is not None else plain
        whole = dataclasses.replace(whole, phone_now=phone_now)
        frame = kept[key] = _drawn(for_public_device(whole) if kiosk else whole, profile, bound)
    if profile is None:
        return frame
    languages, more = _languages(profile, bound.language)
    return dataclasses.replace(frame, languages=languages, more_languages=more)


def for_public_device(frame: Shell) -> Shell:
    """Return the frame without what leads outside: no footer, nobody to call from here, no messenger (BXL-71)."""
    return dataclasses.replace(frame, kiosk=True, footer=(), phone_link="", whatsapp="")


def _drawn(frame: Shell, profile: Profile | None, bound: Texts) -> Shell:
    def part(template: str, **context: str) -> Markup:
        return Markup(environment(bound.language).get_template(template).render(shell=frame, **context))  # noqa: S704

    mark = ""
    if profile is not None and frame.help_translation:
        master = profile.languages.master
        mark = part("layout/mark.html", master=master, in_master=texts(master).gettext(HELP_TRANSLATION))
    return dataclasses.replace(frame, help=part("layout/help.html"), foot=part("layout/foot.html"), mark=mark)


def _phone_now(profile: Profile | None) -> str:
    """Say whether the phone is answered at this moment, on a failure before the door as well (BXL-70)."""
    if profile is None or profile.contacts.opening is None or not profile.contacts.phone:
        return ""
    house = current_app.extensions.get("opvangloket")
    now: datetime | None = g.get("now") or (house.clock.now() if house is not None else None)
    if now is None:
        return ""
    return "open" if phone_is_open(profile, now) else "closed"


def _shell_of(profile: Profile, bound: Texts, service: str) -> Shell:
    contacts = profile.contacts
    home = f"/{profile.key}/{bound.language}/"
    return Shell(
        organisation=profile.name,
        service=service,
        home=home,
        phone=grouped_phone(contacts.phone) if contacts.phone else "",
        phone_link=_phone_link(contacts.phone),
        hours=opening_hours(contacts.opening, bound) if contacts.opening else "",
        email=contacts.helpdesk_email,
        whatsapp=_phone_link(contacts.whatsapp).removeprefix("+"),
        help_translation=bound.is_help,
        footer=tuple(NavLink(home + page, bound.gettext(label)) for page, label in FOOTER),
    )


def _languages(profile: Profile, language: str) -> tuple[tuple[NavLink, ...], tuple[NavLink, ...]]:
    """Return the complete languages with the one that is read, and the help translations that stand behind a fold."""
    links = [
        NavLink(in_language(code), name_of_language(code), code == language, code, direction_of(code))
        for code in _offered(profile)
    ]
    folded = tuple(link for link in links if is_help(link.code) and not link.current)
    return tuple(link for link in links if link not in folded), folded


def _offered(profile: Profile) -> tuple[str, ...]:
    house = current_app.extensions.get("opvangloket")
    page = house.pages.get(request.endpoint) if house else None
    return profile.languages.staff if page is not None and page.languages == "staff" else profile.languages.for_families


def _language_for_failure() -> str:
    """Return a language for a failure before one was bound: the address's, else the browser's, else the first."""
    house = current_app.extensions.get("opvangloket")
    segments = [*request.path.split("/"), "", ""]
    profile = house.profiles.get(segments[1]) if house else None
    if profile is not None:
        g.profile = profile
    offered = _offered(profile) if profile else available_languages()
    if segments[2] in offered:
        return segments[2]
    return request.accept_languages.best_match(offered) or (offered[0] if offered else SOURCE_LANGUAGE)


def in_language(code: str) -> str:
    """Return the address of this same page in another language."""
    _, organisation, _, *rest = [*request.path.split("/", 3), "", "", ""][:4]
    query = request.query_string.decode("ascii", "ignore")
    return f"/{organisation}/{code}/{quote(rest[0])}" + (f"?{query}" if query else "")


def opening_hours(opening: Opening, bound: Texts) -> str:
    """Return the hours in words: Monday to Friday, 9:00 to 17:00."""
    days = sorted(opening.days)
    names = [bound.day_name(day - 1, begins=False) for day in days]
    run = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    spoken = bound.gettext(N_("%(first)s to %(last)s"), first=names[0], last=names[-1]) if run else ", ".join(names)
    hours = bound.gettext(
        N_("%(days)s, %(opens)s to %(closes)s."), days=spoken, opens=_hour(opening.opens), closes=_hour(opening.closes)
    )
    return hours[:1].upper() + hours[1:]


def _hour(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _phone_link(phone: str) -> str:
    try:
        return phonenumbers.format_number(phonenumbers.parse(phone, "BE"), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return ""


_PLAIN = frozenset({str, bytes, int, bool, float, type(None), date, datetime, Markup, UUID})


def refuse_records(value: object, depth: int = 4) -> None:
    """Raise TypeError when a database object, a session or a query hides in what a template would get."""
    if type(value) in _PLAIN:
        return
    if (
        hasattr(type(value), "__mapper__")
        or hasattr(value, "_sa_instance_state")
        or type(value).__module__.startswith("sqlalchemy.")
    ):
        raise TypeError(f"a template context holds a database object: {type(value).__name__}")
    if depth == 0 or isinstance(value, (str, StepForm)):
        return
    if isinstance(value, Mapping):
        for item in value.values():
            refuse_records(item, depth - 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            if type(item) not in _PLAIN:
                refuse_records(item, depth - 1)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            refuse_records(getattr(value, part.name), depth - 1)


def init_app(app: Flask) -> None:
    """Prepare the environments; `asset` comes from here, `csrf_token` and `once_key` from the doors."""
    app.extensions["page_environments"] = {}
    app.extensions["page_shells"] = {}
    app.jinja_env.globals["asset"] = lambda name: assets.of(app).url(name)
    app.jinja_env.auto_reload = app.debug
