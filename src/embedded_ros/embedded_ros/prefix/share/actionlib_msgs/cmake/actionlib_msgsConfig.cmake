# Interfaces only: nothing to link.
set(actionlib_msgs_FOUND TRUE)
