"""Who gets what on the pages about the life of data, typed by hand from the promises, in the columns of `expected`."""

# ruff: noqa: E501  a table is read by its columns

from __future__ import annotations

TABLE_OF_LIFE = """
public.survey            GET,HEAD,POST            410
public.survey_answered   GET,HEAD                 200
public.survey_answered   POST                     405
public.statement_versions GET,HEAD                200
public.statement_versions POST                    405
public.statement_version GET,HEAD                 200
public.statement_version POST                     405
public.register          GET,HEAD                 200
public.register          POST                     405
public.register_csv      GET,HEAD                 200
public.register_csv      POST                     405
# LEU-55, BXL-68: the same page for everybody, and a receipt for whoever knows its address. Only the officer reads complaints.
public.leak              GET,HEAD                 200
public.leak              POST                     422
public.leak_received     GET,HEAD                 404
public.leak_received     POST                     405
public.complaint         GET,HEAD                 200
public.complaint         POST                     422
public.complaint_received GET,HEAD                404
public.complaint_received POST                    405
# BXL-60, BXL-64, BXL-66: each parent's own data, rights and permissions; in the other organisation nobody asks for that permission.
public.copy_schema       GET,HEAD                 200
public.copy_schema       POST                     405
family.my_data           GET,HEAD  owner=200 other=200 twin=200
family.my_data           POST                     405
family.my_data_copy      GET,HEAD  owner=200 other=200 twin=200
family.my_data_copy      POST      owner=422 other=422 twin=422
family.my_rights         GET,HEAD  owner=200 other=200 twin=200
family.my_rights         POST                     405
family.my_ask            GET,HEAD  owner=200 other=200 twin=200
family.my_ask            POST      owner=>family.my_rights other=>family.my_rights twin=>family.my_rights
family.my_consents       GET,HEAD  owner=200 other=200 twin=200
family.my_consents       POST      owner=>family.my_consents other=>family.my_consents twin=404
family.my_complaint      GET,HEAD  owner=200 other=200 twin=200
family.my_complaint      POST      owner=422 other=422 twin=422
oversight.leaks          GET,HEAD  overseer=200 security=200
oversight.leaks          POST                     405
oversight.leak_new       GET,HEAD  overseer=200 security=200
oversight.leak_new       POST      overseer=422 security=422
# No such case, and no such complaint.
oversight.leak           GET,HEAD
oversight.leak           POST                     405
oversight.leak_step      GET,HEAD,POST
oversight.leak_close     POST
oversight.leak_close     GET,HEAD                 405
oversight.leak_summary   GET,HEAD
oversight.leak_summary   POST                     405
oversight.complaints     GET,HEAD  overseer=200
oversight.complaints     POST                     405
oversight.complaint      GET,HEAD,POST
family.my_still_right    POST        IN IN >family.my >family.my >family.my | 404 404 404 404 404 404 404 | IN
family.my_still_right    GET,HEAD                 405
oversight.retention      GET,HEAD  overseer=200 security=200
oversight.retention      POST      overseer=422
oversight.retention_release POST
oversight.retention_release GET,HEAD               405
oversight.retention_hold POST
oversight.retention_hold GET,HEAD                  405
oversight.registers      GET,HEAD  overseer=200 security=200
oversight.registers      POST                     405
oversight.register_processor_new GET,HEAD overseer=200 security=200
oversight.register_processor_new POST overseer=422 security=422
oversight.register_processor GET,HEAD,POST
oversight.register_check_new GET,HEAD overseer=200 security=200
oversight.register_check_new POST overseer=422 security=422
oversight.register_check GET,HEAD,POST
oversight.evidence       GET,HEAD  overseer=200 security=200
oversight.evidence       POST                     405
oversight.evidence_promise GET,HEAD overseer=200 security=200
oversight.evidence_promise POST overseer=422 security=422
staff.list_surveys       GET,HEAD,POST
family.my_given          GET,HEAD  owner=200 other=200 twin=200
family.my_given          POST                     405
# KG-05, LEU-37: the officer asks, the security officer may be the second person; nobody else comes near.
oversight.deliveries     GET,HEAD  overseer=200 security=200
oversight.deliveries     POST                     405
oversight.orders         GET,HEAD  overseer=200 security=200
oversight.orders         POST                     405
oversight.delivery_new   GET,HEAD  overseer=200
oversight.delivery_new   POST      overseer=422
oversight.delivery       GET,HEAD,POST
oversight.delivery_file  POST
oversight.delivery_file  GET,HEAD                 405
oversight.order_new      GET,HEAD  overseer=200
oversight.order_new      POST      overseer=422
oversight.recipient_keys GET,HEAD  overseer=200 security=200
oversight.recipient_keys POST      overseer=422
oversight.recipient_key  POST
oversight.recipient_key  GET,HEAD                 405
staff.trends_csv         GET,HEAD    IN IN 404 404 404 | 404 404 404 404 404 404 404 | IN | 200 404 200 policy=200
staff.trends_csv         POST                     405
# KG-44, KK-29, LEU-36: anybody asks; whoever works here takes a request and passes it on; the officer alone reads and answers.
public.rights_request    GET,HEAD                 200
public.rights_request    POST                     422
family.my_rights_answer  GET,HEAD  owner=404 other=404 twin=404
family.my_rights_answer  POST                     405
staff.take_request       GET,HEAD  desk=200 afar=200
staff.take_request       POST      desk=422 afar=422
counter.take_request     GET,HEAD  counter=200
counter.take_request     POST      counter=422
facility.take_request    GET,HEAD  chosen=200 unchosen=200 refused=200 lost=200 enrolled=200 elsewhere=200
facility.take_request    POST      chosen=422 unchosen=422 refused=422 lost=422 enrolled=422 elsewhere=422
own.my_rights            GET,HEAD  desk=200 past=200 afar=200 helper=200 exhelper=200 counter=200 sickcare=200 developer=200 policy=200 overseer=200 security=200
own.my_rights            POST      desk=422 past=422 afar=422 helper=422 exhelper=422 counter=422 sickcare=422 developer=422 policy=422 overseer=422 security=422
own.my_rights_answer     GET,HEAD
own.my_rights_answer     POST                     405
oversight.requests       GET,HEAD  overseer=200
oversight.requests       POST                     405
# No such request.
oversight.request        GET,HEAD,POST
oversight.request_letter GET,HEAD
oversight.request_letter POST                     405
"""
