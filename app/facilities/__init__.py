"""Childcare facilities, who leads them, and how families find them."""
