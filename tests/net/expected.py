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
from typing import Any

COLUMNS = tuple(
    "visitor draft owner other twin chosen unchosen former refused lost enrolled elsewhere gone desk past afar".split()  # noqa: SIM905
)
HELPING = ("helper", "exhelper", "counter", "sickcare", "developer", "policy", "overseer")
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
kiosk.enrol              GET,HEAD                 200
kiosk.enrol              POST                     422
kiosk.attract            GET,HEAD                 404
kiosk.attract            POST                     405
kiosk.wiped              GET,HEAD                 404
kiosk.wiped              POST                     405
kiosk.still_there        GET,HEAD                 404
kiosk.still_there        POST                     405
kiosk.end                GET,HEAD,POST            404
kiosk.here               POST                     404
kiosk.here               GET,HEAD                 405

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
facility.urgent          GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.urgent_request  GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_place    GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_place    POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_withdraw GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_withdraw POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
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

staff.inbox              GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 200
staff.begin              GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.inbox 404 >staff.inbox
staff.begin              POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.thread 404 422
staff.thread             GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 404
staff.thread             POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.thread 404 404
staff.todo               GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 200
staff.letters            GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 200
staff.letters            POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.todo 404 >staff.todo
staff.lost_message       GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.todo 404 >staff.todo
staff.lost_message       POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.todo 404 404
staff.double             GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 404
staff.double             POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | >staff.todo 404 404
staff.figures            GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 200 policy=200
staff.start              GET,HEAD desk=>staff.inbox afar=>staff.inbox policy=>staff.figures developer=>staff.granted
staff.find               GET,HEAD desk=200 afar=200
staff.find               POST     desk=422 afar=422
staff.found              GET,HEAD desk=>staff.find afar=>staff.find
# Everybody at the desk may open a file of their own organisation, and says how they came to it.
staff.contact            GET,HEAD desk=200
staff.contact            POST     desk=>staff.file
# Open only to who opened it, and as long as that lasts.
staff.file               GET,HEAD desk=404
staff.file               POST     desk=404
staff.parent_view        GET,HEAD desk=404
staff.file_thread        POST     desk=>staff.thread
staff.flags              GET,HEAD desk=200 afar=200
staff.aside              POST     desk=>staff.flags

# Who works here, on which agreements: for administrators, and for nobody at the helpdesk.
staff.people             GET,HEAD,POST
staff.person             GET,HEAD,POST
staff.partners           GET,HEAD,POST
staff.partner            GET,HEAD,POST
staff.agreements         GET,HEAD
staff.signature          GET,HEAD,POST
staff.parties            GET,HEAD
staff.party              GET,HEAD,POST
staff.party_new          GET,HEAD,POST
# Nobody but who has the file open lets a developer look, and nobody let this one.
staff.grants             GET,HEAD desk=200 afar=200
staff.give_grant         GET,HEAD,POST
staff.end_grant          POST
staff.granted            GET,HEAD developer=200
staff.granted_file       GET,HEAD
# Whoever works at the desk and has nothing to accept reads that; a text stands there for those who have.
# Devices are for administrators; the helpdesk has no such page.
staff.devices            GET,HEAD,POST
staff.device             GET,HEAD,POST
staff.agreement          GET,HEAD desk=200 afar=200 developer=200 policy=200
staff.agreement          POST     desk=>staff.agreement afar=>staff.agreement developer=>staff.agreement policy=>staff.agreement

# A square code says to nobody whether there is such a file.
public.scan              GET,HEAD    IN IN >family.my >family.my >family.my | IN IN IN IN IN IN IN | IN | >staff.contact >staff.contact >staff.contact helper=IN exhelper=IN counter=>counter.file sickcare=>counter.file developer=>staff.contact policy=>staff.contact overseer=IN
# Only where the counters of the organisation take codes: the twin is a family of Leuven.
family.my_look           GET,HEAD    IN IN 404 404 200 | 404 404 404 404 404 404 404 | IN
family.my_look           POST        IN IN 404 404 200 | 404 404 404 404 404 404 404 | IN

