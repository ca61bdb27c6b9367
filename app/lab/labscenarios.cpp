#include "app/lab/labscenarios.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using analysis::Anomaly;

QString tr(const char *text)
{
    return QCoreApplication::translate("IsolationLab", text);
}

LabStep a(const QString &text)
{
    return {0, text};
}

LabStep b(const QString &text)
{
    return {1, text};
}

const QString begin = u"BEGIN"_s, commit = u"COMMIT"_s, rollback = u"ROLLBACK"_s;

QList<LabScenario> readScenarios()
{
    const QString balance = u"Account.objects.get(pk=1).balance"_s;
    const QString bookings = u"Booking.objects.filter(room='Blue')"_s;
    return {
        {u"dirty-read"_s,
         tr("Dirty read"),
         tr("B reads what A has written and not saved. A takes it back: B has seen what never "
            "was."),
         {a(begin), a(u"Account.objects.filter(pk=1).update(balance=0)"_s), b(begin), b(balance),
          a(rollback), b(commit)},
         Anomaly::DirtyRead},
        {u"non-repeatable-read"_s,
         tr("Non-repeatable read"),
         tr("A reads a row twice. B changes it in between and saves: A's second answer is "
            "another."),
         {a(begin), a(balance), b(begin), b(u"Account.objects.filter(pk=1).update(balance=70)"_s),
          b(commit), a(balance), a(commit)},
         Anomaly::NonRepeatableRead},
        {u"phantom-read"_s,
         tr("Phantom read"),
         tr("A asks for rows twice. B adds one in between and saves: A's second answer has a row "
            "more."),
         {a(begin), a(bookings), b(begin), b(u"Booking.objects.create(id=3, room='Blue', day=3)"_s),
          b(commit), a(bookings), a(commit)},
         Anomaly::PhantomRead},
        {u"read-skew"_s,
         tr("Read skew"),
         tr("B moves money from one account to the other while A reads both: A's sum was never "
            "true."),
         {a(begin), a(u"first = Account.objects.get(pk=1).balance"_s), b(begin),
          b(u"Account.objects.filter(pk=1).update(balance=F('balance') - 30)"_s),
          b(u"Account.objects.filter(pk=2).update(balance=F('balance') + 30)"_s), b(commit),
          a(u"second = Account.objects.get(pk=2).balance"_s), a(u"first + second"_s), a(commit)},
         Anomaly::ReadSkew},
    };
}

/// Both take 30 from the same account: what each of them reads, and how it writes.
QList<LabStep> withdrawals(const QString &read, const QString &write)
{
    return {a(begin), a(read), b(begin), b(read), a(write), b(write), a(commit), b(commit)};
}

QList<LabScenario> writeScenarios()
{
    const QString get = u"account = Account.objects.get(pk=1)"_s;
    const QString save = u"account.balance -= 30\naccount.save()"_s;
    const QString count = u"on_call = Doctor.objects.filter(on_call=True).count()"_s;
    const auto leave = [](int key) {
        return u"if on_call > 1:\n    Doctor.objects.filter(pk=%1).update(on_call=False)"_s.arg(
            key);
    };
    const auto take = [](int key) {
        return u"Account.objects.filter(pk=%1).update(balance=F('balance') - 10)"_s.arg(key);
    };
    return {
        {u"lost-update"_s, tr("Lost update"),
         tr("Both read the balance, take 30 off in memory, and write it back. 40 should be left of "
            "100; if the second write goes by what it read before the first, 70 are."),
         withdrawals(get, save), Anomaly::LostUpdate},
        {u"lost-update-f"_s, tr("Lost update, cured by F()"),
         tr("The database itself subtracts from the value that is there when it writes. Where "
            "a snapshot is held the second write is refused instead."),
         withdrawals(u"Account.objects.get(pk=1).balance"_s,
                     u"Account.objects.filter(pk=1).update(balance=F('balance') - 30)"_s),
         std::nullopt},
        {u"lost-update-lock"_s, tr("Lost update, cured by select_for_update()"),
         tr("Whoever reads in order to write locks the row as it reads: the second one waits "
            "before it reads. SQLite has no such lock; there the cure is BEGIN IMMEDIATE."),
         withdrawals(u"account = Account.objects.select_for_update().get(pk=1)"_s, save),
         std::nullopt},
        {u"write-skew"_s,
         tr("Write skew"),
         tr("One doctor must stay on call. Both see two, and each goes: they wrote different rows, "
            "and nobody is left."),
         {a(begin), a(count), b(begin), b(count), a(leave(1)), b(leave(2)), a(commit), b(commit)},
         Anomaly::WriteSkew},
        {u"deadlock"_s,
         tr("Deadlock"),
         tr("Each holds the row that the other wants next. The database refuses one of the two, "
            "and the other goes on."),
         {a(begin), b(begin), a(take(1)), b(take(2)), a(take(2)), b(take(1)), a(commit), b(commit)},
         std::nullopt},
    };
}

} // namespace

const QList<LabScenario> &labScenarios()
{
    static const QList<LabScenario> scenarios = readScenarios() + writeScenarios();
    return scenarios;
}

const LabScenario *findLabScenario(const QString &key)
{
    for (const LabScenario &scenario : labScenarios()) {
        if (scenario.key == key)
            return &scenario;
    }
    return nullptr;
}

QString labLevelKey(LabLevel level)
{
    switch (level) {
    case LabLevel::Autocommit:
        return u"autocommit"_s;
    case LabLevel::ReadUncommitted:
        return u"read-uncommitted"_s;
    case LabLevel::ReadCommitted:
        return u"read-committed"_s;
    case LabLevel::RepeatableRead:
        return u"repeatable-read"_s;
    case LabLevel::Serializable:
        return u"serializable"_s;
    case LabLevel::Deferred:
        return u"deferred"_s;
    case LabLevel::Immediate:
        return u"immediate"_s;
    }
    return {};
}

QString labLevelTitle(LabLevel level)
{
    switch (level) {
    case LabLevel::Autocommit:
        return tr("No transaction (autocommit)");
    case LabLevel::ReadUncommitted:
        return tr("Read uncommitted");
    case LabLevel::ReadCommitted:
        return tr("Read committed");
    case LabLevel::RepeatableRead:
        return tr("Repeatable read");
    case LabLevel::Serializable:
        return tr("Serializable");
    case LabLevel::Deferred:
        return tr("Deferred");
    case LabLevel::Immediate:
        return tr("Immediate");
    }
    return {};
}

} // namespace heddle::app
