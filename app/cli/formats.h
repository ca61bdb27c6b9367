#pragma once

#include "app/cli/output.h"
#include "orm/values/value.h"

#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

namespace heddle::app {

enum class Format { Table, Json, JsonLines, Csv, Tsv, Markdown };

/// "table", "json", "jsonl", "csv", "tsv", "markdown".
QStringList formatNames();
std::optional<Format> formatFromName(const QString &name);
/// True if rows can be written as they come, without knowing the later ones.
bool canStream(Format format);

/// What a line of JSON is made of.
enum class RowShape { Object, List, Scalar };

/// Writes rows in one format. Table and Markdown are aligned and therefore keep all rows until
/// finish(); the others write each row at once. Json is not written here: its object is the
/// engine's (ResultView::toJson()).
class RowWriter {
public:
    virtual ~RowWriter() = default;
    /// False: nobody reads any more.
    virtual bool row(const ValueList &values) = 0;
    virtual bool finish() = 0;
};

/// In CSV a NULL is empty and empty text is "", in TSV a NULL is \N, in a table it is NULL (text
/// that spells NULL stands in quotes there).
std::unique_ptr<RowWriter> makeRowWriter(Format format, const QStringList &columns, RowShape shape,
                                         Output &out);

} // namespace heddle::app
