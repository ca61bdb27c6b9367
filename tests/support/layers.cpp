#include "tests/support/layers.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::test {
namespace {

/// The arrows of architecture.md that are drawn there; reachableFrom() follows them on.
const QHash<QString, QStringList> &engineArrows()
{
    static const QHash<QString, QStringList> arrows{
        {u"trace"_s, {}},
        {u"values"_s, {}},
        {u"models"_s, {u"values"_s}},
        {u"query"_s, {u"models"_s}},
        {u"sql"_s, {u"query"_s}},
        {u"execution"_s, {u"sql"_s, u"trace"_s}},
        {u"backends/sqlite"_s, {u"execution"_s}},
        {u"backends/postgres"_s, {u"execution"_s}},
        {u"backends/qtsql"_s, {u"execution"_s}},
        {u"objects"_s, {u"execution"_s}},
        {u"schema"_s, {u"objects"_s}},
        {u"notation"_s, {u"query"_s, u"trace"_s}},
        {u"script"_s, {u"notation"_s, u"objects"_s}},
        {u"analysis"_s, {u"trace"_s}},
        {u"advice"_s, {u"analysis"_s, u"notation"_s}},
    };
    return arrows;
}

/// Everything of the engine that the rooms above it may see: all but the backends.
QStringList engineForUsers()
{
    QStringList rooms{u"heddle"_s};
    for (auto it = engineArrows().cbegin(); it != engineArrows().cend(); ++it)
        if (!it.key().startsWith("backends/"_L1))
            rooms.append(it.key());
    return rooms;
}

const QStringList sharedByViews{u"ui/style"_s, u"ui/models"_s, u"ui/workbook"_s};
const QStringList views{u"ui/editor"_s,       u"ui/builder"_s,  u"ui/results"_s, u"ui/schema"_s,
                        u"ui/timeline"_s,     u"ui/findings"_s, u"ui/plan"_s,    u"ui/learn"_s,
                        u"ui/transactions"_s, u"ui/isolation"_s};

bool isTest(const QString &room)
{
    return room == "tests"_L1;
}

/// Rooms that a program without a window links.
bool isWithoutWidgets(const QString &room)
{
    return engineArrows().contains(room) || room == "heddle"_L1 || room == "app/cli"_L1 ||
           room == "app/sample"_L1 || room == "app/lab"_L1 || room == "ui/workbook"_L1 ||
           room == "ui/models"_L1;
}

} // namespace

QString WrongArrow::toString() const
{
    return u"%1:%2: #include of %3: %4"_s.arg(file).arg(line).arg(include, why);
}

Layers::Layers(QString root)
    : m_root(std::move(root)), m_qtHeaders(QLibraryInfo::path(QLibraryInfo::HeadersPath))
{
    m_qtModules = QDir(m_qtHeaders).entryList({u"Qt*"_s}, QDir::Dirs | QDir::NoDotAndDotDot);
}

QString Layers::roomOf(const QString &file)
{
    const QStringList parts = file.split(u'/');
    const QString &top = parts.first();
    if (top == "tests"_L1)
        return u"tests"_s;
    if (top == "orm"_L1) {
        if (parts.size() == 2)
            return parts[1].startsWith("heddle."_L1) ? u"heddle"_s : QString();
        const QString room =
            parts[1] == "backends"_L1 && parts.size() > 3 ? parts[1] + u'/' + parts[2] : parts[1];
        return engineArrows().contains(room) ? room : QString();
    }
    if (top == "ui"_L1 && parts.size() > 2) {
        const QString room = u"ui/"_s + parts[1];
        return views.contains(room) || sharedByViews.contains(room) ? room : QString();
    }
    if (top == "app"_L1 && parts.size() > 1) {
        if (parts.size() == 2)
            return u"app"_s;
        const QString room = u"app/"_s + parts[1];
        return room == "app/cli"_L1 || room == "app/sample"_L1 || room == "app/lab"_L1 ? room
                                                                                       : QString();
    }
    return {};
}

QStringList Layers::reachableFrom(const QString &room)
{
    if (room == "heddle"_L1)
        return QStringList(engineArrows().keys()) << room;
    if (engineArrows().contains(room)) {
        QStringList reached{room};
        for (int i = 0; i < reached.size(); ++i)
            for (const QString &next : engineArrows().value(reached[i]))
                if (!reached.contains(next))
                    reached.append(next);
        return reached;
    }
    if (room == "ui/workbook"_L1 || room == "ui/style"_L1)
        return {room};
    if (room == "ui/models"_L1)
        return engineForUsers() << room << u"ui/workbook"_s;
    if (views.contains(room))
        return engineForUsers() << sharedByViews << room;
    if (room == "app/sample"_L1 || room == "app/lab"_L1)
        return engineForUsers() << room;
    if (room == "app/cli"_L1)
        return engineForUsers() << room << u"app/sample"_s << u"app/lab"_s << u"ui/workbook"_s;
    if (room == "app"_L1)
        return engineForUsers() << sharedByViews << views << room << u"app/sample"_s
                                << u"app/lab"_s;
    return {};
}

