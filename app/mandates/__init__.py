"""The grounds on which somebody helps a family: contacts at the desk, helpers, look-along codes, grants."""
