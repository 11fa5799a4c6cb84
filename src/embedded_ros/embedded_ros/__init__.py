"""A pip-installable underlay: the ROS 2 Jazzy Python API on Zenoh."""
