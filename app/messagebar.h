#pragma once

#include <QWidget>
#include <functional>
#include <vector>

class QVBoxLayout;

namespace heddle::app {

/// One sentence to the user inside the window, where other programs open a dialog.
struct Message {
    enum class Kind { Information, Success, Warning, Error };
    struct Action {
        QString text;
        std::function<void()> run; // the message goes when it was chosen
    };
    Kind kind = Kind::Information;
    QString key;  // a later message of the same key takes the place of an earlier one
    QString text; // a whole sentence
    std::vector<Action> actions;
};

/// Shows messages as rows, the newest on top, three at most. Hidden while there is none.
class MessageBar final : public QWidget {
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    void show(const Message &message);
    void remove(const QString &key);
    /// The texts that stand there, newest first.
    QStringList texts() const;

private:
    QWidget *rowOf(const Message &message);

    QVBoxLayout *m_layout;
};

} // namespace heddle::app
