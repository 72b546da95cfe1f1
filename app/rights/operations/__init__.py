"""Verbs about requests: asking, handling, answering, restricting, erasing."""
