#include "ui/models/resulttext.h"

#include <QLocale>
#include <QSet>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::size_t longestLineBytes = 400; // more than the widest column shows

QString firstLineOf(std::string_view utf8)
{
    bool cut = utf8.size() > longestLineBytes;
    if (cut) {
        std::size_t end = longestLineBytes;
        while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80)
            --end; // not in the middle of a character
        utf8 = utf8.substr(0, end);
    }
    QString text = QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
    for (QChar &c : text) {
        if (c == u'\n')
            c = u'⏎';
        else if (c.unicode() < 0x20)
            c = u' ';
    }
    return cut ? text + u'…' : text;
}

QString bytesLine(std::string_view bytes)
{
    constexpr std::size_t shown = 16;
    const QByteArray head(bytes.data(), qsizetype(std::min(bytes.size(), shown)));
    const QString hex = QString::fromLatin1(head.toHex(' '));
    return bytes.size() <= shown
               ? hex
               : u"%1 … %2"_s.arg(hex, QLocale().formattedDataSize(qint64(bytes.size())));
}

QString plain(const Value &value)
{
    if (value.isNull())
        return {};
    if (value.type() == Value::Type::Bytes)
        return QString::fromLatin1(value.asBytes().toHex());
    return value.toDisplay();
}

QString quotedField(const QString &text, QChar separator)
{
    const bool quote = text.contains(separator) || text.contains(u'"') || text.contains(u'\n') ||
                       text.contains(u'\r');
    return quote ? u'"' + QString(text).replace(u'"', u"\"\""_s) + u'"' : text;
}

QString sqlLiteral(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Null:
        return u"NULL"_s;
    case Value::Type::Bool:
        return value.asBool() ? u"TRUE"_s : u"FALSE"_s;
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Decimal:
        return value.toDisplay();
    case Value::Type::Bytes:
        return u"X'"_s + QString::fromLatin1(value.asBytes().toHex()) + u'\'';
    case Value::Type::Text:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return u'\'' + value.toDisplay().replace(u'\'', u"''"_s) + u'\'';
}

QString quotedName(QString name)
{
    return u'"' + name.replace(u'"', u"\"\""_s) + u'"';
}

// Python's repr() writes datetime.date(...); the notation knows the names without their module.
QString notationLiteral(const Value &value)
{
    QString text = value.toRepr();
    if (text.startsWith(u"datetime."_s))
        text.remove(0, 9);
    return text;
}

class Writer {
public:
    Writer(const ResultRows &rows, const CellSelection &selection, const ResultSource &source)
        : m_rows(rows), m_selection(selection), m_source(source)
    {
    }

    QString separated(QChar separator, bool headers)
    {
        if (headers)
            addLine([&](int column) { return quotedField(name(column), separator); }, separator);
        forEachRow([&](int row) {
            addLine(
                [&](int column) {
                    return quotedField(plain(m_rows.value(row, column)), separator);
                },
                separator);
        });
        if (!headers)
            m_text.chop(1); // one cell is pasted as just that
        return m_text;
    }

    QString json()
    {
        m_text = u"["_s;
        bool first = true;
        forEachRow([&](int row) {
            m_text += first ? u"\n  {"_s : u",\n  {"_s;
            first = false;
            for (std::size_t i = 0; i < m_selection.columns.size(); ++i) {
                const int column = m_selection.columns[i];
                m_text += (i ? u", "_s : QString()) +
                          QString::fromUtf8(toJson(Value(name(column)))) + u": "_s +
                          QString::fromUtf8(toJson(m_rows.value(row, column)));
            }
            m_text += u'}';
        });
        return m_text += first ? u"]\n"_s : u"\n]\n"_s;
    }

    QString markdown()
    {
        const auto escaped = [](QString text) {
            return text.replace(u'\\', u"\\\\"_s).replace(u'|', u"\\|"_s).replace(u'\n', u"<br>"_s);
        };
        const auto line = [&](auto &&cell) {
            m_text += u"|"_s;
            for (int column : m_selection.columns)
                m_text += u' ' + cell(column) + u" |"_s;
            m_text += u'\n';
        };
        line([&](int column) { return escaped(name(column)); });
        line([](int) { return u"---"_s; });
        forEachRow([&](int row) {
            line([&](int column) { return escaped(plain(m_rows.value(row, column))); });
        });
        return m_text;
    }

    QString insert()
    {
        QStringList names;
        for (int column : m_selection.columns)
            names.append(quotedName(name(column)));
        const QString table = m_source.table.isEmpty() ? u"result"_s : m_source.table;
        const QString head =
            u"INSERT INTO %1 (%2) VALUES ("_s.arg(quotedName(table), names.join(u", "_s));
        forEachRow([&](int row) {
            QStringList values;
            for (int column : m_selection.columns)
                values.append(sqlLiteral(m_rows.value(row, column)));
            m_text += head + values.join(u", "_s) + u");\n"_s;
        });
        return m_text;
    }

