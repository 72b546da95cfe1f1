"""The queries of applications, one file for each part of their life."""
