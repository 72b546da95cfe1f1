"""What personal data is held, why and how long: the ceiling that every page, mail and export stays under."""
