# Interfaces only: nothing to link.
set(rcl_interfaces_FOUND TRUE)
