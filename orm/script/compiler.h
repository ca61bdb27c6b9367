#pragma once

#include "orm/script/code.h"

namespace heddle::script {

/// Turns a module into code. Throws SyntaxError, with line and column, for what does not parse and
/// for what Heddle refuses (lambda, await outside of async code, ...).
///
/// `lineOffset` is added to every line. The value of a last expression statement is kept as the
/// module's result.
CodePtr compileModule(const notation::NodePtr &module, int lineOffset);
CodePtr compileExpression(const notation::NodePtr &expression, int lineOffset);

} // namespace heddle::script
