#pragma once

namespace heddle::app {

/// The whole program: reads the command line, opens the window, runs the event loop. Gives the exit
/// status.
int run(int argc, char **argv);

} // namespace heddle::app
