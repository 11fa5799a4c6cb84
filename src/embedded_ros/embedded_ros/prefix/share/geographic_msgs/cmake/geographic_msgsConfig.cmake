# Interfaces only: nothing to link.
set(geographic_msgs_FOUND TRUE)
