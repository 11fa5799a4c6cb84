"""Verbs of `ros2 topic`."""

from ros2cli.verb import VerbExtension as VerbExtension
