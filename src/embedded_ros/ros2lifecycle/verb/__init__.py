"""Verbs of `ros2 lifecycle`."""

from ros2cli.verb import VerbExtension as VerbExtension
