"""What families, facilities and the desk write to each other."""
