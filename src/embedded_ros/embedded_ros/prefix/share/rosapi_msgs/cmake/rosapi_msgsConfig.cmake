# Interfaces only: nothing to link.
set(rosapi_msgs_FOUND TRUE)
