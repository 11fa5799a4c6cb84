"""Behavior trees over Nav2's simple commander: search a list of named locations for a coloured object."""
