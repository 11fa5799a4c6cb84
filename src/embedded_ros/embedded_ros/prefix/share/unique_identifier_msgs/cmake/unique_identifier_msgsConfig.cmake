# Interfaces only: nothing to link.
set(unique_identifier_msgs_FOUND TRUE)
