#pragma once

#include "orm/values/value.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTabBar;
class QStackedWidget;
class QTreeWidget;

namespace heddle::ui {

/// One cell in full beside the grid: as text, as a JSON tree, as bytes in hex, as a picture. It
/// opens on whichever the value looks like.
class CellViewer final : public QWidget {
    Q_OBJECT
public:
    enum class Page { Text, Json, Hex, Image };

    explicit CellViewer(QWidget *parent = nullptr);
    /// `title` says which cell: "title, row 3".
    void showValue(const QString &title, const Value &value);
    Page page() const;

Q_SIGNALS:
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    void fillText(const Value &value);
    bool fillJson(const QByteArray &text);
    void fillHex(const QByteArray &bytes);
    bool fillImage(const QByteArray &bytes);

    QLabel *m_title = nullptr;
    QTabBar *m_tabs = nullptr;
    QStackedWidget *m_pages = nullptr;
    QPlainTextEdit *m_text = nullptr;
    QTreeWidget *m_json = nullptr;
    QPlainTextEdit *m_hex = nullptr;
    QLabel *m_image = nullptr;
};

} // namespace heddle::ui
