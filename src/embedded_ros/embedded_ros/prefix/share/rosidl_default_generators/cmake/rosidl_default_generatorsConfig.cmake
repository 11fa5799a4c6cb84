# Installs interface definitions and registers them in the resource index; nothing is generated from them.

if(_EMBEDDED_ROS_ROSIDL)
  return()
endif()
set(_EMBEDDED_ROS_ROSIDL TRUE)
set(rosidl_default_generators_FOUND TRUE)
find_package(ament_cmake REQUIRED)

# rosidl_generate_interfaces(<target> <definition>... [DEPENDENCIES <package>...] [<option>...])
function(rosidl_generate_interfaces target)
  cmake_parse_arguments(_arg "ADD_LINTER_TESTS;SKIP_INSTALL;SKIP_GROUP_MEMBERSHIP_CHECK"
    "LIBRARY_NAME" "DEPENDENCIES" ${ARGN})
  set(_registered "")
  foreach(_definition IN LISTS _arg_UNPARSED_ARGUMENTS)
    _embedded_ros_install_definition("${_definition}" _name)
    list(APPEND _registered "${_name}")
  endforeach()
  list(JOIN _registered "\n" _content)
  ament_index_register_resource("rosidl_interfaces" CONTENT "${_content}")
  add_custom_target(${target})
endfunction()

function(_embedded_ros_install_definition definition name_variable)
  if(NOT definition MATCHES "^(msg/[A-Z][A-Za-z0-9]*\\.(msg|idl)|(srv|action)/[A-Z][A-Za-z0-9]*\\.(srv|action))$")
    message(FATAL_ERROR
      "rosidl_generate_interfaces(): '${definition}' is not of the form msg/Name.msg, msg/Name.idl, srv/Name.srv or action/Name.action")
  endif()
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${definition}")
    message(FATAL_ERROR
      "rosidl_generate_interfaces(): '${definition}' does not exist in ${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  get_filename_component(_folder "${definition}" DIRECTORY)
  install(FILES "${definition}" DESTINATION "share/${PROJECT_NAME}/${_folder}")
  set(${name_variable} "${definition}" PARENT_SCOPE)
endfunction()
