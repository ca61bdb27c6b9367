// check_layers [ROOT]: prints every include that architecture.md forbids; exit status 1 if there is
// one.

#include "tests/support/layers.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <cstdio>

using namespace Qt::Literals::StringLiterals;

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QString root = application.arguments().value(1, u"."_s);
    if (!QFileInfo::exists(root + u"/orm/heddle.h"_s)) {
        std::fprintf(stderr, "check_layers: %s is not the root of the tree\n", qPrintable(root));
        return 2;
    }
    const auto wrong = heddle::test::Layers(root).checkTree();
    for (const heddle::test::WrongArrow &arrow : wrong)
        std::fprintf(stderr, "%s\n", qPrintable(arrow.toString()));
    return wrong.empty() ? 0 : 1;
}
