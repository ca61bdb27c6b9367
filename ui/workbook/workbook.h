#pragma once

#include "ui/workbook/cell.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>
#include <optional>
#include <vector>

namespace heddle::ui {

/// The text of a `.py` file in percent format, and the cells in it.
///
/// A workbook is its text and nothing else. Loading and saving keeps every byte: line endings
/// (mixed ones too), a byte order mark, a missing last line end, and bytes that are not UTF-8.
/// Whether a cell is sync or async is a matter of its syntax and asked of notation, not here.
class Workbook {
    Q_DECLARE_TR_FUNCTIONS(heddle::ui::Workbook)

public:
    Workbook() : Workbook(QString()) {}
    explicit Workbook(QString text) { setText(std::move(text)); }

    /// Reads a file's content. On failure returns nothing and says why in one sentence, for people,
    /// in *error.
    static std::optional<Workbook> fromBytes(const QByteArray &bytes, QString *error = nullptr);
    static std::optional<Workbook> load(const QString &path, QString *error = nullptr);
    /// What save() writes. Text that its file's encoding cannot hold (somebody typed a Chinese
    /// title into a Latin-1 file) becomes UTF-8.
    QByteArray toBytes() const;
    /// Replaces the file in one step, so that a crash leaves the old text or the new one. On
    /// failure says why in *error.
    bool save(const QString &path, QString *error = nullptr) const;

    const QString &text() const { return m_text; }
    /// Keeps byte order mark and encoding of the file it came from.
    void setText(QString text);

    /// In the order of the text. A text without headers is one cell; blank lines above the first
    /// header belong to none.
    const std::vector<Cell> &cells() const { return m_cells; }
    int cellCount() const { return int(m_cells.size()); }
    /// The cell with that line (1-based) in its header or body; null if it belongs to none.
    const Cell *cellAt(int line) const;
    /// The text of a cell below its header.
    QString body(const Cell &cell) const;
    /// A text cell's content without the comment signs; for a code cell its body.
    QString markdown(const Cell &cell) const;

    int lineCount() const { return m_lineCount; }
    /// What a new line should end with: the ending that most lines have, "\n" for a text of one
    /// line.
    QString lineEnding() const;

private:
    enum class Encoding { Utf8, Latin1 };

    void splitIntoCells();

    QString m_text;
    std::vector<Cell> m_cells;
    int m_lineCount = 1;
    Encoding m_encoding = Encoding::Utf8;
    bool m_byteOrderMark = false;
};

/// Reads one line as a cell header: nothing if it is none. Spyder's `#%%` and deeper `# %%%` count,
/// as do VS Code's and Jupytext's spellings.
struct CellHeader {
    CellKind kind = CellKind::Code;
    QString title;
};
std::optional<CellHeader> parseCellHeader(QStringView line);

} // namespace heddle::ui
