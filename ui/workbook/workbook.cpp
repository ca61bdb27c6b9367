#include "ui/workbook/workbook.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSaveFile>
#include <QStringDecoder>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

constexpr qint64 maximumFileSize = 64 * 1024 * 1024;
const char byteOrderMark[] = "\xEF\xBB\xBF";

struct Line {
    int begin, end, next; // end is before the line end, next after it
};

/// Calls f(Line) for every line as Python counts them: \n, \r\n and \r end one. A text that ends in
/// a line end has an empty last line.
template <typename F>
void forEachLine(QStringView text, F f)
{
    int begin = 0;
    const int size = int(text.size());
    for (int i = 0; i < size; ++i) {
        const QChar c = text[i];
        if (c != u'\n' && c != u'\r')
            continue;
        const int end = i;
        if (c == u'\r' && i + 1 < size && text[i + 1] == u'\n')
            ++i;
        f(Line{begin, end, i + 1});
        begin = i + 1;
    }
    f(Line{begin, size, size});
}

bool isBlank(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c.isSpace(); });
}

} // namespace

std::optional<CellHeader> parseCellHeader(QStringView line)
{
    // Most lines are none, and this runs over the whole text after a key press: look before
    // starting the expression.
    if (line.isEmpty() || line.front() != u'#')
        return std::nullopt;
    static const QRegularExpression header(uR"(^#[ \t]*%%+(.*)$)"_s);
    static const QRegularExpression metadata(
        uR"re(\s+[\w.-]+\s*=\s*("[^"]*"|\[[^\]]*\]|\{.*\}|[\w.-]+)\s*$)re"_s);
    static const QRegularExpression kind(uR"(\[(markdown|md|raw)\])"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    const QRegularExpressionMatch match = header.match(line.toString());
    if (!match.hasMatch())
        return std::nullopt;
    CellHeader result;
    QString rest = u' ' + match.captured(1);
    for (QRegularExpressionMatch m = metadata.match(rest); m.hasMatch(); m = metadata.match(rest))
        rest.truncate(m.capturedStart());
    if (const QRegularExpressionMatch m = kind.match(rest); m.hasMatch()) {
        result.kind = CellKind::Markdown;
        rest.remove(m.capturedStart(), m.capturedLength());
    }
    result.title = rest.simplified();
    return result;
}

std::optional<Workbook> Workbook::fromBytes(const QByteArray &bytes, QString *error)
{
    if (bytes.contains('\0')) {
        if (error)
            *error = tr("This is not a text file: it holds zero bytes.");
        return std::nullopt;
    }
    Workbook workbook;
    QByteArrayView content = bytes;
    if (bytes.startsWith(byteOrderMark)) {
        workbook.m_byteOrderMark = true;
        content = content.sliced(3);
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless |
                                                     QStringDecoder::Flag::ConvertInitialBom);
    QString text = decoder(content);
    if (decoder.hasError()) {
        // Latin-1 gives every byte a character of its own, so that the bytes come back as they
        // were.
        workbook.m_encoding = Encoding::Latin1;
        text = QString::fromLatin1(content);
    }
    workbook.setText(std::move(text));
    return workbook;
}

std::optional<Workbook> Workbook::load(const QString &path, QString *error)
{
    const auto fail = [error](const QString &why) -> std::optional<Workbook> {
        if (error)
            *error = why;
        return std::nullopt;
    };
    const QString name = QFileInfo(path).fileName();
    QFile file(path);
    if (QFileInfo(path).isDir())
        return fail(tr("%1 is a folder, not a workbook.").arg(name));
    if (!file.open(QIODevice::ReadOnly))
        return fail(tr("%1 cannot be read: %2.").arg(name, file.errorString()));
    if (file.size() > maximumFileSize)
        return fail(tr("%1 is larger than 64 MB, too large for a workbook.").arg(name));
    QString why;
    std::optional<Workbook> workbook = fromBytes(file.readAll(), &why);
    if (file.error() != QFile::NoError)
        return fail(tr("%1 cannot be read: %2.").arg(name, file.errorString()));
    if (!workbook)
        return fail(tr("%1 cannot be opened as a workbook. %2").arg(name, why));
    return workbook;
}

QByteArray Workbook::toBytes() const
{
    const bool latin1 =
        m_encoding == Encoding::Latin1 &&
        std::all_of(m_text.begin(), m_text.end(), [](QChar c) { return c.unicode() < 256; });
    const QByteArray content = latin1 ? m_text.toLatin1() : m_text.toUtf8();
    return m_byteOrderMark ? byteOrderMark + content : content;
}

bool Workbook::save(const QString &path, QString *error) const
{
    QSaveFile file(path);
    // A file that may be written in a folder that may not is still worth saving, though not in one
    // step.
    file.setDirectWriteFallback(true);
    const QByteArray bytes = toBytes();
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return true;
    if (error)
        *error = tr("%1 cannot be saved: %2.").arg(QFileInfo(path).fileName(), file.errorString());
    return false;
}

void Workbook::setText(QString text)
{
    m_text = std::move(text);
    splitIntoCells();
}

void Workbook::splitIntoCells()
{
    m_cells.clear();
    m_lineCount = 0;
    Cell open; // what stands above the first header
    const auto close = [this, &open](int end) {
        open.end = end;
        open.lastLine = m_lineCount;
        const bool blankTop = open.headerLine == 0 &&
                              isBlank(QStringView(m_text).sliced(open.begin, end - open.begin));
        if (blankTop)
            return;
        open.index = int(m_cells.size());
        m_cells.push_back(open);
    };
    forEachLine(m_text, [&](const Line &line) {
        if (const auto header =
                parseCellHeader(QStringView(m_text).sliced(line.begin, line.end - line.begin))) {
            if (m_lineCount > 0)
                close(line.begin);
            open = Cell{header->kind, header->title, 0, m_lineCount + 1, m_lineCount + 2, 0,
                        line.begin,   line.next,     0};
        }
        ++m_lineCount;
    });
    close(int(m_text.size()));
    if (m_cells.empty())
        m_cells.push_back(Cell{CellKind::Code, {}, 0, 0, 1, m_lineCount, 0, 0, int(m_text.size())});
}

const Cell *Workbook::cellAt(int line) const
{
    const auto found = std::find_if(m_cells.begin(), m_cells.end(),
                                    [line](const Cell &c) { return c.containsLine(line); });
    return found == m_cells.end() ? nullptr : &*found;
}

QString Workbook::body(const Cell &cell) const
{
    return m_text.sliced(cell.bodyBegin, cell.end - cell.bodyBegin);
}

QString Workbook::markdown(const Cell &cell) const
{
    const QString source = body(cell);
    if (cell.kind == CellKind::Code)
        return source;
    QString result;
    forEachLine(source, [&](const Line &line) {
        QStringView content = QStringView(source).sliced(line.begin, line.end - line.begin);
        if (content.startsWith(u"# "))
            content = content.sliced(2);
        else if (content.startsWith(u'#'))
            content = content.sliced(1);
        result += content;
        if (line.next > line.end)
            result += u'\n';
    });
    return result;
}

QString Workbook::lineEnding() const
{
    int unix = 0, windows = 0, mac = 0;
    forEachLine(m_text, [&](const Line &line) {
        if (line.next - line.end == 2)
            ++windows;
        else if (line.next > line.end)
            ++(m_text[line.end] == u'\n' ? unix : mac);
    });
    if (windows > unix && windows >= mac)
        return u"\r\n"_s;
    return mac > unix ? u"\r"_s : u"\n"_s;
}

} // namespace heddle::ui
