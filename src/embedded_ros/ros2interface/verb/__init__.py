"""Verbs of `ros2 interface`."""

from ros2cli.verb import VerbExtension as VerbExtension
