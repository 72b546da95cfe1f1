"""What those who help read: contacts, files, lists of work."""
