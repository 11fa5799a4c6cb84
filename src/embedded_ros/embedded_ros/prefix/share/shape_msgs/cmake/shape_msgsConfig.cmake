# Interfaces only: nothing to link.
set(shape_msgs_FOUND TRUE)
