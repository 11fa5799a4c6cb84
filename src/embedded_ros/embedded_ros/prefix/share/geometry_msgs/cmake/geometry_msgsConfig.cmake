# Interfaces only: nothing to link.
set(geometry_msgs_FOUND TRUE)
