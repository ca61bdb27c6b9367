#include "ui/results/cellviewer.h"

#include "ui/style/fonts.h"
#include "ui/style/icons.h"

#include <QBuffer>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// What is shown of a huge value, so that opening one never stalls the window.
constexpr qsizetype longestText = 512 * 1024;
constexpr qsizetype longestJson = 512 * 1024;
constexpr qsizetype longestHex = 32 * 1024;
constexpr int mostJsonNodes = 5000;
constexpr int largestImageSide = 1200;
constexpr qint64 mostImagePixels = 24'000'000;

QPlainTextEdit *makeTextPage(const QFont &font, QWidget *parent)
{
    auto *edit = new QPlainTextEdit(parent);
    edit->setReadOnly(true);
    edit->setFont(font);
    edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    edit->setTabChangesFocus(true);
    return edit;
}

void addJson(QTreeWidgetItem *parent, const QString &key, const QJsonValue &value, int &budget)
{
    if (--budget < 0)
        return;
    auto *item = new QTreeWidgetItem(parent, {key});
    if (value.isObject()) {
        const QJsonObject object = value.toObject();
        item->setText(1, CellViewer::tr("{ %1 }").arg(object.size()));
        for (auto it = object.begin(); it != object.end(); ++it)
            addJson(item, it.key(), it.value(), budget);
    } else if (value.isArray()) {
        const QJsonArray array = value.toArray();
        item->setText(1, CellViewer::tr("[ %1 ]").arg(array.size()));
        for (qsizetype i = 0; i < array.size(); ++i)
            addJson(item, QString::number(i), array.at(i), budget);
    } else if (value.isNull()) {
        item->setText(1, u"null"_s);
    } else if (value.isString()) {
        item->setText(1, value.toString());
    } else {
        item->setText(1, value.toVariant().toString());
    }
}

QString hexDump(const QByteArray &bytes)
{
    constexpr qsizetype perLine = 16;
    QString text;
    for (qsizetype at = 0; at < bytes.size(); at += perLine) {
        const QByteArray line = bytes.mid(at, perLine);
        QString readable;
        for (const char c : line)
            readable += c >= 0x20 && c < 0x7f ? QChar::fromLatin1(c) : QChar(u'·');
        text += u"%1  %2  %3\n"_s.arg(at, 8, 16, QChar(u'0'))
                    .arg(QString::fromLatin1(line.toHex(' ')), -int(perLine * 3 - 1))
                    .arg(readable);
    }
    return text;
}

QByteArray bytesOf(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Null:
        return {};
    case Value::Type::Text:
        return value.asUtf8();
    case Value::Type::Bytes:
        return value.asBytes();
    case Value::Type::Json:
        return value.asJson().text;
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
    case Value::Type::Array:
        break;
    }
    return value.toDisplay().toUtf8();
}

} // namespace

CellViewer::CellViewer(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Cell viewer"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    auto *head = new QHBoxLayout;
    head->setContentsMargins(10, 4, 4, 2);
    m_title = new QLabel(this);
    m_title->setProperty("role", u"muted"_s);
    auto *close = new QToolButton(this);
    close->setIcon(icon(Icon::Close, IconTone::Muted));
    close->setProperty("flat", true);
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the cell viewer"));
    connect(close, &QToolButton::clicked, this, &CellViewer::closed);
    head->addWidget(m_title, 1);
    head->addWidget(close);
    layout->addLayout(head);

    m_tabs = new QTabBar(this);
    m_tabs->setDrawBase(false);
    m_tabs->setAccessibleName(tr("Show the cell as"));
    for (const QString &name : {tr("Text"), tr("JSON"), tr("Hex"), tr("Image")})
        m_tabs->addTab(name);
    layout->addWidget(m_tabs);

    m_pages = new QStackedWidget(this);
    m_text = makeTextPage(interfaceFont(), this);
    m_text->setAccessibleName(tr("Cell as text"));
    m_json = new QTreeWidget(this);
    m_json->setHeaderLabels({tr("Key"), tr("Value")});
    m_json->header()->setDefaultSectionSize(140);
    m_json->setAccessibleName(tr("Cell as JSON"));
    m_hex = makeTextPage(codeFont(), this);
    m_hex->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_hex->setAccessibleName(tr("Cell as bytes"));
    m_image = new QLabel(this);
    m_image->setAlignment(Qt::AlignCenter);
    m_image->setAccessibleName(tr("Cell as image"));
    auto *imageScroll = new QScrollArea(this);
    imageScroll->setWidget(m_image);
    imageScroll->setWidgetResizable(true);
    for (QWidget *page : std::initializer_list<QWidget *>{m_text, m_json, m_hex, imageScroll})
        m_pages->addWidget(page);
    layout->addWidget(m_pages, 1);
    connect(m_tabs, &QTabBar::currentChanged, m_pages, &QStackedWidget::setCurrentIndex);
}

