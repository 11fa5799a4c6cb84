"""Base of what happens while a launch runs."""


class Event:
    """Something that happened; handlers are matched against it."""

    name = "launch.Event"
