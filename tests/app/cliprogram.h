#pragma once

#include "app/sample/bookshop.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace heddle::test {

using namespace Qt::Literals::StringLiterals;

struct Answer {
    int status = -1; // 1000 + signal if it was killed
    QByteArray out, err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// heddle-cli as a process, on a small bookshop of its own.
class CliProgram {
protected:
    /// False if the bookshop cannot be made.
    bool makeShop()
    {
        m_shop = m_folder.filePath(u"shop.sqlite"_s);
        return m_folder.isValid() &&
               call({u"sample"_s, u"--books"_s, u"3000"_s, m_shop}).status == 0 &&
               app::isCurrentBookshop(m_shop);
    }
    Answer call(const QStringList &arguments, const QByteArray &input = {}) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start(m_program, arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished(60'000))
            return {};
        const bool normal = process.exitStatus() == QProcess::NormalExit;
        return {normal ? process.exitCode() : 1000 + process.exitCode(),
                process.readAllStandardOutput(), process.readAllStandardError()};
    }
    Answer query(const QString &expression, const QStringList &more = {}) const
    {
        return call(QStringList{u"query"_s, u"--db"_s, m_shop} + more + QStringList{expression});
    }
    QString write(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }

    QTemporaryDir m_folder;
    QString m_program = qEnvironmentVariable("HEDDLE_BINARY_DIR") + u"/bin/heddle-cli"_s;
    QString m_shop;
};

} // namespace heddle::test
