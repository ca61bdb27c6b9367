#pragma once

namespace heddle::ui {

/// How the steps of a plan are drawn.
enum class PlanShape { Tree, Graph };

} // namespace heddle::ui
