# Interfaces only: nothing to link.
set(tf2_msgs_FOUND TRUE)
