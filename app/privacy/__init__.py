"""What people are told about their data, made from the same declarations that the program obeys."""
