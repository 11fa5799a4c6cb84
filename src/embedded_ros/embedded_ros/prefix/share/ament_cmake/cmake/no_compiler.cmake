# Toolchain file for machines without a C compiler: interface packages enable C and C++, and have nothing to compile.
# The set-up scripts of the prefix name it in CMAKE_TOOLCHAIN_FILE where there is no cc.

set(CMAKE_SYSTEM_NAME "${CMAKE_HOST_SYSTEM_NAME}")
set(CMAKE_SYSTEM_PROCESSOR "${CMAKE_HOST_SYSTEM_PROCESSOR}")
foreach(_language IN ITEMS C CXX)
  set(CMAKE_${_language}_COMPILER "${CMAKE_COMMAND}")
  set(CMAKE_${_language}_COMPILER_ID_RUN TRUE)
  set(CMAKE_${_language}_COMPILER_FORCED TRUE)
  set(CMAKE_${_language}_COMPILER_WORKS TRUE)
endforeach()
