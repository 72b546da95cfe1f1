"""What each side does: write, file, read, note; and what the desk settles."""
