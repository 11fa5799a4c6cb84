"""Simple commands for Nav2, and for the navigation server that stands in for it."""
