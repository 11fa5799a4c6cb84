# Interfaces only: nothing to link.
set(action_tutorials_interfaces_FOUND TRUE)
