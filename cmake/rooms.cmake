# Compiler settings shared by all rooms, and the kinds of target that a room has.

add_library(coachwhip_options INTERFACE)
target_include_directories(coachwhip_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(coachwhip_options INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor -fno-plt
  $<$<BOOL:${COACHWHIP_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports false findings of these in optimised coroutine frames.
  target_compile_options(coachwhip_options INTERFACE -Wno-maybe-uninitialized -Wno-array-bounds
                                                     -Wno-stringop-overflow -Wno-dangling-pointer)
  # Links on all processors; the default is one, and a warning about it.
  set(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto=auto -fno-fat-lto-objects)
endif()
if(COACHWHIP_SANITIZE)
  target_compile_options(coachwhip_options INTERFACE -fsanitize=${COACHWHIP_SANITIZE}
                         -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(coachwhip_options INTERFACE -fsanitize=${COACHWHIP_SANITIZE})
endif()
if(COACHWHIP_FUZZ)
  add_custom_target(fuzz_targets)
  # The fuzzer has to see which ways through the rooms an input takes.
  target_compile_options(coachwhip_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# coachwhip_room(NAME [COLD] SOURCES a.cpp … USES other rooms and libraries …)
# Requests do not pass through a COLD room: it is left out of link-time optimisation, which is slow.
function(coachwhip_room name)
  cmake_parse_arguments(ROOM "COLD" "" "SOURCES;USES" ${ARGN})
  add_library(coachwhip_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(coachwhip_${name} PUBLIC coachwhip_options ${ROOM_USES})
  if(COACHWHIP_LTO AND NOT ROOM_COLD)
    set_target_properties(coachwhip_${name} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endfunction()

# coachwhip_test(NAME SOURCES a_test.cpp … USES rooms …): a GoogleTest program, run by ctest.
function(coachwhip_test name)
  if(NOT COACHWHIP_TESTS)
    return()
  endif()
  cmake_parse_arguments(TEST "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name}_test ${TEST_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${TEST_USES} GTest::gtest_main)
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60)
endfunction()

# coachwhip_fuzz(NAME SOURCES a_fuzz.cpp USES rooms …): a libFuzzer program, built by the target
# fuzz_targets.
function(coachwhip_fuzz name)
  if(NOT COACHWHIP_FUZZ)
    return()
  endif()
  cmake_parse_arguments(FUZZ "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name}_fuzz ${FUZZ_SOURCES})
  target_link_libraries(${name}_fuzz PRIVATE ${FUZZ_USES})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzz_targets ${name}_fuzz)
endfunction()

# coachwhip_bench(NAME SOURCES a_bench.cpp USES rooms …): a Google Benchmark program.
function(coachwhip_bench name)
  if(NOT COACHWHIP_BENCH)
    return()
  endif()
  cmake_parse_arguments(BENCH "" "" "SOURCES;USES" ${ARGN})
  add_executable(${name}_bench ${BENCH_SOURCES})
  target_link_libraries(${name}_bench PRIVATE ${BENCH_USES} benchmark::benchmark_main)
  set_target_properties(${name}_bench PROPERTIES INTERPROCEDURAL_OPTIMIZATION ${COACHWHIP_LTO})
endfunction()
