#pragma once

namespace heddle::ui {

class PlanGraph;

/// Lets screen readers see a PlanGraph as a tree of steps. May be called any number of times.
void installPlanGraphAccessibility();

/// Tells assistive software that the current step is another one.
void announcePlanGraphFocus(PlanGraph &graph);
/// Tells it that every step is another one.
void announcePlanGraphReset(PlanGraph &graph);

} // namespace heddle::ui
