# Interfaces only: nothing to link.
set(std_msgs_FOUND TRUE)
