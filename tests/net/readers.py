"""Everybody who reads in the story of the marked families, and what each may meet: typed by hand from the promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.net.canaries import CODES, Aviary
from tests.net.people import BRUSSELS, LEUVEN

# The access matrix of the promises, per relation of the reader to the family, in the codes of the marks.
NAMES = {"gn", "fn", "pg", "pf", "cg", "cf"}
REACH = {"st", "hn", "em", "ph"}
WRITTEN = {"ms", "no"}
SHOWN = {
    "owner": set(CODES) - {"dr"},
    "draft": {"dr"},
    # What was written and noted: only by the facility that the family wrote with.
    "open": NAMES | REACH | WRITTEN,
    "enrolled": NAMES | REACH | WRITTEN | {"by"},
    "desk": {"gn", "fn", "cg", "cf", "rf", "md", "nd"} | REACH,
    "none": set(),
    # Those who help. The whole file but the health answer and the national number (BXL-48, LEU-23).
    "helpdesk": set(CODES) - {"dr", "he", "ms", "no"},
    # Four groups, and the child's name (LEU-26).
    "counter": {"gn", "fn", "cg", "cf", "rf"} | REACH,
    # What was filed together (BXL-50): no messages, no notes, no sign-in.
    "helper": set(CODES) - {"dr", "he", "lg", "ms", "md", "no", "nd"},
    # An overseer knows a file by its reference alone.
    "overseen": {"rf"},
}
# The list of a facility says less than a request's own page; an answer's page needs the child only (BXL-55).
NARROWER = {
    "staff.inbox": {"gn", "fn", "rf"},
    "staff.thread": {"gn", "fn", "cg", "cf", "rf", "md", "nd"} | REACH,
    "staff.letters": NAMES | REACH | {"rf"},
    "staff.todo": {"gn", "fn", "rf"},
    "helper.clients": {"gn", "fn", "cg", "cf", "rf"},
    "facility.requests": {"cg", "cf"},
    "facility.request_page": set(CODES) - WRITTEN,
    "facility.messages": {"gn", "fn", "cg", "cf"},
    "facility.thread": {"gn", "fn", "cg", "cf"} | WRITTEN,
    "facility.news": set(),
    "facility.refuse": {"cg", "cf"},
    "facility.offer": {"cg", "cf"},
    "facility.withdraw": {"cg", "cf"},
}
# What a search shows, and the page that asks how somebody is in contact before a file opens (BXL-48).
FOUND = {"gn", "fn", "cg", "cf", "rf"}
FOUND_ON = ("staff.found", "staff.contact", "staff.flags")
# The doors whose pages somebody of a kind may open; everybody else opens the family's.
DOORS = {
    "facility": ("facility", "registrar"),
    "staff": ("staff",),
    "counter": ("counter", "lookalong"),
    "helper": ("helper",),
    "oversight": ("oversight",),
}


@dataclass
class Reader:
    """Somebody who reads, with the relation to each family as the story has it."""

    name: str
    organisation: str
    session: str | None
    kind: str
    relations: dict[str, str] = field(default_factory=dict)
    # The families that wrote with this reader.
    writes: set[str] = field(default_factory=set)
    # The families that this reader may search for: as much of them as tells whose file it is.
    finds: set[str] = field(default_factory=set)


def readers(aviary: Aviary) -> Iterator[Reader]:
    """Yield everybody who reads, each with what the story lets them."""
    for organisation in aviary.places:
        yield Reader("visitor", organisation, None, "visitor")
    for key, session in aviary.drafts.items():
        yield Reader(f"draft {key}", BRUSSELS if key[0] == "b" else LEUVEN, session, "draft", {key: "draft"})
    for marked in aviary.families:
        person = marked.family.person
        yield Reader(
            f"parent {marked.key}", marked.organisation, aviary.sessions[person.id], "parent", {marked.key: "owner"}
        )
    for organisation, places in aviary.places.items():
        for place in places:
            leader = aviary.leaders[place.id]
            related = {m.key: relation for m in aviary.of(organisation) if (relation := m.relation(place.id)) != "none"}
            writes = {m.key for m in aviary.of(organisation) if m.wrote_with == place.id}
            yield Reader(f"leader {place.name}", organisation, aviary.sessions[leader.id], "facility", related, writes)
        wrote = {m.key: "desk" for m in aviary.of(organisation) if m.desk_thread}
        # One contact is open: with the first family of each organisation.
        wrote[aviary.of(organisation)[0].key] = "helpdesk"
        finds = {m.key for m in aviary.of(organisation)}
        yield Reader(f"desk {organisation}", organisation, aviary.workers[organisation], "staff", wrote, finds=finds)
    for helping in aviary.helping:
        yield Reader(
            f"{helping.relation} {helping.organisation}",
            helping.organisation,
            helping.session,
            helping.kind,
            {m.key: helping.relation for m in aviary.of(helping.organisation) if m.key in helping.keys},
        )


def allowed(reader: Reader, endpoint: str, key: str) -> set[str]:
    """Return the codes of a family that this reader may meet on this page."""
    relation = reader.relations.get(key, "none")
    if endpoint in FOUND_ON and key in reader.finds:
        return SHOWN[relation] | FOUND
    others = WRITTEN if reader.kind == "facility" and key not in reader.writes else set()
    return SHOWN[relation] & NARROWER.get(endpoint, set(CODES)) - others
