# Interfaces only: nothing to link.
set(lifecycle_msgs_FOUND TRUE)
