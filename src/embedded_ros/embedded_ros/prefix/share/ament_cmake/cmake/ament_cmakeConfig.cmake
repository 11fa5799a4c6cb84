# The part of ament_cmake that an interface package needs. Interfaces have nothing to compile here: Python classes are
# made from the installed definitions.

if(_EMBEDDED_ROS_AMENT_CMAKE)
  return()
endif()
set(_EMBEDDED_ROS_AMENT_CMAKE TRUE)
set(ament_cmake_FOUND TRUE)
set(_EMBEDDED_ROS_TEMPLATES "${CMAKE_CURRENT_LIST_DIR}")

# colcon passes these to every ament_cmake package; reading them keeps CMake from warning that nothing does.
set(_EMBEDDED_ROS_UNUSED "${AMENT_CMAKE_SYMLINK_INSTALL}${AMENT_TEST_RESULTS_DIR}${BUILD_TESTING}")

# What an installed package would hand on to C++ packages that depend on it: nothing to record.
foreach(_name IN ITEMS dependencies include_directories interfaces libraries targets)
  cmake_language(EVAL CODE "function(ament_export_${_name})\nendfunction()")
endforeach()

# Register `content` in the ament resource index, under the current package's name or the one given after it.
function(ament_index_register_resource type)
  cmake_parse_arguments(_arg "" "CONTENT;PACKAGE_NAME" "" ${ARGN})
  if(NOT _arg_PACKAGE_NAME)
    set(_arg_PACKAGE_NAME "${PROJECT_NAME}")
  endif()
  set(_marker "${CMAKE_CURRENT_BINARY_DIR}/ament_index/${type}/${_arg_PACKAGE_NAME}")
  file(WRITE "${_marker}" "${_arg_CONTENT}")
  install(FILES "${_marker}" DESTINATION "share/ament_index/resource_index/${type}")
endfunction()

# Install package.xml, the package's marker, and the set-up scripts that put the prefix on AMENT_PREFIX_PATH.
macro(ament_package)
  _embedded_ros_package()
endmacro()

function(_embedded_ros_package)
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/package.xml")
    message(FATAL_ERROR "ament_package(): '${CMAKE_CURRENT_SOURCE_DIR}/package.xml' is missing")
  endif()
  set(_share "share/${PROJECT_NAME}")
  install(FILES package.xml DESTINATION "${_share}")
  ament_index_register_resource("packages")
  ament_index_register_resource("parent_prefix_path" CONTENT "$ENV{AMENT_PREFIX_PATH}")
  foreach(_extension IN ITEMS sh bash zsh dsv)
    configure_file("${_EMBEDDED_ROS_TEMPLATES}/local_setup.${_extension}.in" "local_setup.${_extension}" @ONLY)
    install(FILES "${CMAKE_CURRENT_BINARY_DIR}/local_setup.${_extension}" DESTINATION "${_share}")
  endforeach()
  file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/${PROJECT_NAME}Config.cmake" "set(${PROJECT_NAME}_FOUND TRUE)\n")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${PROJECT_NAME}Config.cmake" DESTINATION "${_share}/cmake")
endfunction()