counter.start            GET,HEAD    counter=>counter.find sickcare=>counter.sick_care
counter.agreement        GET,HEAD    counter=200 sickcare=200
counter.agreement        POST        counter=>counter.agreement sickcare=>counter.agreement
counter.find             GET,HEAD    counter=200
counter.find             POST        counter=>counter.found
counter.found            GET,HEAD    counter=200
counter.look             GET,HEAD    counter=>counter.find
counter.look             POST        counter=422
counter.file             GET,HEAD
counter.contact          GET,HEAD    counter=>counter.file
counter.contact          POST
counter.change           GET,HEAD,POST
counter.add              GET,HEAD,POST
counter.take_off         GET,HEAD,POST
counter.sick_care        GET,HEAD    sickcare=200
counter.sick_care        POST        sickcare=>counter.sick_found
counter.sick_found       GET,HEAD    sickcare=200
counter.sick_month       GET,HEAD    sickcare=200
lookalong.look_file      GET,HEAD

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
public.scan              POST                     405
counter.start            POST                     405
counter.found            POST                     405
counter.file             POST                     405
counter.sick_found       POST                     405
counter.sick_month       POST                     405
lookalong.look_file      POST                     405
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
staff.inbox              POST                     405
staff.todo               POST                     405
staff.figures            POST                     405
staff.start              POST                     405
staff.found              POST                     405
staff.parent_view        POST                     405
staff.flags              POST                     405
staff.aside              GET,HEAD                 405
staff.file_thread        GET,HEAD                 405
staff.agreements         POST                     405
staff.parties            POST                     405
staff.grants             POST                     405
staff.granted            POST                     405
staff.granted_file       POST                     405
staff.end_grant          GET,HEAD                 405
staff.join               GET,HEAD,POST            410
staff.joined             GET,HEAD                 200
staff.joined             POST                     405
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
facility.urgent          POST                     405
facility.urgent_request  POST                     405

# Whoever changes a file has a contact open with its family, or registered it (BXL-49, BXL-54): nobody here has.
staff.changes            GET,HEAD
staff.change             GET,HEAD,POST
staff.cancel             GET,HEAD,POST
staff.consents           GET,HEAD,POST
staff.document_seen      POST
staff.changes            POST                     405
staff.document_seen      GET,HEAD                 405
registrar.registered     GET,HEAD  chosen=200 unchosen=200 former=200 refused=200 lost=200 enrolled=200 elsewhere=200
registrar.file           GET,HEAD
registrar.change         GET,HEAD,POST
registrar.registered     POST                     405
registrar.file           POST                     405
public.login_change      GET,HEAD,POST            410
public.login_changed     GET,HEAD                 200
public.login_changed     POST                     405
family.my_changes        GET,HEAD  owner=200 other=200 twin=200
family.my_changes        POST                     405
family.my_take_over      POST
family.my_take_over      GET,HEAD                 405
oversight.home           GET,HEAD  overseer=200
oversight.home           POST      overseer=422
oversight.file           GET,HEAD  overseer=200
oversight.file           POST      405
oversight.question       GET,HEAD  overseer=200
oversight.question       POST      405
# A reset concerns a colleague, and a file is none.
staff.factor_reset       GET,HEAD,POST
# Between the password and the second factor; nobody of the cast stands there.
own.factor               GET,HEAD,POST
own.factor_passkey       POST
own.factor_ask           POST
own.factor_setup         GET,HEAD,POST
own.setup_passkey        POST
own.setup_ask            POST
# Whoever works with a second factor has an account of their own, whatever it opens.
own.account              GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200
own.end_session          POST     desk=>own.account past=>own.account afar=>own.account helper=>own.account exhelper=>own.account counter=>own.account sickcare=>own.account developer=>own.account policy=>own.account overseer=>own.account
own.language             POST     desk=>own.account past=>own.account afar=>own.account helper=>own.account exhelper=>own.account counter=>own.account sickcare=>own.account developer=>own.account policy=>own.account overseer=>own.account
own.password             GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200
own.password             POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422
own.authenticator        GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200
own.authenticator        POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422
own.recovery_codes       GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200
own.recovery_codes       POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422
own.passkey              GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200
own.passkey              POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422
# The address of these tests is a number, to which no browser gives a passkey; and a factor of somebody else is none.
own.passkey_ask          POST
own.end_factor           GET,HEAD,POST
own.factor_passkey       GET,HEAD                 405
own.factor_ask           GET,HEAD                 405
own.setup_passkey        GET,HEAD                 405
own.setup_ask            GET,HEAD                 405
own.end_session          GET,HEAD                 405
own.language             GET,HEAD                 405
own.passkey_ask          GET,HEAD                 405
own.account              POST                     405

