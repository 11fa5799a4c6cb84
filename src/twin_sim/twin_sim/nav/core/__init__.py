"""What the navigation server does, in plain Python: grids, plans, commands and poses; no ROS inside."""
