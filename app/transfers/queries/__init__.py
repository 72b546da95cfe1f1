"""Reads of transfers: the register of what left, what waits, and to whom a family's data were given."""
