"""Who gets what at which door, typed by hand from the promises: nothing here is read from the code.

Columns:
    visitor    no session, or a browser that only opened a page
    draft      somebody who is filling in an application
    owner      the parent of the file that is asked for
    other      another parent of the same organisation
    twin       a parent of another organisation with the same e-mail address, at that organisation's address
    chosen     leader of a facility that the request is open with (BXL-09, BXL-53)
    unchosen   leader of a facility that was not chosen (BXL-11)
    former     leader until yesterday, or from tomorrow (BXL-53)
    refused    leader of a facility that refused: knows that, and nothing else
    lost       leader of a facility that lost the file: the choice was taken back, or the child has a place (BXL-56)
    enrolled   leader of the facility where the child has its place
    elsewhere  leader in another organisation, at that organisation's address
    gone       a session that ended, ran out or slept too long; a closed account; somebody else's organisation
    desk       works at the desk: helpdesk or administrator, as far as this door goes
    past       worked at the desk until yesterday, or does from tomorrow
    afar       works at the desk of another organisation, at that organisation's address
    helper     filed the request together with the family, and still may see it (BXL-50)
    exhelper   a helper whose last joint change was more than two years ago, or whose mandate the family ended (BXL-52)
    counter    a counter worker elsewhere, at that organisation's address: the file is not theirs (LEU-27)
    sickcare   the care for sick children elsewhere, at that organisation's address
    developer  the developer, to whom nobody gave a grant (BXL-59)
    policy     a policy officer: figures only
    overseer   the data protection officer
    security   the security officer

A row that stops before the three columns of the desk says that the desk does not come in there: 404. So it is for all
columns after those, unless a row names them.

The rows of the newer doors name who comes in, as `column=outcome`: the session-less are led to sign-in, for everybody
else the page does not exist. A word alone still goes for every column.

One outcome alone goes for every column. A status; `IN` leads to sign-in; `>page` is a 303 to that page.
"""

# ruff: noqa: E501  a table is read by its columns

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from tests.net.expected_helping import TABLE_OF_HELPING
from tests.net.expected_life import TABLE_OF_LIFE

COLUMNS = tuple(
    "visitor draft owner other twin chosen unchosen former refused lost enrolled elsewhere gone desk past afar".split()  # noqa: SIM905
)
HELPING = ("helper", "exhelper", "counter", "sickcare", "developer", "policy", "overseer", "security")
COLUMNS += HELPING
DESK = ("desk", "past", "afar")
WITHOUT_SESSION = ("visitor", "draft", "gone")
SIGN_IN = ">public.sign_in"
# A row may stop before the columns of those who help, or before the desk.
_SHORT = (len(COLUMNS) - len(HELPING), len(COLUMNS) - len(HELPING) - len(DESK))

