#pragma once

#include <QFont>

namespace heddle::ui {

/// The font of the window: Inter where it is installed, otherwise the system's. Sizes are in
/// points, so that they follow the screen's scale.
QFont interfaceFont();
/// The same a step smaller: details, ruler, badges.
QFont smallFont();
/// The font for code: JetBrains Mono where it is installed, otherwise the system's fixed one.
QFont codeFont();

} // namespace heddle::ui
