#pragma once

#include <QString>
#include <QStringList>
#include <vector>

namespace heddle::test {

/// One line of a source that draws an arrow which architecture.md forbids.
struct WrongArrow {
    QString file; // from the root of the tree
    int line = 0;
    QString include;
    QString why; // a sentence
    QString toString() const;
};

/// The rooms of the house and the arrows between them, as architecture.md has them. Arrows are
/// transitive inside the engine.
///
/// It reads the text of `#include` lines and knows nothing of the preprocessor: an include that is
/// switched off counts as well. Tests are held only to includes written from the root.
class Layers {
public:
    /// `root` is the tree; it tells which quoted includes exist.
    explicit Layers(QString root);

    /// All sources below orm, ui, app and tests.
    std::vector<WrongArrow> checkTree() const;
    /// One source, which need not exist on disk.
    std::vector<WrongArrow> checkText(const QString &file, const QString &text) const;
    /// "values", "backends/sqlite", "ui/editor", "app", "app/cli", ...; empty: no room at all.
    static QString roomOf(const QString &file);
    /// Rooms that a room may include from, itself among them.
    static QStringList reachableFrom(const QString &room);

private:
    QString refuse(const QString &room, const QString &include, bool quoted) const;
    QString refuseQuoted(const QString &room, const QString &include) const;
    QString refuseSystem(const QString &room, const QString &include) const;
    /// "QtCore", "QtWidgets"; empty: not one of Qt's headers.
    QString qtModuleOf(const QString &header) const;

    QString m_root;
    QString m_qtHeaders;
    QStringList m_qtModules;
};

} // namespace heddle::test
