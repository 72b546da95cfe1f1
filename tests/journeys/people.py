"""Families and leaders as they sit behind a browser: they read, type and press, and know no address by heart."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage

from playwright.sync_api import Locator, Page

from app.web.doors import House
from app.web.i18n import texts
from jobs.context import Context
from jobs.outbox import drain_with
from tests.factories import FamilyMade, Person, signed_in
from tests.journeys.looks import Watch
from tests.servers.mail import Mailbox

PASSWORD = "vier woorden en een regenjas"
NEXT = ".acts .btn"
# A link to another page in this window, or a button that posts a form; what a script answers in the page is neither.
LEADS_ON = """e => !e.closest('[hx-get], [hx-post]') && (e.matches('a[href]')
  ? !e.target && !e.hasAttribute('download') && !e.getAttribute('href').match(/^(#|mailto:|tel:)/)
  : e.type === 'submit' && !!e.form && !e.form.matches('[hx-get], [hx-post], [target]'))"""
Fill = Callable[["Someone"], None]


@dataclass
class Someone:
    """One person with a device: `language` is the language of the pages, `axe` whether each page is examined whole."""

    page: Page
    watch: Watch
    language: str
    organisation: str = "brussels"
    axe: bool = True
    answers: dict[str, Fill] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Return where this person's pages begin."""
        return f"/{self.organisation}/{self.language}/"

    def says(self, message: str, **params: object) -> str:
        """Return a text of the house in this person's language."""
        return texts(self.language).gettext(message, **params)

    def reads(self, message: str, **params: object) -> bool:
        """Say whether a text stands on the page."""
        return _plain(self.says(message, **params)) in _plain(self.page.locator("body").inner_text())

    def sees(self, words: str) -> bool:
        """Say whether words that are no text of the house, such as a name, stand on the page."""
        return words in self.page.locator("body").inner_text()

    def goes(self, path: str = "") -> None:
        """Open a page below the person's start page."""
        self.page.goto(self.base + path)

    def look(self, name: str, *, status: int = 200) -> None:
        """Look the page over."""
        self.watch.look(name, self.language, status=status, axe=self.axe)

    def press(self, message: str, **params: object) -> None:
        """Press the button, or follow the link, that bears a text of the house."""
        words = re.compile(rf"^\s*{re.escape(self.says(message, **params))}")
        self.clicks(self.page.locator("main").locator("button:visible, a:visible").filter(has_text=words).first)

    def clicks(self, target: Locator) -> None:
        """Click, and wait for the page when the target leads to one: what is asked next is asked of that page."""
        if not target.evaluate(LEADS_ON):
            target.click()
            return
        with self.page.expect_navigation():
            target.click()

    def taps(self, message: str) -> None:
        """Press, and wait for the page that it brings."""
        self.press(message)

    @property
    def step(self) -> str:
        """Return the step of the application that the address names."""
        return self.page.url.partition("/apply/")[2].partition("?")[0]

    @property
    def status(self) -> int:
        """Return the status of the page that was last opened."""
        return self.watch.documents[-1].status

    def signs_in(self, login: str, password: str = PASSWORD) -> None:
        """Fill in the sign-in page."""
        self.goes("sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.clicks(self.page.locator(NEXT).first)

    def signs_out(self) -> None:
        """Press the button in the head of the page."""
        self.clicks(self.page.locator("header form button", has_text=self.says("Sign out")))

    def goes_on(self) -> None:
        """Press the button that goes on, and wait for the page that it brings."""
        with self.page.expect_navigation():
            self.page.locator(NEXT).first.click()

    def fills_in(self, *, until: str = "sent", each: Callable[[str], None] | None = None) -> list[str]:
        """Go on from the page that is open until another, doing `each` when a page opens; returns the pages passed."""
        passed: list[str] = []
        for _ in range(40):
            step = self.step
            if step == until:
                return passed
            assert step in self.answers, self.page.url
            if each:
                each(step)
            self.answers[step](self)
            self.goes_on()
            assert self.step != step, f"{step}: {self.page.locator('#errors').all_inner_texts()}"
            passed.append(step)
        raise AssertionError("the pages go round in circles")


def date_of(name: str, day: str, month: str, year: str) -> Mapping[str, str]:
    """Return the three fields of a date."""
    return {f"#{name}-day": day, f"#{name}-month": month, f"#{name}-year": year}


def typing(
    fields: Mapping[str, str] | None = None, *, ticks: Collection[str] = (), picks: Mapping[str, str] | None = None
) -> Fill:
    """Return how a page is filled in: texts, boxes, lists."""

    def fill(person: Someone) -> None:
        for selector, text in (fields or {}).items():
            person.page.fill(selector, text)
        for selector in ticks:
            person.page.check(selector)
        for selector, value in (picks or {}).items():
            person.page.select_option(selector, value)

    return fill


def _radio(name: str, value: str) -> str:
    return f"input[name={name}][value={value}]"


def family_answers(email: str, facilities: Collection[str], *, language: str = "nl") -> dict[str, Fill]:
    """Return how a family with a partner and an expected child answers; it looks its facilities up by name."""
    return {
        "language": typing(ticks=[_radio("language", language)], picks={"#municipality": "schaarbeek"}),
        "you": typing(
            {"#given_name": "Ayşe", "#family_name": "Yılmaz-Öztürk", **date_of("birth_date", "3", "3", "1994")},
            ticks=[_radio("sex", "female")],
        ),
        "contact": typing(
            {
                "#phone": "0470/12.34.56",
                "#email": email,
                "#street": "Rozenstraat",
                "#house_number": "12 bus 3",
                "#postcode": "1030",
            }
        ),
        "partner": typing(ticks=[_radio("has_partner", "yes")]),
        "partner-details": typing({"#given_name": "Mehmet", "#family_name": "Kaya", "#email": "mehmet@example.com"}),
        "child": typing(
            {"#family_name": "Kaya", **date_of("birth_date", "10", "4", "2027")}, ticks=[_radio("born", "no")]
        ),
        "start": typing(date_of("start_date", "1", "9", "2027"), ticks=[_radio("flexible", "yes")]),
        "days": typing(ticks=["#half_days", "#half_days-1", "#half_days-2"]),
        "facilities": lambda person: choose(person, facilities),
        "order": typing(),
        "dutch": typing(ticks=[_radio("level", "applicant")]),
        "dutch-proof": typing(ticks=["#proof"]),
        "work": typing({"#employer": "Bakkerij Bloem"}, picks={"#regime": "half_time", "#partner_regime": "full_time"}),
        "household": typing(
            ticks=[_radio("situation", "two_parents"), _radio("foster", "no"), _radio("income", "below_limit")]
        ),
        "education": typing(ticks=[_radio("level", "secondary")]),
        "health": typing(ticks=[_radio("situation", "yes"), "#agree"]),
        "consents": typing(ticks=["#agree"]),
        "check": typing(ticks=["#correct"]),
        "send": typing({"#password": PASSWORD}),
    }


SECRETS = ("Ayşe", "Yılmaz", "Mehmet", "Kaya", "Rozenstraat", "0470", "470123456", "Bakkerij", "@example.com")


def choose(person: Someone, names: Collection[str]) -> None:
    """Look up each facility by its name and tick it."""
    page = person.page
    for name in names:
        if not page.locator("#name").is_visible():
            page.locator("details:has(#name) summary").click()
        page.fill("#name", name)
        person.clicks(page.locator("main button[name=search]"))
        page.locator("label.row", has_text=name).locator("input").check()


def deliver(house: House, **options: object) -> int:
    """Do what the worker does when the bell rings; returns how many messages were settled."""
    return drain_with(worker(house), **options)  # type: ignore[arg-type]


def worker(house: House) -> Context:
    """Return the surroundings of a worker that shares the clock of the house."""
    return Context(house.settings, house.clock, house.databases, house.profiles)


def mail_to(mailbox: Mailbox, address: str, subject: str) -> EmailMessage:
    """Return the one mail with this subject, before the name of the organisation, that reached an address."""
    found = [mail for mail in mailbox.messages(address) if mail["Subject"].startswith(f"{subject} – ")]
    assert len(found) == 1, [mail["Subject"] for mail in mailbox.messages(address)]
    return found[0]


def link_in(mail: EmailMessage) -> str:
    """Return the address that a mail leads to."""
    links = re.findall(r"https?://\S+", mail.get_content())
    assert len(links) == 1, links
    return links[0]


class _Jar:
    """A browser's cookies, to be filled as those of a client without a browser."""

    def __init__(self, someone: Someone) -> None:
        self._someone = someone

    def set_cookie(self, name: str, value: str) -> None:
        someone = self._someone
        someone.page.context.add_cookies([{"name": name, "value": value, "url": someone.watch.origin}])


def enter(house: House, someone: Someone, person: Person) -> None:
    """Give somebody's browser a live session, without the sign-in page."""
    signed_in(house, _Jar(someone), person)  # type: ignore[arg-type]


def at_home(house: House, someone: Someone, family: FamilyMade) -> Someone:
    """Give somebody's browser the session of a family, and open the page of its file."""
    someone.watch.secrets += [family.names["child"], family.names["family_name"]]
    enter(house, someone, family.person)
    someone.goes("my")
    return someone


def leader_of(someone: Someone, leader: Person) -> None:
    """Sign a leader in."""
    someone.signs_in(leader.login, leader.password)
    assert "/facility" in someone.page.url, someone.page.locator("main").inner_text()


def _plain(text: str) -> str:
    return " ".join(text.split())
