#pragma once

namespace heddle::ui {

class TimelineView;

/// Lets screen readers see a TimelineView as a list of lanes with their bars as children. May be
/// called any number of times.
void installTimelineAccessibility();

/// Tells assistive software that the current bar is another one.
void announceTimelineFocus(TimelineView &view);

} // namespace heddle::ui
