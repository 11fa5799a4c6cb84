# Interfaces only: nothing to link.
set(nav2_msgs_FOUND TRUE)
