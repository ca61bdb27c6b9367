#include "app/cli/formats.h"

#include "app/cli/cli.h"
#include "app/cli/errortext.h"

#include <algorithm>
#include <iterator>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// One object, list or scalar a line.
class JsonLinesWriter final : public RowWriter {
public:
    JsonLinesWriter(const QStringList &columns, RowShape shape, Output &out)
        : m_shape(shape), m_out(out)
    {
        for (const QString &column : columns)
            m_keys.push_back(jsonText(column) + ": ");
    }
    bool row(const ValueList &values) override
    {
        if (m_shape == RowShape::Scalar)
            return m_out.writeLine(toJson(values.front()));
        const bool object = m_shape == RowShape::Object;
        QByteArray line(1, object ? '{' : '[');
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0)
                line += ", ";
            if (object)
                line += m_keys[i];
            line += toJson(values[i]);
        }
        line += object ? '}' : ']';
        return m_out.writeLine(line);
    }
    bool finish() override { return true; }

private:
    RowShape m_shape;
    Output &m_out;
    std::vector<QByteArray> m_keys;
};

/// RFC 4180, with a header line; line ends are LF.
class CsvWriter final : public RowWriter {
public:
    CsvWriter(const QStringList &columns, Output &out) : m_out(out)
    {
        QByteArray line;
        for (const QString &column : columns)
            line += (line.isEmpty() ? QByteArray() : ",") + quoted(column.toUtf8());
        m_out.writeLine(line);
    }
    bool row(const ValueList &values) override
    {
        QByteArray line;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0)
                line += ',';
            if (!values[i].isNull())
                line += quoted(values[i].toDisplay().toUtf8());
        }
        return m_out.writeLine(line);
    }
    bool finish() override { return true; }

private:
    static QByteArray quoted(QByteArray text)
    {
        const bool needsQuotes =
            text.isEmpty() || std::any_of(text.cbegin(), text.cend(), [](char c) {
                return c == '"' || c == ',' || c == '\n' || c == '\r';
            });
        return needsQuotes ? '"' + text.replace('"', "\"\"") + '"' : text;
    }
    Output &m_out;
};

/// As PostgreSQL's COPY writes it: backslash escapes, \N for NULL; with a header line.
class TsvWriter final : public RowWriter {
public:
    TsvWriter(const QStringList &columns, Output &out) : m_out(out)
    {
        QByteArrayList names;
        for (const QString &column : columns)
            names.append(escaped(column.toUtf8()));
        m_out.writeLine(names.join('\t'));
    }
    bool row(const ValueList &values) override
    {
        QByteArray line;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0)
                line += '\t';
            line +=
                values[i].isNull() ? QByteArray("\\N") : escaped(values[i].toDisplay().toUtf8());
        }
        return m_out.writeLine(line);
    }
    bool finish() override { return true; }

private:
    static QByteArray escaped(const QByteArray &text)
    {
        QByteArray out;
        out.reserve(text.size());
        for (const char c : text) {
            switch (c) {
            case '\t':
                out += "\\t";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\\':
                out += "\\\\";
                break;
            default:
                out += c;
                break; // a byte, not an enumeration
            }
        }
        return out;
    }
    Output &m_out;
};

/// Aligned columns; numbers to the right. What would move the cursor is shown, never sent to the
/// terminal.
class AlignedWriter final : public RowWriter {
public:
    AlignedWriter(const QStringList &columns, bool markdown, Output &out)
        : m_markdown(markdown), m_out(out), m_right(std::size_t(columns.size()), Align::Unknown)
    {
        for (const QString &column : columns)
            addCell(column, std::size_t(m_cells.size()));
        m_columns = m_cells.size();
    }
    bool row(const ValueList &values) override
    {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Value &value = values[i];
            if (!value.isNull()) {
                const bool number = value.isNumber() && value.type() != Value::Type::Bool;
                m_right[i] = number && m_right[i] != Align::Left ? Align::Right : Align::Left;
            }
            addCell(cellText(value), i);
        }
        return true;
    }
    bool finish() override
    {
        const std::size_t rows = m_columns == 0 ? 0 : m_cells.size() / m_columns;
        for (std::size_t r = 0; r < rows; ++r) {
            if (!m_out.writeLine(line(r).toUtf8()))
                return false;
            if (r == 0 && !m_out.writeLine(rule().toUtf8()))
                return false;
        }
        if (m_markdown || m_columns == 0)
            return true;
        const QString count = rows == 2 ? Cli::tr("(1 row)") : Cli::tr("(%1 rows)").arg(rows - 1);
        return m_out.writeLine(count.toUtf8());
    }