CellViewer::Page CellViewer::page() const
{
    return Page(m_pages->currentIndex());
}

void CellViewer::showValue(const QString &title, const Value &value)
{
    const QByteArray bytes = bytesOf(value);
    QString type = value.isNull() ? u"NULL"_s : QString::fromLatin1(Value::typeName(value.type()));
    if (bytes.size() > 200)
        type += u", "_s + QLocale().formattedDataSize(bytes.size());
    m_title->setText(title + u" · "_s + type);
    fillText(value);
    fillHex(bytes);
    const bool isJson = fillJson(bytes);
    const bool isImage = fillImage(bytes);
    m_tabs->setTabEnabled(int(Page::Json), isJson);
    m_tabs->setTabEnabled(int(Page::Image), isImage);
    Page page = Page::Text;
    if (isImage)
        page = Page::Image;
    else if (isJson)
        page = Page::Json;
    else if (value.type() == Value::Type::Bytes)
        page = Page::Hex;
    m_tabs->setCurrentIndex(int(page));
    m_pages->setCurrentIndex(int(page));
}

void CellViewer::fillText(const Value &value)
{
    if (value.isNull()) {
        m_text->setPlainText(u"NULL"_s);
        return;
    }
    if (value.type() == Value::Type::Bytes) {
        m_text->setPlainText(QString::fromUtf8(value.asBytes().left(longestText)));
        return;
    }
    QString text = value.type() == Value::Type::Text
                       ? QString::fromUtf8(value.asUtf8().left(longestText))
                       : value.toDisplay();
    if (value.type() == Value::Type::Text && value.asUtf8().size() > longestText)
        text += u'\n' +
                tr("… only the first %1 are shown").arg(QLocale().formattedDataSize(longestText));
    m_text->setPlainText(text);
}

bool CellViewer::fillJson(const QByteArray &text)
{
    m_json->clear();
    // A bare number or word is JSON too, but nobody wants it as a tree.
    const QByteArray start = text.left(64).trimmed();
    if (text.size() > longestJson || !(start.startsWith('{') || start.startsWith('[')))
        return false;
    const QJsonDocument document = QJsonDocument::fromJson(text);
    if (document.isNull())
        return false;
    int budget = mostJsonNodes;
    addJson(m_json->invisibleRootItem(), tr("(value)"),
            document.isObject() ? QJsonValue(document.object()) : QJsonValue(document.array()),
            budget);
    if (budget < 0)
        new QTreeWidgetItem(m_json->invisibleRootItem(),
                            {u"…"_s, tr("only the first %1 entries are shown").arg(mostJsonNodes)});
    m_json->expandToDepth(1);
    return true;
}

void CellViewer::fillHex(const QByteArray &bytes)
{
    QString text = hexDump(bytes.left(longestHex));
    if (bytes.size() > longestHex)
        text += tr("… only the first %1 are shown").arg(QLocale().formattedDataSize(longestHex));
    m_hex->setPlainText(text);
}

bool CellViewer::fillImage(const QByteArray &bytes)
{
    m_image->clear();
    if (bytes.size() < 8)
        return false;
    QByteArray copy = bytes;
    QBuffer buffer(&copy);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer);
    const QSize size = reader.size();
    if (!reader.canRead() || size.isEmpty() ||
        qint64(size.width()) * size.height() > mostImagePixels)
        return false;
    if (std::max(size.width(), size.height()) > largestImageSide)
        reader.setScaledSize(size.scaled(largestImageSide, largestImageSide, Qt::KeepAspectRatio));
    const QImage image = reader.read();
    if (image.isNull())
        return false;
    m_image->setPixmap(QPixmap::fromImage(image));
    m_image->setAccessibleDescription(tr("%1 × %2 pixels").arg(size.width()).arg(size.height()));
    return true;
}

bool CellViewer::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent *>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    return QWidget::event(event);
}

void CellViewer::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QWidget::keyPressEvent(event);
}

} // namespace heddle::ui
