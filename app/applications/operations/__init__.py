"""The operations of applications, one file for each part of their life."""
