"""What each side of a thread reads."""
