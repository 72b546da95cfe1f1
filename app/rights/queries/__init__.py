"""Reads of requests, and what an answer is made of."""
