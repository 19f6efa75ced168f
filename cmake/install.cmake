# What a wheel holds beside the Python package: the executable. The worker's room adds its module.
# ${SKBUILD_SCRIPTS_DIR} becomes the folder of scripts of the environment that installs the wheel.
if(SKBUILD)
  install(TARGETS coachwhip RUNTIME DESTINATION ${SKBUILD_SCRIPTS_DIR})
endif()
