"""What becomes of an offer: the family answers it, takes an answer back, or lets its term pass."""
