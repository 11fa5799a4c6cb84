# Interfaces only: nothing to link.
set(rosgraph_msgs_FOUND TRUE)
