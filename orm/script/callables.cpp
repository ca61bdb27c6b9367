#include "orm/script/callables.h"

#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using notation::Parameter;

Object Cell::copyFor(Copier &copier) const
{
    Object made = Object::make<Cell>();
    copier.remember(this, made);
    made.as<Cell>()->value = copier.copy(value);
    return made;
}

// --- Function ---

Function::Function(CodePtr code, Objects defaults, Objects closure)
    : HeapObject(kKind), m_code(std::move(code)), m_defaults(std::move(defaults)),
      m_closure(std::move(closure))
{
}

QString Function::repr(Machine &)
{
    return u"<function %1>"_s.arg(m_code->name);
}

Object Function::attribute(Machine &, const QString &)
{
    return {};
}

void Function::traverse(const Visitor &visit)
{
    for (Object &value : m_defaults)
        visit(value);
    for (Object &cell : m_closure)
        visit(cell);
}

Object Function::copyFor(Copier &copier) const
{
    Object made = Object::make<Function>(m_code, Objects(), Objects());
    copier.remember(this, made);
    Function *function = made.as<Function>();
    for (const Object &value : m_defaults)
        function->m_defaults.push_back(copier.copy(value));
    for (const Object &cell : m_closure)
        function->m_closure.push_back(copier.copy(cell));
    return made;
}

Object Function::call(Machine &vm, Arguments &arguments)
{
    const Object self = Object::share(this);
    if (!m_code->async)
        return vm.call(self, std::move(arguments));
    return Object::make<Coroutine>(vm, m_code->name, vm.frameFor(self, arguments));
}

namespace {

QString quotedList(const QStringList &names)
{
    QStringList quoted;
    for (const QString &name : names)
        quoted.append(u'\'' + name + u'\'');
    if (quoted.size() == 1)
        return quoted[0];
    if (quoted.size() == 2)
        return quoted[0] + u" and "_s + quoted[1];
    return quoted.mid(0, quoted.size() - 1).join(u", "_s) + u", and "_s + quoted.back();
}

[[noreturn]] void missing(const QString &function, const char *kind, const QStringList &names)
{
    throw TypeError(
        u"%1() missing %2 required %3 argument%4: %5"_s.arg(function)
            .arg(names.size())
            .arg(QLatin1String(kind), names.size() == 1 ? u""_s : u"s"_s, quotedList(names)));
}

} // namespace

void Function::bind(Frame &frame, Arguments &arguments) const
{
    const auto &parameters = m_code->parameters;
    std::size_t next = 0, positional = 0, withDefault = 0;
    int variadic = -1, keywordDict = -1;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const CodeParameter &p = parameters[i];
        if (p.kind == Parameter::PositionalOrKeyword) {
            ++positional;
            withDefault += p.hasDefault;
            if (next < arguments.positional.size())
                frame.slots[i] = arguments.positional[next++];
        } else if (p.kind == Parameter::VarArgs) {
            variadic = int(i);
        } else if (p.kind == Parameter::KwArgs) {
            keywordDict = int(i);
        }
    }
    Objects rest(arguments.positional.begin() + std::ptrdiff_t(next), arguments.positional.end());
    if (variadic >= 0)
        frame.slots[std::size_t(variadic)] = Tuple::of(std::move(rest));
    else if (!rest.empty())
        tooMany(positional, withDefault, arguments.positional.size());

    if (keywordDict >= 0)
        frame.slots[std::size_t(keywordDict)] = Object::make<Dict>();
    for (auto &[name, value] : arguments.keywords) {
        std::size_t i = 0;
        while (i < parameters.size() &&
               (parameters[i].name != name || parameters[i].kind == Parameter::VarArgs ||
                parameters[i].kind == Parameter::KwArgs))
            ++i;
        if (i < parameters.size()) {
            if (!frame.slots[i].isEmpty())
                throw TypeError(
                    u"%1() got multiple values for argument '%2'"_s.arg(m_code->name, name));
            frame.slots[i] = value;
        } else if (keywordDict >= 0) {
            frame.slots[std::size_t(keywordDict)].as<Dict>()->setText(name, value);
        } else {
            throw TypeError(
                u"%1() got an unexpected keyword argument '%2'"_s.arg(m_code->name, name));
        }
    }
    fillDefaults(frame);
    std::copy(m_closure.begin(), m_closure.end(), frame.slots.begin() + m_code->firstClosureSlot);
}

void Function::tooMany(std::size_t positional, std::size_t withDefault, std::size_t given) const
{
    const QString takes = withDefault > 0
                              ? u"from %1 to %2"_s.arg(positional - withDefault).arg(positional)
                              : QString::number(positional);
    throw TypeError(
        u"%1() takes %2 positional argument%3 but %4 %5 given"_s.arg(m_code->name, takes)
            .arg(positional == 1 && withDefault == 0 ? u""_s : u"s"_s)
            .arg(given)
            .arg(given == 1 ? u"was"_s : u"were"_s));
}

void Function::fillDefaults(Frame &frame) const
{
    std::size_t nextDefault = 0;
    QStringList positional, keywordOnly;
    for (std::size_t i = 0; i < m_code->parameters.size(); ++i) {
        const CodeParameter &p = m_code->parameters[i];
        const Object *value = p.hasDefault ? &m_defaults[nextDefault++] : nullptr;
        if (!frame.slots[i].isEmpty())
            continue;
        if (value)
            frame.slots[i] = *value;
        else if (p.kind == Parameter::PositionalOrKeyword)
            positional.append(p.name);
        else if (p.kind == Parameter::KeywordOnly)
            keywordOnly.append(p.name);
    }
    if (!positional.isEmpty())
        missing(m_code->name, "positional", positional);
    if (!keywordOnly.isEmpty())
        missing(m_code->name, "keyword-only", keywordOnly);
}

// --- Generator ---

Generator::Generator(FramePtr frame) : HeapObject(kKind)
{
    m_fiber.frames.push_back(std::move(frame));
}

bool Generator::next(Machine &vm, Object &value)
{
    if (m_fiber.running)
        throw ValueError(u"generator already executing"_s);
    if (m_fiber.frames.empty())
        return false;
    m_fiber.running = true;
    Progress progress;
    try {
        progress = vm.resume(m_fiber);
    } catch (...) {
        m_fiber.running = false;
        throw;
    }
    m_fiber.running = false;
    if (progress != Progress::Yielded)
        return false;
    value = std::exchange(m_fiber.result, Object());
    return true;
}

void Generator::traverse(const Visitor &visit)
{
    for (const FramePtr &frame : m_fiber.frames)
        frame->traverse(visit);
    visit(m_fiber.result);
}

Object Generator::copyFor(Copier &) const
{
    return Iterator::of("generator", [](Machine &, Object &) -> bool {
        throw RuntimeError(
            u"a generator that was begun in one cell cannot go on in a cell that runs in parallel"_s);
    });
}

} // namespace heddle::script
