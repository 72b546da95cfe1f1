"""Leaks and complaints: reported by anyone, read by few, closed with an outcome."""
