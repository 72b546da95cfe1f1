"""Who gets what at the doors of those who help, typed by hand from the promises; the columns are those of `expected`."""

# ruff: noqa: E501  a table is read by its columns

from __future__ import annotations

TABLE_OF_HELPING = """
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
facility.urgent          GET,HEAD    IN IN 404 404 404 | 200 200 200 200 200 200 200 | IN
facility.urgent_request  GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_place    GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_place    POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_withdraw GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
facility.urgent_withdraw POST        IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN
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
staff.contact            GET,HEAD desk=200
staff.contact            POST     desk=>staff.file
staff.file               GET,HEAD desk=404
staff.file               POST     desk=404
staff.parent_view        GET,HEAD desk=404
staff.file_thread        POST     desk=>staff.thread
staff.flags              GET,HEAD desk=200 afar=200
staff.aside              POST     desk=>staff.flags
staff.people             GET,HEAD,POST
staff.person             GET,HEAD,POST
staff.partners           GET,HEAD,POST
staff.partner            GET,HEAD,POST
staff.agreements         GET,HEAD
staff.signature          GET,HEAD,POST
staff.parties            GET,HEAD
staff.party              GET,HEAD,POST
staff.party_new          GET,HEAD,POST
staff.grants             GET,HEAD desk=200 afar=200
staff.give_grant         GET,HEAD,POST
staff.end_grant          POST
staff.granted            GET,HEAD developer=200
staff.granted_file       GET,HEAD
staff.devices            GET,HEAD,POST
staff.device             GET,HEAD,POST
staff.agreement          GET,HEAD desk=200 afar=200 developer=200 policy=200
staff.agreement          POST     desk=>staff.agreement afar=>staff.agreement developer=>staff.agreement policy=>staff.agreement
public.scan              GET,HEAD    IN IN >family.my >family.my >family.my | IN IN IN IN IN IN IN | IN | >staff.contact >staff.contact >staff.contact helper=IN exhelper=IN counter=>counter.file sickcare=>counter.file developer=>staff.contact policy=>staff.contact overseer=IN security=IN
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
public.scan              POST                     405
counter.start            POST                     405
counter.found            POST                     405
counter.file             POST                     405
counter.sick_found       POST                     405
counter.sick_month       POST                     405
lookalong.look_file      POST                     405
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
facility.urgent          POST                     405
facility.urgent_request  POST                     405
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
family.my_changes        GET,HEAD  owner=200 other=200 twin=200
family.my_changes        POST                     405
family.my_take_over      POST
family.my_take_over      GET,HEAD                 405
oversight.home           GET,HEAD  overseer=200 security=200
oversight.home           POST      overseer=422 security=422
oversight.file           GET,HEAD  overseer=200 security=200
oversight.file           POST      405
oversight.question       GET,HEAD  overseer=200 security=200
oversight.question       POST      405
staff.factor_reset       GET,HEAD,POST
own.factor               GET,HEAD,POST
own.factor_passkey       POST
own.factor_ask           POST
own.factor_setup         GET,HEAD,POST
own.setup_passkey        POST
own.setup_ask            POST
own.account              GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.end_session          POST     desk=>own.account past=>own.account afar=>own.account helper=>own.account exhelper=>own.account counter=>own.account sickcare=>own.account developer=>own.account policy=>own.account overseer=>own.account security=>own.account
own.language             POST     desk=>own.account past=>own.account afar=>own.account helper=>own.account exhelper=>own.account counter=>own.account sickcare=>own.account developer=>own.account policy=>own.account overseer=>own.account security=>own.account
own.password             GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.password             POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422 security=422
own.authenticator        GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.authenticator        POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422 security=422
own.recovery_codes       GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.recovery_codes       POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422 security=422
own.passkey              GET,HEAD desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.passkey              POST     desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422 security=422
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
helper.client_begin      GET,HEAD                 405
helper.client_begin      POST
helper.client_end        GET,HEAD    helper=200
helper.client_end        POST        helper=>helper.clients
assist.start             GET,HEAD    chosen=200 unchosen=200 refused=200 lost=200 enrolled=200 desk=200 afar=200 counter=200
assist.start             POST        chosen=422 unchosen=422 refused=422 lost=422 enrolled=422 desk=422 afar=422 counter=422
assist.go_on_with        GET,HEAD                 405
assist.go_on_with        POST
assist.stop              GET,HEAD                 405
assist.stop              POST        chosen=>facility.requests unchosen=>facility.requests former=>facility.requests refused=>facility.requests lost=>facility.requests enrolled=>facility.requests elsewhere=>facility.requests desk=>staff.start past=>staff.start afar=>staff.start helper=>helper.clients exhelper=>helper.clients counter=>counter.start sickcare=>counter.start developer=>staff.start policy=>staff.start
"""
