"""The navigator's behaviour in plain Python: no module here imports ROS."""
