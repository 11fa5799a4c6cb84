# Puts this underlay in front of the environment. Plain sh can't tell where a sourced file lies: whoever sources
# this one says so in AMENT_CURRENT_PREFIX or COLCON_CURRENT_PREFIX (colcon's generated scripts do).
_embedded_ros_prefix="${AMENT_CURRENT_PREFIX:-${COLCON_CURRENT_PREFIX:-}}"
if [ ! -x "$_embedded_ros_prefix/bin/python3" ]; then
  echo "embedded_ros: '$_embedded_ros_prefix' is no underlay: set AMENT_CURRENT_PREFIX, or source setup.bash" >&2
  unset _embedded_ros_prefix
  return 1
fi

# _embedded_ros_prepend NAME VALUE: VALUE in front of the colon-separated list NAME, once
_embedded_ros_prepend() {
  eval "_embedded_ros_list=\"\${$1:-}\""
  case ":$_embedded_ros_list:" in
    *":$2:"*) ;;
    *) eval "export $1=\"$2\${_embedded_ros_list:+:\$_embedded_ros_list}\"" ;;
  esac
  unset _embedded_ros_list
}

_embedded_ros_prepend PATH "$_embedded_ros_prefix/bin"
_embedded_ros_prepend AMENT_PREFIX_PATH "$_embedded_ros_prefix"
_embedded_ros_prepend CMAKE_PREFIX_PATH "$_embedded_ros_prefix"
export ROS_VERSION=2 ROS_PYTHON_VERSION=3 ROS_DISTRO=jazzy
export RMW_IMPLEMENTATION="${RMW_IMPLEMENTATION:-rmw_zenoh_cpp}"
# Interface packages have nothing to compile: neither make nor a compiler has to be there to build them.
export CMAKE_GENERATOR="${CMAKE_GENERATOR:-Ninja}"
if ! command -v cc > /dev/null; then
  export CMAKE_TOOLCHAIN_FILE="${CMAKE_TOOLCHAIN_FILE:-$_embedded_ros_prefix/share/ament_cmake/cmake/no_compiler.cmake}"
fi

unset -f _embedded_ros_prepend
unset _embedded_ros_prefix