    QString filter()
    {
        if (m_selection.columns.size() == 1)
            return oneColumnFilter(m_selection.columns.front());
        QStringList alternatives;
        forEachRow([&](int row) {
            QStringList conditions;
            for (int column : m_selection.columns)
                conditions.append(condition(column, m_rows.value(row, column)));
            const QString all = conditions.join(u", "_s);
            if (!alternatives.contains(all))
                alternatives.append(all);
        });
        if (alternatives.size() == 1)
            return u".filter("_s + alternatives.front() + u')';
        return u".filter(Q("_s + alternatives.join(u") | Q("_s) + u"))"_s;
    }

private:
    QString name(int column) const { return m_rows.columns().at(column); }

    QString condition(int column, const Value &value) const
    {
        return value.isNull() ? name(column) + u"__isnull=True"_s
                              : name(column) + u'=' + notationLiteral(value);
    }

    QString oneColumnFilter(int column) const
    {
        QStringList literals;
        QSet<QString> seen;
        bool hasNull = false;
        forEachRow([&](int row) {
            const Value value = m_rows.value(row, column);
            hasNull |= value.isNull();
            const QString literal = notationLiteral(value);
            if (value.isNull() || seen.contains(literal))
                return;
            seen.insert(literal);
            literals.append(literal);
        });
        QString in = literals.size() == 1
                         ? name(column) + u'=' + literals.front()
                         : name(column) + u"__in=["_s + literals.join(u", "_s) + u']';
        if (!hasNull)
            return u".filter("_s + in + u')';
        const QString null = name(column) + u"__isnull=True"_s;
        return literals.isEmpty() ? u".filter("_s + null + u')'
                                  : u".filter(Q(%1) | Q(%2))"_s.arg(in, null);
    }

    template <class F>
    void forEachRow(F &&f) const
    {
        for (const CellSelection::Range &range : m_selection.rows) {
            for (int row = range.first; row <= range.last; ++row)
                f(row);
        }
    }

    template <class F>
    void addLine(F &&cell, QChar separator)
    {
        for (std::size_t i = 0; i < m_selection.columns.size(); ++i) {
            if (i)
                m_text += separator;
            m_text += cell(m_selection.columns[i]);
        }
        m_text += u'\n';
    }

    const ResultRows &m_rows;
    const CellSelection &m_selection;
    const ResultSource &m_source;
    QString m_text;
};

} // namespace

qint64 CellSelection::cellCount() const
{
    qint64 count = 0;
    for (const Range &range : rows)
        count += range.last - range.first + 1;
    return count * qint64(columns.size());
}

QString resultText(const ResultRows &rows, const CellSelection &selection, CopyFormat format,
                   const ResultSource &source)
{
    if (selection.cellCount() == 0)
        return {};
    Writer writer(rows, selection, source);
    switch (format) {
    case CopyFormat::Tsv:
        return writer.separated(u'\t', false);
    case CopyFormat::TsvWithHeaders:
        return writer.separated(u'\t', true);
    case CopyFormat::Csv:
        return writer.separated(u',', true);
    case CopyFormat::Json:
        return writer.json();
    case CopyFormat::Markdown:
        return writer.markdown();
    case CopyFormat::Insert:
        return writer.insert();
    case CopyFormat::Filter:
        return writer.filter();
    }
    return {};
}

QString cellLine(const Column &column, int row)
{
    if (column.isNull(row))
        return u"NULL"_s;
    switch (column.kind()) {
    case ColumnKind::Text:
    case ColumnKind::Json:
        return firstLineOf(column.view(row));
    case ColumnKind::Bytes:
        return bytesLine(column.view(row));
    case ColumnKind::Int64:
        return QString::number(column.int64(row));
    case ColumnKind::Double:
    case ColumnKind::Bool:
    case ColumnKind::Date:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        break;
    }
    const Value value = column.value(row);
    switch (value.type()) {
    case Value::Type::Null:
        return u"NULL"_s;
    case Value::Type::Text:
        return firstLineOf({value.asUtf8().constData(), std::size_t(value.asUtf8().size())});
    case Value::Type::Bytes:
        return bytesLine({value.asBytes().constData(), std::size_t(value.asBytes().size())});
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Decimal:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    const QByteArray text = value.toDisplay().toUtf8();
    return firstLineOf({text.constData(), std::size_t(text.size())});
}

} // namespace heddle::ui
