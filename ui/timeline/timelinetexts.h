#pragma once

#include <QHash>
#include <QStaticText>

class QColor;
class QPainter;
class QRectF;

namespace heddle::ui {

/// Texts of the timeline that were laid out in earlier frames: a frame repeats nearly all of the
/// one before it, and laying text out is what it would spend most of its time with. Forgets
/// everything when it has grown large.
class TimelineTexts {
public:
    /// One line inside rect, elided where it does not fit; nothing where only an ellipsis would.
    void paint(QPainter &painter, const QRectF &rect, const QString &text, const QColor &color,
               const QFont &font, Qt::Alignment alignment);
    double widthOf(const QString &text, const QFont &font);
    /// After fonts or the screen have changed.
    void clear() { m_texts.clear(); }

private:
    struct Key {
        QString text;
        double pointSize = 0; // with the weight, what tells the timeline's fonts apart
        int weight = 0;
        int width = -1; // elided to this; -1: whole
        bool operator==(const Key &) const = default;
        friend std::size_t qHash(const Key &key, std::size_t seed = 0)
        {
            return qHashMulti(seed, key.text, key.pointSize, key.weight, key.width);
        }
    };
    struct Text {
        QStaticText laidOut;
        double width = 0;
    };
    const Text &whole(const QString &text, const QFont &font);
    const Text &elided(const QString &text, const QFont &font, int width);
    const Text &insert(const Key &key, const QString &shown, const QFont &font);

    QHash<Key, Text> m_texts;
};

} // namespace heddle::ui
