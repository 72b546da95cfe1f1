"""The one exit door: what leaves the house, to whom, on which ground."""
