# Interfaces only: nothing to link.
set(statistics_msgs_FOUND TRUE)
