"""`make run`: PostgreSQL, Valkey, a mail relay and the processes of the house, under one supervisor."""
