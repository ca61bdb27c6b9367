#pragma once

#include "orm/notation/syntax.h"

namespace heddle::notation {

/// The whole text in normal form, comments and blank lines kept (two blank lines in a row at most).
///
/// Each logical line is printed anew at its depth. It stays as it is written if a comment stands
/// inside it, if it was broken over several lines and does not fit into 88 columns or ends its list
/// with a comma (then the layout is meant), or if printing would change more than layout. A text
/// with errors is returned unchanged. The result always means the same.
QString formatModule(const ParseResult &parsed);

} // namespace heddle::notation
