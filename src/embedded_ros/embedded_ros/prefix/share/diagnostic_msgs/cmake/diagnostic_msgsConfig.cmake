# Interfaces only: nothing to link.
set(diagnostic_msgs_FOUND TRUE)
