#include "ui/timeline/lanefilter.h"

namespace heddle::ui {

std::vector<bool> LaneFilter::hidden(const TraceModel &model) const
{
    const std::vector<TraceLane> &lanes = model.lanes();
    std::vector<bool> out(lanes.size());
    if (isEmpty())
        return out;
    const QString wanted = text.trimmed();
    std::vector<bool> matches(lanes.size(), wanted.isEmpty());
    for (const RecordIndex record : model.find(wanted)) {
        if (const BarPlace place = model.placeOf(record); place.isValid())
            matches[std::size_t(place.lane.value)] = true;
    }
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const bool named = lanes[i].name.contains(wanted, Qt::CaseInsensitive);
        out[i] = kinds.contains(lanes[i].kind) || names.contains(lanes[i].name) ||
                 !(matches[i] || named);
    }
    return out;
}

QString laneKindText(LaneKind kind)
{
    switch (kind) {
    case LaneKind::Thread:
        return TraceModel::tr("Cells and threads");
    case LaneKind::Coroutine:
        return TraceModel::tr("Coroutines");
    case LaneKind::Waiting:
        return TraceModel::tr("Waiting");
    case LaneKind::Worker:
        return TraceModel::tr("Workers");
    }
    return {};
}

const std::vector<LaneKind> &laneKinds()
{
    static const std::vector<LaneKind> all{LaneKind::Thread, LaneKind::Coroutine, LaneKind::Waiting,
                                           LaneKind::Worker};
    return all;
}

} // namespace heddle::ui
