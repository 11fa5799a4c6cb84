# Interfaces only: nothing to link.
set(rmw_dds_common_FOUND TRUE)
