# llhttp, which a fuzz target compares our parser with. `./dev build fuzz` brings it: the source
# distribution of aiohttp holds it (tests/15-conformance/suites.txt).
file(GLOB LLHTTP_ARCHIVE ${CMAKE_SOURCE_DIR}/build/suites/aiohttp-*.tar.gz)
if(NOT LLHTTP_ARCHIVE)
  message(FATAL_ERROR "build/suites has no aiohttp-*.tar.gz: ./dev build fuzz fetches it")
endif()
file(ARCHIVE_EXTRACT INPUT ${LLHTTP_ARCHIVE} DESTINATION ${CMAKE_BINARY_DIR}/suites
     PATTERNS "*/vendor/llhttp/build/*" "*/vendor/llhttp/src/native/*")
get_filename_component(LLHTTP_FOLDER ${LLHTTP_ARCHIVE} NAME)
string(REPLACE ".tar.gz" "/vendor/llhttp" LLHTTP_FOLDER ${CMAKE_BINARY_DIR}/suites/${LLHTTP_FOLDER})

enable_language(C)
add_library(llhttp STATIC ${LLHTTP_FOLDER}/build/c/llhttp.c ${LLHTTP_FOLDER}/src/native/api.c
                          ${LLHTTP_FOLDER}/src/native/http.c)
target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_FOLDER}/build)
target_compile_options(llhttp PRIVATE -O2 -w -fsanitize=fuzzer-no-link)
