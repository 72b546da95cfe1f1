"""What every package stands on: sessions, clock, actor, access, audit, outbox, encryption."""
