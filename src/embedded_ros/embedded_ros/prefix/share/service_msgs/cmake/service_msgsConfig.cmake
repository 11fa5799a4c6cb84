# Interfaces only: nothing to link.
set(service_msgs_FOUND TRUE)