# Filing together: whoever helps begins, and only the family's own device decides. Nobody sits beside the draft here.
family.apply_together    GET,HEAD,POST >family.start >family.start 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_ways        GET,HEAD,POST >family.start >family.apply_check 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_handed      GET,HEAD    >family.start >family.apply_sent 404 404 404 | 404 404 404 404 404 404 404 | >family.start
family.apply_handed      POST                     404
family.my_helper         GET,HEAD    IN IN 200 200 200 | 404 404 404 404 404 404 404 | IN
family.my_helper         POST        IN IN 422 422 422 | 404 404 404 404 404 404 404 | IN
family.my_together       GET,HEAD    IN IN >family.my >family.my >family.my | 404 404 404 404 404 404 404 | IN
family.my_together       POST                     405
public.together          GET,HEAD,POST            410
public.together_done     GET,HEAD                 200
public.together_done     POST                     405
helper.agreement         GET,HEAD    helper=200 exhelper=200
helper.agreement         POST        helper=>helper.agreement exhelper=>helper.agreement
helper.clients           GET,HEAD    helper=200 exhelper=200
helper.clients           POST                     405
helper.start             GET,HEAD    helper=200 exhelper=200
helper.start             POST        helper=422 exhelper=422
helper.go_on_with        GET,HEAD                 405
helper.go_on_with        POST
helper.client            GET,HEAD    helper=200
helper.client            POST                     405
helper.client_ask        GET,HEAD                 405
helper.client_ask        POST        helper=>helper.client
helper.client_prove      GET,HEAD                 405
helper.client_prove      POST        helper=422
# Nobody proved that they sit together.
helper.client_begin      GET,HEAD                 405
helper.client_begin      POST
helper.client_end        GET,HEAD    helper=200
helper.client_end        POST        helper=>helper.clients
# In Brussels a facility registers for parents; elsewhere none does (BXL-54).
assist.start             GET,HEAD    chosen=200 unchosen=200 refused=200 lost=200 enrolled=200 desk=200 afar=200 counter=200
assist.start             POST        chosen=422 unchosen=422 refused=422 lost=422 enrolled=422 desk=422 afar=422 counter=422
assist.go_on_with        GET,HEAD                 405
assist.go_on_with        POST
assist.stop              GET,HEAD                 405
assist.stop              POST        chosen=>facility.requests unchosen=>facility.requests former=>facility.requests refused=>facility.requests lost=>facility.requests enrolled=>facility.requests elsewhere=>facility.requests desk=>staff.start past=>staff.start afar=>staff.start helper=>helper.clients exhelper=>helper.clients counter=>counter.start sickcare=>counter.start developer=>staff.start policy=>staff.start
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
for _page in ("staff.people", "staff.partners", "staff.agreements", "staff.parties", "staff.party_new"):
    EXCEPTIONS |= {(_page, method, "administrator"): "200" for method in ("GET", "HEAD")}
for _page in ("staff.people", "staff.partners", "staff.party_new"):
    EXCEPTIONS[_page, "POST", "administrator"] = "422"

# What stands in the address beside ids, and behind it.
WORDS = {
    "family.apply_step": {"step": "you"},
    "family.my_change": {"step": "household"},
    "oversight.question": {"asked": "no-visit"},
    "staff.found": {"search_id": "bm90LWEtc2VhcmNoLWFueQ"},
    "facility.correct": {"part": "contact"},
    "counter.change": {"part": "name"},
    "staff.change": {"part": "contact"},
    "registrar.change": {"part": "contact"},
    "public.login_change": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "facility.join": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
    "staff.join": {"token": "bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"},
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
# What is posted beside the form's own guards; {name} is one of the ids asked for.
POSTED: Mapping[str, Mapping[str, Any]] = {
    "family.apply_language": {"language": "nl", "municipality": "schaarbeek"},
    "family.my_add": {"facility": "{facility_id}"},
    "family.my_others": {"facility": "{facility_id}"},
    "family.my_end_session": {"which": "others"},
    "own.end_session": {"which": "others"},
    "own.language": {"language": "fr"},
    "family.my_change": {"situation": "one_parent"},
    "family.my_desk_thread": {"words": "Goeiedag"},
    "family.my_thread": {"words": "Goeiedag"},
    "staff.begin": {"reference": "{reference}"},
    "counter.find": {"words": "Peeters"},
    "counter.sick_care": {"deed": "find", "words": "Peeters"},
    "staff.thread": {"deed": "answer", "words": "Goeiedag"},
    "staff.double": {"decision": "kept"},
    "staff.contact": {"channel": "call"},
    "staff.aside": {"why": "checked_right"},
    "facility.thread": {"deed": "answer", "words": "Goeiedag"},
    "helper.client_prove": {"way": "word", "word": "een ander woord"},
    "facility.consider": {"seen": "open"},
    "facility.not_now": {"seen": "open"},
    "facility.refuse": {"seen": "open", "reason": "no_place", "confirmed": "1"},
    "facility.offer": {
        "seen": "open",
        "start_date-day": "1",
        "start_date-month": "9",
        "start_date-year": "2027",
        "half_days": ["0", "1"],
        "reply_days": "10",
        "confirmed": "1",
    },
    "facility.people": {"facility": "{chosen_id}", "email": "nieuw@example.org", "role": "deputy"},
    "facility.several": {"pick": "{choice_id}.open", "answer": "considering", "confirmed": "yes"},
    "facility.withdraw": {"offer": "{offer_id}", "confirmed": "1"},
}


def expected() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return the outcome per column of each (endpoint, method)."""
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for line in TABLE.splitlines():
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