private:
    enum class Align : std::uint8_t { Unknown, Left, Right };

    void addCell(const QString &text, std::size_t column)
    {
        if (m_widths.size() <= column)
            m_widths.resize(column + 1, m_markdown ? 3 : 0);
        m_widths[column] = std::max(m_widths[column], displayWidth(text));
        m_cells.push_back(text);
    }
    QString cellText(const Value &value) const
    {
        if (value.isNull())
            return u"NULL"_s;
        QString text = value.toDisplay();
        if (text == "NULL"_L1)
            return u"'NULL'"_s;
        for (QChar &c : text) {
            if (c == u'\n')
                c = QChar(0x21B5); // ↵
            else if (c == u'\t')
                c = u' ';
            else if (c.category() == QChar::Other_Control)
                c = QChar(0xFFFD);
        }
        if (m_markdown)
            text.replace(u'|', u"\\|"_s);
        return text;
    }
    QString line(std::size_t row) const
    {
        QString text = m_markdown ? u"| "_s : QString();
        for (std::size_t c = 0; c < m_columns; ++c) {
            const QString &cell = m_cells[row * m_columns + c];
            const QString pad(m_widths[c] - displayWidth(cell), u' ');
            const bool right = m_right[c] == Align::Right && row > 0;
            if (c > 0)
                text += m_markdown ? u" | "_s : u"  "_s;
            text += right ? pad + cell : cell + pad;
        }
        if (m_markdown)
            return text + u" |"_s;
        while (text.endsWith(u' '))
            text.chop(1);
        return text;
    }
    QString rule() const
    {
        QString text = m_markdown ? u"| "_s : QString();
        for (std::size_t c = 0; c < m_columns; ++c) {
            if (c > 0)
                text += m_markdown ? u" | "_s : u"  "_s;
            QString dashes(m_widths[c], u'-');
            if (m_markdown && m_right[c] == Align::Right)
                dashes.back() = u':';
            text += dashes;
        }
        return m_markdown ? text + u" |"_s : text;
    }

    bool m_markdown;
    Output &m_out;
    std::vector<Align> m_right;
    std::vector<int> m_widths;
    std::vector<QString> m_cells; // row by row, the header first
    std::size_t m_columns = 0;
};

} // namespace

QStringList formatNames()
{
    return {u"table"_s, u"json"_s, u"jsonl"_s, u"csv"_s, u"tsv"_s, u"markdown"_s};
}

std::optional<Format> formatFromName(const QString &name)
{
    const qsizetype index = formatNames().indexOf(name);
    if (index < 0)
        return {};
    return Format(index);
}

bool canStream(Format format)
{
    return format == Format::JsonLines || format == Format::Csv || format == Format::Tsv;
}

std::unique_ptr<RowWriter> makeRowWriter(Format format, const QStringList &columns, RowShape shape,
                                         Output &out)
{
    switch (format) {
    case Format::Csv:
        return std::make_unique<CsvWriter>(columns, out);
    case Format::Tsv:
        return std::make_unique<TsvWriter>(columns, out);
    case Format::Table:
    case Format::Markdown:
        return std::make_unique<AlignedWriter>(columns, format == Format::Markdown, out);
    case Format::Json:
    case Format::JsonLines:
        break;
    }
    return std::make_unique<JsonLinesWriter>(columns, shape, out);
}

} // namespace heddle::app
