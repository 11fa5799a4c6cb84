# Interfaces only: nothing to link.
set(visualization_msgs_FOUND TRUE)
