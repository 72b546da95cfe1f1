"""Which of the reads in the audit had a ground to stand on: asked by overseers, and by the watch each night."""

# A worker of ours opened one file, and not a list; `e` is the entry of the audit.
OPENED = "e.event = 'read' and cardinality(e.subjects) = 1 and e.actor_kind in ('staff', 'counter', 'helper')"
# Nothing that opens a file to one worker was open at that moment.
WITHOUT_GROUND = """not exists (
        select 1 from desk_contact c where c.worker_id = e.actor_id and c.dossier_id = e.subjects[1]
          and c.opened_at <= e.at and e.at < coalesce(c.ended_at, c.until))
      and not exists (
        select 1 from look_code k where k.used_by = e.actor_id and k.dossier_id = e.subjects[1]
          and k.used_at <= e.at and e.at < coalesce(k.ended_at, k.until))
      and not exists (
        select 1 from support_grant g where g.account_id = e.actor_id and g.dossier_id = e.subjects[1]
          and g.given_at <= e.at and e.at < coalesce(g.ended_at, g.until))
      and not exists (
        select 1 from mandate w where w.helper_id = e.actor_id and w.dossier_id = e.subjects[1]
          and w.consent_at <= e.at and (w.ended_at is null or e.at < w.ended_at))"""
