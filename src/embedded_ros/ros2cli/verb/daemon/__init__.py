"""Verbs of `ros2 daemon`: there is none, since a session knows the whole graph as soon as it is open."""
