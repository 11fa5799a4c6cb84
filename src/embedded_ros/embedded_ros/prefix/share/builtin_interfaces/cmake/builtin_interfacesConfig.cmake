# Interfaces only: nothing to link.
set(builtin_interfaces_FOUND TRUE)
