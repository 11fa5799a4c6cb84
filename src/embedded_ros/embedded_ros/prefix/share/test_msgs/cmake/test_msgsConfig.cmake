# Interfaces only: nothing to link.
set(test_msgs_FOUND TRUE)
