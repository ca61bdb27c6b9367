# One target a room. A room links only what architecture.md allows it to see, so that a wrong arrow does not link;
# tests/support/check_layers reads the includes and finds the rest.

add_library(heddle_flags INTERFACE)
target_include_directories(heddle_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(heddle_flags INTERFACE QT_NO_CAST_FROM_ASCII QT_NO_KEYWORDS QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_compile_options(heddle_flags INTERFACE -Wall -Wextra -Wpedantic -Werror=switch -Werror=return-type -fno-omit-frame-pointer)
if(HEDDLE_WERROR)
    target_compile_options(heddle_flags INTERFACE -Werror)
endif()
if(HEDDLE_SANITIZE STREQUAL "address")
    target_compile_options(heddle_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined)
    target_link_options(heddle_flags INTERFACE -fsanitize=address,undefined)
elseif(HEDDLE_SANITIZE STREQUAL "thread")
    target_compile_options(heddle_flags INTERFACE -fsanitize=thread)
    target_link_options(heddle_flags INTERFACE -fsanitize=thread)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC's bug 105651: a std::string put together from pieces is taken for overlapping memory.
    target_compile_options(heddle_flags INTERFACE -Wno-restrict)
endif()
if(HEDDLE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC's own documentation: the sanitizers make this warning find what is not there.
    target_compile_options(heddle_flags INTERFACE -Wno-maybe-uninitialized)
endif()

# heddle_room(NAME [LINK targets...] [PRIVATE targets...]): the static library heddle_NAME out of every source in this folder.
function(heddle_room name)
    cmake_parse_arguments(ROOM "" "" "LINK;PRIVATE;INCLUDE_DIRS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    file(GLOB implementations CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
    if(implementations)
        add_library(heddle_${name} STATIC ${sources})
        target_link_libraries(heddle_${name} PUBLIC heddle_flags ${ROOM_LINK} PRIVATE ${ROOM_PRIVATE})
    else()
        add_library(heddle_${name} INTERFACE)
        target_link_libraries(heddle_${name} INTERFACE heddle_flags ${ROOM_LINK})
    endif()
endfunction()

# heddle_tests(LINK targets...): every tst_*.cpp in this folder becomes a test of its own name.
function(heddle_tests)
    cmake_parse_arguments(T "" "" "LINK" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tst_*.cpp)
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
    string(REPLACE "/" "." prefix ${folder})
    foreach(source ${sources})
        get_filename_component(name ${source} NAME_WE)
        string(REPLACE "." "_" target ${prefix}.${name})
        add_executable(${target} ${source})
        set_target_properties(${target} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        # What is tested is optimised; the test itself need only compile quickly.
        target_compile_options(${target} PRIVATE -O0)
        target_link_libraries(${target} PRIVATE ${T_LINK} Qt6::Test)
        if(TARGET heddle_tsan_exceptions)
            target_sources(${target} PRIVATE $<TARGET_OBJECTS:heddle_tsan_exceptions>)
        endif()
        if(prefix MATCHES "^orm")
            add_dependencies(engine_tests ${target})
        endif()
        add_test(NAME ${prefix}.${name} COMMAND ${target})
        set_tests_properties(${prefix}.${name} PROPERTIES
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;HEDDLE_SOURCE_DIR=${PROJECT_SOURCE_DIR};HEDDLE_BINARY_DIR=${CMAKE_BINARY_DIR}"
            TIMEOUT 300)
    endforeach()
endfunction()
