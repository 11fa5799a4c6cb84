# Interfaces only: nothing to link.
set(trajectory_msgs_FOUND TRUE)
