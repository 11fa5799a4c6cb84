"""Launch tests of ROS nodes as tests of pytest."""
