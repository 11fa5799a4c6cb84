# Interfaces only: nothing to link.
set(example_interfaces_FOUND TRUE)
