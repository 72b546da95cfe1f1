"""The rights of whoever stands in a file: asking, the clock, the answer."""
