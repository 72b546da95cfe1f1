"""Invented data for the demo: facilities, their leaders, families to sign in as, and a crowd to fill the lists."""

from jobs.demo.load import load

__all__ = ["load"]
