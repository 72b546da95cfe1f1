"""The end of data: when each group goes, and how it goes for good."""
