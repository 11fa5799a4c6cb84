# Interfaces only: nothing to link.
set(composition_interfaces_FOUND TRUE)
