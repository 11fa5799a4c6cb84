"""Importing this makes interface packages importable; the distribution's .pth file does, whenever Python starts."""

from embedded_ros.rosidl.finder import install_finder

install_finder()
