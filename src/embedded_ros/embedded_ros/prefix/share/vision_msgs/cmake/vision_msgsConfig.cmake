# Interfaces only: nothing to link.
set(vision_msgs_FOUND TRUE)
