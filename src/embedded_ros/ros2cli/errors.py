"""Errors that the `ros2` command shows in one line."""


class Ros2CliError(RuntimeError):
    """What a person can put right: the text names the thing and, where it is not plain, the way out."""
