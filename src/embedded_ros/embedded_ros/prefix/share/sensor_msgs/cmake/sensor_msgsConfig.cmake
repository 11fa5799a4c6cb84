# Interfaces only: nothing to link.
set(sensor_msgs_FOUND TRUE)