QString Layers::qtModuleOf(const QString &header) const
{
    const qsizetype slash = header.indexOf(u'/');
    if (slash > 0)
        return m_qtModules.contains(header.left(slash)) ? header.left(slash) : QString();
    // QtCore first: some headers stand in several modules.
    if (QFile::exists(m_qtHeaders + u"/QtCore/"_s + header))
        return u"QtCore"_s;
    for (const QString &module : m_qtModules)
        if (QFile::exists(m_qtHeaders + u'/' + module + u'/' + header))
            return module;
    return {};
}

QString Layers::refuseQuoted(const QString &room, const QString &include) const
{
    if (include.endsWith(".moc"_L1) && !include.contains(u'/'))
        return {};
    if (!QFile::exists(m_root + u'/' + include))
        return u"includes are written from the root of the tree, and there is no such file"_s;
    if (isTest(room))
        return {};
    const QString target = roomOf(include);
    if (target == "tests"_L1)
        return u"only tests include from tests"_s;
    if (target.isEmpty())
        return u"that file is in no room"_s;
    if (reachableFrom(room).contains(target))
        return {};
    return u"%1 may not see %2"_s.arg(room, target);
}

QString Layers::refuseSystem(const QString &room, const QString &include) const
{
    if (isTest(room))
        return {};
    if (include == "sqlite3.h"_L1)
        return room == "backends/sqlite"_L1 ? QString()
                                            : u"only backends/sqlite speaks to sqlite3"_s;
    if (include == "libpq-fe.h"_L1 || include.startsWith("libpq/"_L1))
        return room == "backends/postgres"_L1 ? QString()
                                              : u"only backends/postgres speaks to libpq"_s;
    if (include.startsWith("Qsci/"_L1))
        return room == "ui/editor"_L1 || room == "ui/builder"_L1
                   ? QString()
                   : u"QScintilla belongs to ui/editor and the SQL of ui/builder"_s;
    const QString module = qtModuleOf(include);
    if (module == "QtSql"_L1)
        return room == "backends/qtsql"_L1 ? QString() : u"only backends/qtsql links Qt Sql"_s;
    if (!module.isEmpty() && module != "QtCore"_L1 && isWithoutWidgets(room))
        return u"%1 has Qt Core only, and this is %2"_s.arg(room, module);
    return {};
}

QString Layers::refuse(const QString &room, const QString &include, bool quoted) const
{
    if (quoted && !include.startsWith("sqlite3"_L1) && !include.startsWith("libpq"_L1))
        return refuseQuoted(room, include);
    return refuseSystem(room, include);
}

std::vector<WrongArrow> Layers::checkText(const QString &file, const QString &text) const
{
    static const QRegularExpression pattern(
        u"^[ \\t]*#[ \\t]*include[ \\t]*([<\"])([^>\"]+)[>\"]"_s);
    std::vector<WrongArrow> wrong;
    const QString room = roomOf(file);
    if (room.isEmpty())
        wrong.push_back({file, 1, {}, u"this file is in no room of architecture.md"_s});
    int line = 0;
    for (const QString &text_line : text.split(u'\n')) {
        ++line;
        const QRegularExpressionMatch match = pattern.match(text_line);
        if (!match.hasMatch() || room.isEmpty())
            continue;
        const QString include = match.captured(2);
        const QString why = refuse(room, include, match.captured(1) == u"\""_s);
        if (!why.isEmpty())
            wrong.push_back({file, line, include, why});
    }
    return wrong;
}

std::vector<WrongArrow> Layers::checkTree() const
{
    std::vector<WrongArrow> wrong;
    for (const QString &top : {u"orm"_s, u"ui"_s, u"app"_s, u"tests"_s}) {
        QStringList files;
        QDirIterator it(m_root + u'/' + top, {u"*.h"_s, u"*.cpp"_s}, QDir::Files,
                        QDirIterator::Subdirectories);
        while (it.hasNext())
            files.append(QDir(m_root).relativeFilePath(it.next()));
        std::sort(files.begin(), files.end());
        for (const QString &file : files) {
            QFile source(m_root + u'/' + file);
            if (!source.open(QIODevice::ReadOnly)) {
                wrong.push_back({file, 1, {}, u"cannot be read"_s});
                continue;
            }
            const auto found = checkText(file, QString::fromUtf8(source.readAll()));
            wrong.insert(wrong.end(), found.begin(), found.end());
        }
    }
    return wrong;
}

} // namespace heddle::test
