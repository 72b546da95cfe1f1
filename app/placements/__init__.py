"""Placements: a child enrolled in a facility."""
