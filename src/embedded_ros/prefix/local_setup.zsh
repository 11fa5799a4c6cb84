# Puts this underlay, the folder that holds this file, in front of the environment.
AMENT_CURRENT_PREFIX="${${(%):-%x}:A:h}"
. "$AMENT_CURRENT_PREFIX/local_setup.sh"
unset AMENT_CURRENT_PREFIX