# endpoint, methods, then the outcomes of the columns in their order:
#   visitor draft owner other twin | chosen unchosen former refused lost enrolled elsewhere | gone | desk past afar
TABLE = """
choose_language          GET,HEAD                 302
choose_language          OPTIONS                  200
choose_language          POST,PUT,DELETE,PATCH    405
healthz                  GET,HEAD,OPTIONS         200
healthz                  POST,PUT,DELETE,PATCH    405
readyz                   GET,HEAD,OPTIONS         200
readyz                   POST,PUT,DELETE,PATCH    405
static                   GET,HEAD,OPTIONS         200
static                   POST,PUT,DELETE,PATCH    405
demo_home                GET,HEAD,OPTIONS         200
demo_home                POST,PUT,DELETE,PATCH    405
demo_mail                GET,HEAD,OPTIONS         200
demo_mail                POST,PUT,DELETE,PATCH    405
demo_mail_json           GET,HEAD,OPTIONS         200
demo_mail_json           POST,PUT,DELETE,PATCH    405
demo_accounts_json       GET,HEAD,OPTIONS         200
demo_accounts_json       POST,PUT,DELETE,PATCH    405

public.home              GET,HEAD                 200
public.privacy           GET,HEAD                 200
public.cookies           GET,HEAD                 200
public.accessibility     GET,HEAD                 200
public.contact           GET,HEAD                 200
public.search            GET,HEAD                 200
public.sign_in           GET,HEAD                 200
public.sign_in           POST                     422
public.sign_out          POST                     >public.home
public.forgotten         GET,HEAD                 200
public.forgotten         POST                     422
public.link_sent         GET,HEAD                 200
public.new_password      GET,HEAD,POST            410
public.password_changed  GET,HEAD                 200
public.confirm           GET,HEAD,POST            410
public.confirmed         GET,HEAD                 200
public.resume            GET,HEAD                 200
public.resume            POST                     422
public.resume_link       GET,HEAD                 200
public.resume_link       POST                     422
public.resume_kept       GET,HEAD                 200
public.invited           GET,HEAD,POST            410
family.priority          GET,HEAD                 200

# A browser that is no registered device finds one page of the kiosk: where a code is typed (KL-32).

family.start             GET,HEAD    >family.apply_language >family.apply_check >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_language    GET,HEAD    200 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 200
family.apply_language    POST        >family.apply_step >family.apply_step >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_step
family.apply_step        GET,HEAD    >family.apply_language 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_step        POST        409 422 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 409
family.apply_facilities  GET,HEAD    >family.apply_language 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_facilities  POST        409 422 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 409
family.apply_order       GET,HEAD    >family.apply_language 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_order       POST        409 >family.apply_step >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 409
family.apply_check       GET,HEAD    >family.apply_language 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_desk        GET,HEAD    >family.apply_language >family.apply_check >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_check       POST        409 422 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 409
family.apply_send        GET,HEAD    >family.apply_language >family.apply_check >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.apply_language
family.apply_send        POST        409 >family.apply_check >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | 409
family.apply_later       GET,HEAD    >family.start 200 >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.start
family.apply_later       POST        >family.start >family.apply_later >family.apply_sent >family.apply_sent >family.apply_sent | 404 404 404 404 404 404 404 | >family.start
family.apply_sent        GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN

family.my                GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_receipt        GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_details        GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_access         GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_account        GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_confirm_again  POST        IN IN >family.my >family.my >family.my | 404 404 404 404 404 404 404 | IN
family.my_end_session    POST        IN IN >family.my_account >family.my_account >family.my_account | 404 404 404 404 404 404 404 | IN
family.my_password       GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_password       POST        IN IN 422 422 422 | 404 404 404 404 404 404 404 | IN
family.my_email          GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_email          POST        IN IN 422 422 422 | 404 404 404 404 404 404 404 | IN
family.my_change         GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_change         POST        IN IN >family.my_details 404 404 | 404 404 404 404 404 404 404 | IN
family.my_add            GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_add            POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
family.my_withdraw       GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_withdraw       POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
family.my_cancel         GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_cancel         POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
family.my_offer          GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_accept         GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_accept         POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
family.my_decline        GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_decline        POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
# Nobody answered the offer of the matrix, its request ends in a long time, and its child is born.
family.my_take_back      GET,HEAD,POST IN IN 409 404 404 | 404 404 404 404 404 404 404 | IN
family.my_renew          GET,HEAD,POST IN IN 409 404 404 | 404 404 404 404 404 404 404 | IN
family.my_born           GET,HEAD,POST IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
family.my_next_child     GET,HEAD    405
family.my_next_child     POST        IN IN >family.start >family.start >family.start | 404 404 404 404 404 404 404 | IN
family.my_others         GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_others         POST        IN IN >family.my 404 404 | 404 404 404 404 404 404 404 | IN
family.my_second_parent  GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_second_parent  POST        IN IN 422 422 422 | 404 404 404 404 404 404 404 | IN
# For the second parent of a file, and nobody else.
family.my_own_details    GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
family.my_own_details    POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
family.my_messages       GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_desk_thread    GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_desk_thread    POST        IN IN >family.my_desk_thread >family.my_desk_thread >family.my_desk_thread | 404 404 404 404 404 404 404 | IN
family.my_thread         GET,HEAD    IN IN 200 404 404 | 404 404 404 404 404 404 404 | IN
family.my_thread         POST        IN IN >family.my_thread 404 404 | 404 404 404 404 404 404 404 | IN
family.my_notes          GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN

facility.requests        GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.news            GET,HEAD    IN IN 404 404 404 | 200 200 204 204 204 204 200 | IN
facility.request_page    GET,HEAD    IN IN 404 404 404 | 200 404 404 404 404 200 404 | IN
# Whatever the id, these two lead to the request's own page, which says no.
facility.consider        GET,HEAD    IN IN 404 404 404 | >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page | IN
facility.not_now         GET,HEAD    IN IN 404 404 404 | >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page >facility.request_page | IN
facility.consider        POST        IN IN 404 404 404 | >facility.requests 404 404 409 404 409 404 | IN
facility.not_now         POST        IN IN 404 404 404 | >facility.requests 404 404 409 404 409 404 | IN
facility.refuse          GET,HEAD    IN IN 404 404 404 | 200 404 404 409 404 409 404 | IN
facility.refuse          POST        IN IN 404 404 404 | >facility.requests 404 404 409 404 409 404 | IN
facility.offer           GET,HEAD    IN IN 404 404 404 | 200 404 404 409 404 409 404 | IN
facility.offer           POST        IN IN 404 404 404 | >facility.requests 404 404 409 404 409 404 | IN
facility.withdraw        GET,HEAD    IN IN 404 404 404 | 200 404 404 409 404 409 404 | IN
facility.withdraw        POST        IN IN 404 404 404 | >facility.requests 404 404 409 404 409 404 | IN
facility.several         GET,HEAD    IN IN 404 404 404 | >facility.requests >facility.requests >facility.requests >facility.requests >facility.requests >facility.requests >facility.requests | IN
facility.several         POST        IN IN 404 404 404 | >facility.requests 409 409 409 409 409 409 | IN
facility.refused         GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
# In Brussels no facility corrects what a family told (BXL-54).
facility.correct         GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.correct         POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
# Who refused it was a colleague: nobody takes back what somebody else answered.
facility.take_back       POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.places          GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.places          POST        IN IN 404 404 404 | 422 422 422 422 422 422 422 | IN
facility.place_taken     POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.own             GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.own_change      GET,HEAD    IN IN 404 404 404 | 200 404 404 404 404 404 404 | IN
facility.own_change      POST        IN IN 404 404 404 | >facility.own 404 404 404 404 404 404 | IN
facility.password        GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.password        POST        IN IN 404 404 404 | 422 422 422 422 422 422 422 | IN
# A deputy, or a leader of another facility, manages nobody there.
facility.people          GET,HEAD    IN IN 404 404 404 | 200 200 404 200 200 200 200 | IN
facility.people          POST        IN IN 404 404 404 | >facility.people >facility.people 404 >facility.people >facility.people >facility.people >facility.people | IN
facility.person_end      GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.person_end      POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.person_again    POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.messages        GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.thread          GET,HEAD    IN IN 404 404 404 | 200 404 404 404 404 200 404 | IN
facility.thread          POST        IN IN 404 404 404 | >facility.thread 404 404 404 404 >facility.thread 404 | IN

# Everybody at the desk may open a file of their own organisation, and says how they came to it.
# Open only to who opened it, and as long as that lasts.

# Who works here, on which agreements: for administrators, and for nobody at the helpdesk.
# Nobody but who has the file open lets a developer look, and nobody let this one.
# Whoever works at the desk and has nothing to accept reads that; a text stands there for those who have.
# Devices are for administrators; the helpdesk has no such page.

# A square code says to nobody whether there is such a file.
# Only where the counters of the organisation take codes: the twin is a family of Leuven.

# A page of a door that takes only posts, or only reads, says so before it asks who is there.
public.home              POST                     405
public.privacy           POST                     405
public.cookies           POST                     400
public.accessibility     POST                     405
public.contact           POST                     405
public.search            POST                     405
public.link_sent         POST                     405
public.password_changed  POST                     405
public.confirmed         POST                     405
public.resume_kept       POST                     405
public.sign_out          GET,HEAD                 405
family.priority          POST                     405
family.start             POST                     405
# No such post: the address is then read as one of the wizard's pages, and there is none of that name.
family.apply_sent        POST                     404
family.my                POST                     405
family.my_receipt        POST                     405
family.my_details        POST                     405
family.my_access         POST                     405
family.my_account        POST                     405
family.my_confirm_again  GET,HEAD                 405
family.my_end_session    GET,HEAD                 405
family.apply_desk        POST                     404
family.my_offer          POST                     405
family.my_messages       POST                     405
family.my_notes          POST                     405
facility.join            GET,HEAD,POST            410
facility.joined          GET,HEAD                 200
facility.joined          POST                     405
facility.own             POST                     405
facility.place_taken     GET,HEAD                 405
facility.person_again    GET,HEAD                 405
facility.refused         POST                     405
facility.take_back       GET,HEAD                 405
facility.requests        POST                     405
facility.news            POST                     405
facility.messages        POST                     405
facility.request_page    POST                     405

# Whoever changes a file has a contact open with its family, or registered it (BXL-49, BXL-54): nobody here has.
public.login_change      GET,HEAD,POST            410
public.login_changed     GET,HEAD                 200
public.login_changed     POST                     405
# A reset concerns a colleague, and a file is none.
# Between the password and the second factor; nobody of the cast stands there.
# Whoever works with a second factor has an account of their own, whatever it opens.
# The address of these tests is a number, to which no browser gives a passkey; and a factor of somebody else is none.

# Filing together: whoever helps begins, and only the family's own device decides. Nobody sits beside the draft here.
family.apply_together    GET,HEAD,POST >family.start >family.start 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_ways        GET,HEAD,POST >family.start >family.apply_check 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_handed      GET,HEAD    >family.start >family.apply_sent 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_handed      POST                     404
# Nobody proved that they sit together.
# In Brussels a facility registers for parents; elsewhere none does (BXL-54).
"""
# No page of a door answers to these, whoever asks.
NEVER = ("PUT", "DELETE", "PATCH", "OPTIONS")
DOORS = (
    "public",
    "own",
    "family",
    "facility",
    "staff",
    "counter",
    "lookalong",
    "helper",
    "assist",
    "oversight",
    "kiosk",
    "registrar",
)
METHODS = ("GET", "HEAD", "POST", *NEVER)

