"""The families of the demo that somebody can sign in as: one for each thing that can become of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple

from app.applications.rules import (
    ApplicationState,
    ChoiceState,
    OfferState,
    Plan,
    RefusalReason,
    add_months,
    half_days_of,
)
from app.core.clock import today_at
from app.families.rules import Sex
from app.priority.rules import Dutch, Education, Facts, Income, Work
from app.priority.rules import Family as Household
from jobs.demo.families import Baby, Family, Home, Ids, Person, Spot, Wish, reference_of, series_of

STORIES = 0
WHOLE_WEEK = half_days_of((day, part) for day in range(5) for part in (0, 1))
THREE_DAYS = half_days_of((day, part) for day in (0, 1, 3) for part in (0, 1))
MORNINGS = half_days_of((day, 0) for day in range(5))


class Leader(NamedTuple):
    """Who answers for which facilities."""

    name: str
    role: str
    facilities: tuple[str, ...]


LEADERS: Mapping[str, Mapping[str, Leader]] = {
    "brussels": {
        "leiding.wolkenfiets@example.org": Leader("Griet Vermeulen", "leader", ("De Wolkenfiets",)),
        "collega.wolkenfiets@example.org": Leader("Hanne Claes", "deputy", ("De Wolkenfiets",)),
        "leiding.regenlaarsjes@example.org": Leader("Koen Segers", "leader", ("De Regenlaarsjes", "Tuimelteen")),
        "direction.muizentrapje@example.org": Leader("Élodie Massart", "leader", ("Muizentrapje",)),
        "leiding.papierenkraan@example.org": Leader("Samira Tahiri", "leader", ("De Papieren Kraan",)),
        "thuis.radijs@example.org": Leader("Mia Verstraeten", "leader", ("Onthaalhuisje Radijs",)),
    },
    "leuven": {
        "leiding.kwikstaartjes@example.org": Leader("Inge Coppens", "leader", ("De Kwikstaartjes",)),
        "leiding.grasfluitje@example.org": Leader("Wim Lemmens", "leader", ("Het Grasfluitje", "Boomhutje")),
    },
}


class Teller:
    """Tells stories around one day: dates are months and days from it, facilities go by name."""

    def __init__(self, organisation: str, spots: Mapping[str, Spot], now: datetime) -> None:
        self._series = series_of(organisation, STORIES)
        self._numbers = count(1)
        self._spots = spots
        self._now = now
        self.today = today_at(now)

    def ids(self) -> Ids:
        """The ids of the next family."""
        return Ids(self._series, next(self._numbers))

    def month(self, months: int) -> date:
        """The first day of the month, some months from now or ago."""
        return add_months(self.today.replace(day=1), months)

    def ago(self, days: int) -> datetime:
        """This time of day, some days ago."""
        return self._now - timedelta(days=days)

    def wish(self, name: str, state: ChoiceState = ChoiceState.OPEN, after: int | None = None) -> Wish:
        """A chosen facility, by name, and its answer some days after the request."""
        return Wish(self._spots[name], state, after)

    def offer(self, name: str, plan: Plan, after: int, ends_in: int) -> Wish:
        """A chosen facility that offered a place some days after the request; the offer ends some days from today."""
        wish = self.wish(name, ChoiceState.OFFERED, after)
        return wish._replace(offer=plan, offer_ends_on=self.today + timedelta(days=ends_in))

    def refusal(self, name: str, reason: RefusalReason, after: int) -> Wish:
        """A chosen facility that refused."""
        return self.wish(name, ChoiceState.REFUSED, after)._replace(refusal=reason)


def stories(organisation: str, spots: Mapping[str, Spot], now: datetime) -> Iterator[Family]:
    """The families of one organisation, as they stand on the day of `now`."""
    teller = Teller(organisation, spots, now)
    return _brussels(teller) if organisation == "brussels" else _leuven(teller)


def _brussels(tell: Teller) -> Iterator[Family]:
    yes = {"kind_en_gezin": True, "lop": True}
    no = {"kind_en_gezin": False, "lop": False}
    plan = Plan(tell.month(4), THREE_DAYS)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("An", "Peeters", "+32460000001", "an.peeters@example.org"),
        birth_date=date(1993, 4, 17),
        sex=Sex.FEMALE,
        home=Home("Lindenlaan", "8", "1070", "anderlecht"),
        child=Baby("Nora", "Peeters", tell.month(-3), expected=False),
        plan=plan,
        wishes=[tell.wish("De Wolkenfiets"), tell.wish("Knikkerkelder"), tell.wish("De Papieren Kraan")],
        sent_at=tell.ago(4),
        facts=Facts(
            family=Household.TWO_PARENTS,
            work=Work.FOUR_FIFTHS,
            partner_work=Work.FULL_TIME,
            education=Education.HIGHER,
            dutch=Dutch.BOTH,
            dutch_proof=True,
        ),
        employer="Bakkerij Korenaar",
        partner=Person("Tom", "Wouters", email="tom.wouters@example.org"),
        consents=yes,
    )
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="fr",
        applicant=Person("Fatima", "El Idrissi", "+32460000002", "fatima.elidrissi@example.org"),
        birth_date=date(1990, 11, 2),
        sex=Sex.FEMALE,
        home=Home("Rue du Ruisseau", "31", "1080", "sint-jans-molenbeek"),
        child=Baby("Inaya", "El Idrissi", tell.month(-10), expected=False),
        plan=Plan(tell.month(3), WHOLE_WEEK),
        wishes=[
            tell.wish("De Papieren Kraan", ChoiceState.CONSIDERING, 6),
            tell.wish("Sokkenballet", ChoiceState.NOT_NOW, 9),
            tell.wish("De Wolkenfiets"),
            tell.wish("Tamtam op de Trap"),
        ],
        sent_at=tell.ago(20),
        facts=Facts(
            family=Household.TWO_PARENTS,
            work=Work.INTEGRATION,
            partner_work=Work.HALF_TIME,
            income=Income.BELOW_LIMIT,
            education=Education.LOWER_SECONDARY,
            dutch=Dutch.PARTNER,
            dutch_proof=True,
        ),
        partner=Person("Karim", "Benali"),
        flexible=True,
        consents=no,
    )
    plan = Plan(tell.month(2), WHOLE_WEEK)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Ayşe", "Yılmaz", "+32460000003", "ayse.yilmaz@example.org"),
        birth_date=date(1995, 6, 29),
        sex=Sex.FEMALE,
        home=Home("Kastanjestraat", "54", "1030", "schaarbeek"),
        child=Baby("Ömer", "Yılmaz", tell.month(-8), expected=False),
        plan=plan,
        wishes=[
            tell.offer("De Regenlaarsjes", plan, 25, 6),
            tell.wish("Klatergoudvis", ChoiceState.CONSIDERING, 12),
            tell.wish("De Wolkenfiets"),
        ],
        sent_at=tell.ago(28),
        facts=Facts(family=Household.ONE_PARENT, work=Work.TRAINING, income=Income.BELOW_LIMIT, health=True),
        consents={"kind_en_gezin": True, "lop": False},
    )
    plan = Plan(tell.month(2), THREE_DAYS)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="fr",
        applicant=Person("Jean-Baptiste", "Lambert", "+32460000004", "jeanbaptiste.lambert@example.org"),
        birth_date=date(1988, 1, 23),
        sex=Sex.MALE,
        home=Home("Avenue des Roses", "19", "1050", "elsene"),
        child=Baby("Zélie", "Lambert", tell.month(-14), expected=False),
        plan=plan,
        wishes=[
            tell.offer("Muizentrapje", Plan(tell.month(4), THREE_DAYS), 17, 9),
            tell.refusal("De Blauwe Want", RefusalReason.AGE_GROUP, 5),
            tell.wish("Vlinderfabriek", ChoiceState.NOT_NOW, 8),
        ],
        sent_at=tell.ago(18),
        facts=Facts(
            family=Household.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.FULL_TIME, dutch=Dutch.NEITHER
        ),
        employer="Librairie du Coin",
        partner=Person("Aurélie", "Thiry", email="aurelie.thiry@example.org"),
        consents=yes,
    )
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Katrien", "Maes", "+32460000005", "katrien.maes@example.org"),
        birth_date=date(1991, 9, 8),
        sex=Sex.FEMALE,
        home=Home("Rozenstraat", "2", "1090", "jette"),
        child=Baby("Stan", "Maes", tell.month(-20), expected=False),
        plan=Plan(tell.month(1), MORNINGS),
        wishes=[
            tell.refusal("De Regenlaarsjes", RefusalReason.NO_PLACE, 10),
            tell.refusal("Tuimelteen", RefusalReason.DAYS_NOT_AVAILABLE, 14),
            tell.wish("De Wolkenfiets", ChoiceState.NOT_NOW, 20),
        ],
        sent_at=tell.ago(40),
        facts=Facts(family=Household.TWO_PARENTS, work=Work.LESS_THAN_HALF, dutch=Dutch.APPLICANT, dutch_proof=False),
        consents=yes,
    )
    plan = Plan(tell.month(1), WHOLE_WEEK)
    lapsed = tell.offer("Kussenfort", plan, 20, -2)._replace(state=ChoiceState.OPEN, offer_state=OfferState.LAPSED)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="fr",
        applicant=Person("Elena", "Popescu", "+32460000006", "elena.popescu@example.org"),
        birth_date=date(1994, 3, 30),
        sex=Sex.FEMALE,
        home=Home("Rue des Fleurs", "77", "1210", "sint-joost-ten-node"),
        child=Baby("Ștefan", "Popescu", tell.month(-11), expected=False),
        plan=plan,
        wishes=[lapsed, tell.wish("De Groene Knoop"), tell.wish("De Wolkenfiets", ChoiceState.CONSIDERING, 3)],
        sent_at=tell.ago(35),
        facts=Facts(family=Household.ONE_PARENT, work=Work.THREE_FIFTHS),
        employer="Restaurant La Poivrière",
        consents=no,
    )
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="en",
        applicant=Person("Grace", "Adeyemi", "+32460000007", "grace.adeyemi@example.org"),
        birth_date=date(1996, 12, 12),
        sex=Sex.FEMALE,
        home=Home("Avenue des Cerisiers", "5", "1160", "oudergem"),
        child=Baby(None, "Adeyemi", tell.month(4), expected=True),
        plan=Plan(tell.month(8), WHOLE_WEEK),
        wishes=[tell.wish("Bosbessenbus"), tell.wish("De Zilveren Slak"), tell.wish("De Wolkenfiets")],
        sent_at=tell.ago(1),
        facts=Facts(family=Household.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.SEEKING, dutch=Dutch.NEITHER),
        partner=Person("Kwame", "Okafor"),
        consents={"kind_en_gezin": True, "lop": False},
    )
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Zofia", "Kamiński", "+32460000008"),
        birth_date=date(1989, 8, 15),
        sex=Sex.FEMALE,
        home=Home("Tuinwijk", "12", "1020", "brussel"),
        child=Baby("Hana", "Kamiński", tell.month(-5), expected=False),
        plan=Plan(tell.month(3), MORNINGS),
        wishes=[tell.wish("De Pannenkoekenboot"), tell.wish("De Regenlaarsjes", ChoiceState.CONSIDERING, 4)],
        sent_at=tell.ago(11),
        facts=Facts(family=Household.ONE_PARENT, work=Work.NOT_WORKING, income=Income.BELOW_LIMIT, foster=True),
        consents=no,
    )
    plan = Plan(tell.month(1), THREE_DAYS)
    taken = tell.offer("De Papieren Kraan", plan, 30, -5)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="fr",
        applicant=Person("Mehdi", "Benali", "+32460000009", "mehdi.benali@example.org"),
        birth_date=date(1987, 5, 5),
        sex=Sex.MALE,
        home=Home("Rue de l’École", "40", "1081", "koekelberg"),
        child=Baby("Rayan", "Benali", tell.month(-9), expected=False),
        plan=plan,
        wishes=[
            taken._replace(state=ChoiceState.ENROLLED, offer_state=OfferState.ACCEPTED),
            tell.wish("De Wolkenfiets", ChoiceState.CLOSED),
            tell.refusal("De Stoeptegel", RefusalReason.NO_PLACE, 8),
        ],
        sent_at=tell.ago(45),
        facts=Facts(
            family=Household.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.HALF_TIME, dutch=Dutch.NEITHER
        ),
        employer="Garage Vierwiel",
        partner=Person("Salma", "Ouali"),
        state=ApplicationState.ENROLLED,
        closed_at=tell.ago(12),
        consents=yes,
    )
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Sofie", "De Smet", "+32460000010", "sofie.desmet@example.org"),
        birth_date=date(1992, 2, 28),
        sex=Sex.FEMALE,
        home=Home("Eikenlaan", "61", "1200", "sint-lambrechts-woluwe"),
        child=Baby("Vic", "De Smet", tell.month(-2), expected=False),
        plan=Plan(tell.month(5), THREE_DAYS),
        wishes=[tell.wish("Madeliefmolen", ChoiceState.CLOSED), tell.wish("De Wolkenfiets", ChoiceState.CLOSED)],
        sent_at=tell.ago(30),
        facts=Facts(family=Household.TWO_PARENTS, work=Work.FOUR_FIFTHS),
        state=ApplicationState.CANCELLED,
        closed_at=tell.ago(3),
        consents=no,
    )


def _leuven(tell: Teller) -> Iterator[Family]:
    brother = tell.wish("De Kwikstaartjes")._replace(sibling_here=True)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Lotte", "Hermans", "+32460000011", "lotte.hermans@example.org"),
        birth_date=None,
        sex=None,
        home=Home("Schoolstraat", "3", "3000", "leuven"),
        child=Baby("Juna", "Hermans", tell.month(-1), expected=False),
        plan=Plan(tell.month(3), THREE_DAYS),
        wishes=[brother, tell.wish("Zolderzon"), tell.wish("Het Grasfluitje"), tell.wish("Kriebelkous")],
        sent_at=tell.ago(6),
        facts=Facts(family=Household.TWO_PARENTS, work=Work.FULL_TIME, partner_work=Work.FOUR_FIFTHS),
        partner=Person("Arne", "Goossens", "+32460000012", "arne.goossens@example.org"),
    )
    plan = Plan(tell.month(2), WHOLE_WEEK)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="fr",
        applicant=Person("Paolo", "Rossi", "+32460000013", "paolo.rossi@example.org"),
        birth_date=None,
        sex=None,
        home=Home("Beekstraat", "27", "3001", "leuven"),
        child=Baby("Léo", "Rossi", tell.month(-7), expected=False),
        plan=plan,
        wishes=[tell.offer("Het Grasfluitje", plan, 16, 7), tell.wish("De Appelkar"), tell.wish("De Kwikstaartjes")],
        sent_at=tell.ago(19),
        facts=Facts(family=Household.ONE_PARENT, work=Work.FULL_TIME, education=Education.HIGHER),
    )
    plan = Plan(tell.month(1), MORNINGS)
    taken = tell.offer("De Kwikstaartjes", plan, 22, -4)
    yield Family(
        ids=(ids := tell.ids()),
        reference=reference_of(ids),
        language="nl",
        applicant=Person("Nele", "Aerts", "+32460000014", "nele.aerts@example.org"),
        birth_date=None,
        sex=None,
        home=Home("Vogelzangstraat", "45", "3010", "leuven"),
        child=Baby("Basil", "Aerts", tell.month(-12), expected=False),
        plan=plan,
        wishes=[
            taken._replace(state=ChoiceState.ENROLLED, offer_state=OfferState.ACCEPTED),
            tell.wish("Kriebelkous", ChoiceState.CLOSED),
        ],
        sent_at=tell.ago(33),
        facts=Facts(family=Household.TWO_PARENTS, income=Income.ABOVE_LIMIT),
        state=ApplicationState.ENROLLED,
        closed_at=tell.ago(9),
    )
