# Interfaces only: nothing to link.
set(rosbridge_msgs_FOUND TRUE)
