#pragma once

#include "app/commandline.h"
#include "ui/style/appearance.h"

namespace heddle::app {

/// Opens what the command line names (else the sample), runs it if asked to, waits until nothing
/// moves any more, writes the window as PNG and gives the program's exit status: 1 with a line on
/// stderr if something did not work within a minute.
///
/// Uses settings of its own: a picture shows what it is told to, not what somebody had open last.
int takeScreenshot(const CommandLine &line, ui::Appearance &appearance);

} // namespace heddle::app