# Whose child is enrolled has nothing waiting to be confirmed: the receipt's page leads to the file.
EXCEPTIONS = {("family.apply_sent", method, "parent of the enrolled"): ">family.my" for method in ("GET", "HEAD")}
EXCEPTIONS |= {("staff.devices", method, "administrator"): "200" for method in ("GET", "HEAD")}
EXCEPTIONS["staff.devices", "POST", "administrator"] = "422"
# In Brussels administrators appoint people; they open no file.
EXCEPTIONS |= {("staff.contact", method, "administrator"): "404" for method in METHODS[:3]}
EXCEPTIONS["staff.file_thread", "POST", "administrator"] = "404"
for _page in (
    "staff.people", "staff.partners", "staff.agreements", "staff.parties", "staff.party_new", "staff.list_surveys"
):  # fmt: skip
    EXCEPTIONS |= {(_page, method, "administrator"): "200" for method in ("GET", "HEAD")}
for _page in ("staff.people", "staff.partners", "staff.party_new", "staff.list_surveys"):
    EXCEPTIONS[_page, "POST", "administrator"] = "422"

# What stands in the address beside ids, and behind it.
WORDS = {
    "family.apply_step": {"step": "you"},
    "family.my_change": {"step": "household"},
    "family.my_ask": {"kind": "restrict"},
    "public.statement_version": {"version": "2026-2"},
    "oversight.evidence_promise": {"promise": "BXL-01"},
    "oversight.question": {"asked": "no-visit"},
    "oversight.leak_step": {"step": "assess"},
    "facility.correct": {"part": "contact"},
    "counter.change": {"part": "name"},
    "staff.change": {"part": "contact"},
    "registrar.change": {"part": "contact"},
    "public.login_change": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "facility.join": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "staff.join": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "public.survey": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "public.invited": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "public.resume_link": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "public.confirm": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "public.new_password": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
}
QUERIES = {"facility.news": "?since=1"}
# Which of the asked ids stands in for another: an open offer is needed there, or a facility that was chosen.
ASKED_INSTEAD = {
    "family.my_thread": {"facility_id": "chosen_id"},
    "facility.withdraw": {"choice_id": "offered_id"},
    # No such place and no such member: who leads what is tried with the facilities themselves.
    "facility.place_taken": {"place_id": "choice_id"},
    "facility.person_end": {"member_id": "choice_id"},
    "facility.person_again": {"member_id": "choice_id"},
    "facility.own_change": {"facility_id": "chosen_id"},
    # None of these is anybody, or anything, here.
    "helper.go_on_with": {"draft_id": "choice_id"},
    "assist.go_on_with": {"draft_id": "choice_id"},
    "staff.person": {"account_id": "choice_id"},
    "staff.partner": {"partner_id": "choice_id"},
    "staff.party": {"party_id": "choice_id"},
    "staff.signature": {"agreement_id": "choice_id"},
    "staff.end_grant": {"grant_id": "choice_id"},
    "staff.granted_file": {"grant_id": "choice_id"},
}


