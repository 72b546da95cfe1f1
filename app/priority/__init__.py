"""Which families come first, by the rules in force on the day a request was filed."""
