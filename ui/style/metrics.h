#pragma once

namespace heddle::ui::metrics {

// Lengths of the whole window in device-independent pixels; Qt scales them.
inline constexpr int rowHeight = 22; // grids
inline constexpr int treeRowHeight = 22;
inline constexpr int stripHeight = 28;   // tab strips, headers
inline constexpr int controlHeight = 28; // buttons and inputs
inline constexpr int controlRadius = 6;
inline constexpr int barRadius = 3;
inline constexpr int padding = 8;
inline constexpr int iconSize = 16;

inline constexpr int laneHeight = 30; // timeline: one row of bars and the air around it
inline constexpr int laneBarHeight = 18;
inline constexpr int laneLabelHeight = 13; // the line under a folded N+1 group
inline constexpr int laneNameWidth = 130;
inline constexpr int rulerHeight = 20;
inline constexpr int overviewHeight = 26;

} // namespace heddle::ui::metrics
