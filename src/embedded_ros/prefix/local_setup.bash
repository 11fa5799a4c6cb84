# Puts this underlay, the folder that holds this file, in front of the environment.
AMENT_CURRENT_PREFIX="$(cd "$(dirname "${BASH_SOURCE[0]}")" > /dev/null && pwd)"
. "$AMENT_CURRENT_PREFIX/local_setup.sh"
unset AMENT_CURRENT_PREFIX
