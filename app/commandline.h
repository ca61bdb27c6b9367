#pragma once

#include <QCoreApplication>
#include <QSize>
#include <QString>
#include <QStringList>

namespace heddle::app {

/// What `heddle` was started with.
struct CommandLine {
    Q_DECLARE_TR_FUNCTIONS(heddle::app::CommandLine)

public:
    QString database;      // URL or path; empty: what was open last, or the sample
    QStringList workbooks; // .py files
    QString screenshot;    // write the window as PNG there and end
    bool runAll = false;
    bool dark = false;
    bool light = false;
    QSize size;

    QString message;   // what --help, --version or a mistake answers with; the program then ends
    int exitCode = -1; // with this: 0, or 2 for wrong usage. -1: go on

    /// Never ends the program itself.
    static CommandLine parse(const QStringList &arguments);
};

} // namespace heddle::app
