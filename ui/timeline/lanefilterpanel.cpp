#include "ui/timeline/lanefilterpanel.h"

#include "ui/style/fonts.h"
#include "ui/style/metrics.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHash>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScreen>
#include <QVBoxLayout>
#include <algorithm>

namespace heddle::ui {

namespace {

constexpr int mostRows = 10; // more lanes than these are scrolled to
constexpr int nameRole = Qt::UserRole;

QString nameOf(const QListWidgetItem &item)
{
    return item.data(nameRole).toString();
}

} // namespace

QString hiddenLanesText(const std::vector<bool> &hidden)
{
    const auto count = std::count(hidden.begin(), hidden.end(), true);
    if (hidden.empty())
        return LaneFilterPanel::tr("There are no lanes yet");
    return count == 0
               ? LaneFilterPanel::tr("All %1 lanes are shown").arg(hidden.size())
               : LaneFilterPanel::tr("%1 of %2 lanes are hidden").arg(count).arg(hidden.size());
}

LaneFilterPanel::LaneFilterPanel(const TraceModel &model, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_model(model)
{
    setObjectName(QStringLiteral("laneFilter"));
    setAccessibleName(tr("Lanes of the timeline"));
    setFrameShape(QFrame::StyledPanel);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(metrics::padding, metrics::padding, metrics::padding,
                               metrics::padding);
    m_line = new QLineEdit(this);
    m_line->setPlaceholderText(tr("Only lanes with this text"));
    m_line->setToolTip(tr("In the lane's name, or in a label, SQL, table or error on it"));
    m_line->setAccessibleName(tr("Only lanes with this text"));
    m_line->setClearButtonEnabled(true);
    layout->addWidget(m_line);
    for (const LaneKind kind : laneKinds()) {
        auto *made = new QCheckBox(laneKindText(kind), this);
        made->setAccessibleDescription(tr("Shows lanes of this kind"));
        layout->addWidget(made);
        m_boxes.push_back(made);
        connect(made, &QCheckBox::toggled, this, [this, kind](bool on) {
            LaneFilter next = m_filter;
            on ? (void)next.kinds.remove(kind) : (void)next.kinds.insert(kind);
            change(next);
        });
    }
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("Lanes, one by one"));
    layout->addWidget(m_list, 1);
    auto *foot = new QHBoxLayout;
    m_count = new QLabel(this);
    m_count->setFont(smallFont());
    m_count->setAccessibleName(tr("How many lanes are hidden"));
    m_all = new QPushButton(tr("Show all lanes"), this);
    m_all->setAccessibleName(tr("Show all lanes"));
    foot->addWidget(m_count, 1);
    foot->addWidget(m_all);
    layout->addLayout(foot);
    connect(m_line, &QLineEdit::textChanged, this, [this](const QString &text) {
        LaneFilter next = m_filter;
        next.text = text;
        change(next);
    });
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) {
        LaneFilter next = m_filter;
        if (item->checkState() == Qt::Checked)
            next.names.remove(nameOf(*item));
        else
            next.names.insert(nameOf(*item));
        change(next);
    });
    connect(m_all, &QPushButton::clicked, this, [this] {
        change({});
        showFilter();
    });
}

QCheckBox *LaneFilterPanel::box(LaneKind kind) const
{
    const auto &kinds = laneKinds();
    return m_boxes[std::size_t(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin())];
}

QString LaneFilterPanel::countText() const
{
    return m_count->text();
}

void LaneFilterPanel::change(const LaneFilter &filter)
{
    if (m_showing)
        return;
    m_filter = filter;
    m_count->setText(hiddenLanesText(m_filter.hidden(m_model)));
    m_all->setEnabled(!m_filter.isEmpty());
    Q_EMIT filterChanged(m_filter);
}

void LaneFilterPanel::fillList()
{
    m_list->clear();
    QStringList names; // two lanes may have one name; they come and go together
    QHash<QString, int> counts;
    for (const TraceLane &lane : m_model.lanes()) {
        if (++counts[lane.name] == 1)
            names << lane.name;
    }
    for (const QString &name : std::as_const(names)) {
        const int count = counts[name];
        auto *item = new QListWidgetItem(
            count == 1 ? name : tr("%1 (%2)", "name of lanes (how many)").arg(name).arg(count),
            m_list);
        item->setData(nameRole, name);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    const int rows = std::clamp(m_list->count(), 1, mostRows);
    const int rowHeight = m_list->count() > 0 ? m_list->sizeHintForRow(0) : metrics::rowHeight;
    m_list->setFixedHeight(rows * rowHeight + 2 * m_list->frameWidth() + 4);
}

void LaneFilterPanel::showFilter()
{
    m_showing = true;
    m_line->setText(m_filter.text);
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const LaneKind kind = laneKinds()[i];
        const auto &lanes = m_model.lanes();
        const auto count = std::count_if(lanes.begin(), lanes.end(),
                                         [kind](const TraceLane &l) { return l.kind == kind; });
        m_boxes[i]->setText(
            tr("%1 (%2)", "kind of lanes (how many)").arg(laneKindText(kind)).arg(count));
        m_boxes[i]->setChecked(!m_filter.kinds.contains(kind));
    }
    for (int row = 0; row < m_list->count(); ++row) {
        QListWidgetItem *item = m_list->item(row);
        item->setCheckState(m_filter.names.contains(nameOf(*item)) ? Qt::Unchecked : Qt::Checked);
    }
    m_count->setText(hiddenLanesText(m_filter.hidden(m_model)));
    m_all->setEnabled(!m_filter.isEmpty());
    m_showing = false;
}

void LaneFilterPanel::open(const LaneFilter &filter, const QPoint &global)
{
    m_filter = filter;
    m_showing = true;
    fillList();
    m_showing = false;
    showFilter();
    setFixedWidth(std::max(300, sizeHint().width()));
    adjustSize();
    QRect place(global, size());
    if (const QScreen *on = parentWidget() ? parentWidget()->screen() : screen()) {
        const QRect most = on->availableGeometry();
        place.moveBottom(std::min(place.bottom(), most.bottom()));
        place.moveRight(std::min(place.right(), most.right()));
        place.moveTopLeft({std::max(place.left(), most.left()), std::max(place.top(), most.top())});
    }
    move(place.topLeft());
    show();
    m_line->setFocus(Qt::PopupFocusReason);
}

} // namespace heddle::ui
