# Interfaces only: nothing to link.
set(rosbag2_interfaces_FOUND TRUE)
