# Interfaces only: nothing to link.
set(std_srvs_FOUND TRUE)
