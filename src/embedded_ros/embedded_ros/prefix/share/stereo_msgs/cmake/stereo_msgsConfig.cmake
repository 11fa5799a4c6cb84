# Interfaces only: nothing to link.
set(stereo_msgs_FOUND TRUE)
