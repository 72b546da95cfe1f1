"""The organisations served by this installation: each a profile of settings, never a fork of the code."""
