# Interfaces only: nothing to link.
set(nav_msgs_FOUND TRUE)
