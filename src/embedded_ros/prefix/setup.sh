# An underlay at the bottom of the stack has no parents: its set-up is its local set-up.
. "${AMENT_CURRENT_PREFIX:-${COLCON_CURRENT_PREFIX:-$VIRTUAL_ENV}}/local_setup.sh"