@cache
def expected() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return the outcome per column of each (endpoint, method)."""
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for line in (TABLE + TABLE_OF_HELPING + TABLE_OF_LIFE).splitlines():
        if not line or line.startswith("#"):
            continue
        endpoint, methods, *outcomes = line.replace("|", " ").split()
        named = dict(word.split("=", 1) for word in outcomes if "=" in word)
        outcomes = [word for word in outcomes if "=" not in word]
        assert set(named) <= set(COLUMNS), line
        if not outcomes:
            outcomes = ["IN" if column in WITHOUT_SESSION else "404" for column in COLUMNS]
        if len(outcomes) == 1:
            outcomes *= len(COLUMNS)
        outcomes += ["404"] * (len(COLUMNS) - len(outcomes)) if len(outcomes) in _SHORT else []
        outcomes = [named.get(column, word) for column, word in zip(COLUMNS, outcomes, strict=True)]
        assert len(outcomes) == len(COLUMNS), line
        row = {column: SIGN_IN if word == "IN" else word for column, word in zip(COLUMNS, outcomes, strict=True)}
        for method in methods.split(","):
            assert (endpoint, method) not in found, f"typed twice: {endpoint} {method}"
            found[endpoint, method] = row
    never = dict.fromkeys(COLUMNS, "405")
    found.update({(e, m): never for e in set(_endpoints(found)) if e.partition(".")[0] in DOORS for m in NEVER})
    return found


def _endpoints(rows: Mapping[tuple[str, str], object]) -> Iterator[str]:
    return (endpoint for endpoint, _ in rows)


ARGUMENT = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
