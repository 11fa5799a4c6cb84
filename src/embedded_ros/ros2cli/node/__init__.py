"""Nodes for the length of one command."""

NODE_NAME_PREFIX = "_ros2cli"
