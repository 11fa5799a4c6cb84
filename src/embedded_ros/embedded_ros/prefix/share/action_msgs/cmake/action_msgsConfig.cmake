# Interfaces only: nothing to link.
set(action_msgs_FOUND TRUE)
