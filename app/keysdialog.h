#pragma once

#include <QDialog>

class QMenuBar;

namespace heddle::app {

/// Every menu entry with its keys, as the menus have them now, with a filter. Does not stop the
/// window.
class KeysDialog final : public QDialog {
    Q_OBJECT

public:
    KeysDialog(QMenuBar *menus, QWidget *parent);
};

} // namespace heddle::app
