# Interfaces only: nothing to link.
set(type_description_interfaces_FOUND TRUE)
