"""A pip-installable underlay: the ROS 2 Jazzy Python API on Zenoh.

PYTEST_DONT_REWRITE: the .pth file imports this package before pytest starts, which warns where its plugin's
distribution holds a module that it comes too late for.
"""
