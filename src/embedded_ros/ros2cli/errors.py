"""Errors that the `ros2` command shows in one line."""


class Ros2CliError(Exception):
    """Base of what a person can put right: the text names the thing and the way out."""
