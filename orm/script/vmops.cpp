#include "orm/script/callables.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object pop(Frame &frame)
{
    Object top = std::move(frame.stack.back());
    frame.stack.pop_back();
    return top;
}

Objects popMany(Frame &frame, int count)
{
    Objects &stack = frame.stack;
    const auto begin = stack.end() - count;
    Objects items(std::make_move_iterator(begin), std::make_move_iterator(stack.end()));
    stack.erase(begin, stack.end());
    return items;
}

} // namespace

// --- Variables, attributes, elements ---

void Machine::doSlot(Frame &frame, const Instruction &in)
{
    Object &slot = frame.slots[std::size_t(in.a)];
    const QString &name = frame.code->slotNames[in.a];
    const auto refuseUnbound = [&](const Object &value) {
        if (value.isEmpty())
            throw raised(
                "UnboundLocalError",
                u"cannot access local variable '%1' where it is not associated with a value"_s.arg(
                    name));
    };
    if (in.op == Op::LoadSlot) {
        refuseUnbound(slot);
        frame.stack.push_back(slot);
        return;
    }
    if (in.op == Op::StoreSlot) {
        slot = pop(frame);
        return;
    }
    if (in.op == Op::DeleteSlot) {
        refuseUnbound(slot);
        slot = Object();
        return;
    }
    if (in.op == Op::LoadCell) {
        if (slot.as<Cell>()->value.isEmpty() && in.a >= frame.code->firstClosureSlot)
            throw NameError(
                u"cannot access free variable '%1' where it is not associated with a value in enclosing scope"_s
                    .arg(name));
        refuseUnbound(slot.as<Cell>()->value);
        frame.stack.push_back(slot.as<Cell>()->value);
        return;
    }
    if (in.op == Op::StoreCell) {
        slot.as<Cell>()->value = pop(frame);
        return;
    }
    if (in.op == Op::DeleteCell) {
        refuseUnbound(slot.as<Cell>()->value);
        slot.as<Cell>()->value = Object();
        return;
    }
    if (in.op == Op::NewCell) {
        slot = Object::make<Cell>(in.b ? slot : Object());
        return;
    }
    if (in.op == Op::ClearSlot) {
        slot = Object();
        return;
    }
    if (in.op == Op::LoadClosure) {
        frame.stack.push_back(slot);
        return;
    }
}

void Machine::doGlobal(Frame &frame, const Instruction &in)
{
    const QString &name = frame.code->names[std::size_t(in.a)];
    if (in.op == Op::LoadGlobal) {
        Object value = lookup(name);
        if (value.isEmpty())
            unboundName(name);
        frame.stack.push_back(std::move(value));
    } else if (in.op == Op::StoreGlobal) {
        globals[name] = pop(frame);
        touched[name] = true;
    } else {
        if (globals.erase(name) == 0)
            unboundName(name);
        touched[name] = false;
    }
}

void Machine::doAccess(Frame &frame, const Instruction &in)
{
    Objects &stack = frame.stack;
    if (in.op == Op::LoadAttribute) {
        stack.back() =
            attributeOf(*this, Object(stack.back()), frame.code->names[std::size_t(in.a)]);
    } else if (in.op == Op::StoreAttribute) {
        const Object target = pop(frame), value = pop(frame);
        const QString &name = frame.code->names[std::size_t(in.a)];
        if (!target.isHeap() || name.startsWith(u"__"))
            throw noAttribute(*this, target, name);
        target.heap()->setAttribute(*this, name, value);
    } else if (in.op == Op::DeleteAttribute) {
        throw TypeError(
            u"attributes of '%1' objects cannot be deleted"_s.arg(pop(frame).typeName()));
    } else if (in.op == Op::LoadItem) {
        const Object key = pop(frame);
        stack.back() = itemOf(*this, Object(stack.back()), key);
    } else if (in.op == Op::StoreItem) {
        const Object key = pop(frame), target = pop(frame), value = pop(frame);
        if (!target.isHeap())
            throw TypeError(
                u"'%1' object does not support item assignment"_s.arg(target.typeName()));
        target.heap()->setItem(*this, key, value);
    } else {
        const Object key = pop(frame), target = pop(frame);
        if (!target.isHeap())
            throw TypeError(u"'%1' object doesn't support item deletion"_s.arg(target.typeName()));
        target.heap()->deleteItem(*this, key);
    }
}

// --- Building and unpacking ---

void Machine::doBuild(Frame &frame, const Instruction &in)
{
    Objects &stack = frame.stack;
    if (in.op == Op::BuildSlice) {
        Objects parts = popMany(frame, 3);
        stack.push_back(Object::make<Slice>(parts[0], parts[1], parts[2]));
        return;
    }
    if (in.op == Op::BuildList) {
        stack.push_back(List::of(popMany(frame, in.a)));
        return;
    }
    if (in.op == Op::BuildTuple) {
        stack.push_back(Tuple::of(popMany(frame, in.a)));
        return;
    }
    if (in.op == Op::BuildSet) {
        const Objects items = popMany(frame, in.a);
        Object set = Object::make<Set>();
        for (const Object &item : items)
            set.as<Set>()->add(*this, item);
        stack.push_back(std::move(set));
        return;
    }
    if (in.op == Op::BuildDict) {
        const Objects items = popMany(frame, 2 * in.a);
        Object dict = Object::make<Dict>();
        for (std::size_t i = 0; i < items.size(); i += 2)
            dict.as<Dict>()->set(*this, items[i], items[i + 1]);
        stack.push_back(std::move(dict));
        return;
    }
    if (in.op == Op::ListAppend) {
        Object value = pop(frame);
        stack[stack.size() - 1 - std::size_t(in.a)].as<List>()->append(std::move(value));
        return;
    }
    if (in.op == Op::SetAdd) {
        const Object value = pop(frame);
        stack[stack.size() - 1 - std::size_t(in.a)].as<Set>()->add(*this, value);
        return;
    }
    if (in.op == Op::DictAdd) {
        const Object value = pop(frame), key = pop(frame);
        stack[stack.size() - 1 - std::size_t(in.a)].as<Dict>()->set(*this, key, value);
        return;
    }
    if (in.op == Op::ListExtend) {
        const Object iterable = pop(frame);
        stack.back().as<List>()->extend(*this, iterable);
        return;
    }
    if (in.op == Op::SetUpdate) {
        const Object iterable = pop(frame), set = stack.back();
        forEach(*this, iterable, [&](const Object &item) {
            set.as<Set>()->add(*this, item);
            return true;
        });
        return;
    }
    if (in.op == Op::DictUpdate) {
        doDictUpdate(frame, in.b != 0);
        return;
    }
    if (in.op == Op::ListToTuple) {
        stack.back() = Tuple::of(stack.back().as<List>()->items());
        return;
    }
    if (in.op == Op::FormatValue) {
        const Object spec = in.b ? pop(frame) : Object();
        Object value = stack.back();
        if (in.a == 'r' || in.a == 'a')
            value = Object::str(in.a == 'a' ? asciiOf(reprOf(*this, value)) : reprOf(*this, value));
        else if (in.a == 's')
            value = Object::str(strOf(*this, value));
        stack.back() =
            Object::str(formatObject(*this, value, spec.isEmpty() ? QString() : spec.text()));
        return;
    }
    if (in.op == Op::JoinStrings) {
        QString text;
        for (const Object &part : popMany(frame, in.a)) {
            Heap::current()->require(std::uint64_t(text.size() + part.text().size()) * 2);
            text += part.text();
        }
        stack.push_back(Object::str(text));
        return;
    }
}

void Machine::doDictUpdate(Frame &frame, bool isCall)
{
    const Object more = pop(frame), target = frame.stack.back();
    Dict *given = more.as<Dict>();
    if (!given)
        throw TypeError(isCall
                            ? u"argument after ** must be a mapping, not %1"_s.arg(more.typeName())
                            : u"'%1' object is not a mapping"_s.arg(more.typeName()));
    if (isCall) {
        for (const HashTable::Entry &entry : given->table().entries()) {
            if (entry.key.isEmpty())
                continue;
            if (!entry.key.isStr())
                throw TypeError(u"keywords must be strings"_s);
            if (target.as<Dict>()->getText(entry.key.text()))
                throw TypeError(
                    u"got multiple values for keyword argument '%1'"_s.arg(entry.key.text()));
        }
    }
    target.as<Dict>()->update(*this, more);
}

void Machine::doUnpack(Frame &frame, const Instruction &in)
{
    const Object iterable = pop(frame);
    Object iterator;
    try {
        iterator = iterateObject(*this, iterable);
    } catch (const TypeError &) {
        throw TypeError(u"cannot unpack non-iterable %1 object"_s.arg(iterable.typeName()));
    }
    const bool starred = in.op == Op::UnpackStarred;
    const std::size_t wanted = std::size_t(starred ? in.a + in.b : in.a);
    Objects items;
    Object value;
    while ((starred || items.size() <= wanted) && nextOf(*this, iterator, value)) {
        tick();
        items.push_back(std::move(value));
    }
    if (items.size() < wanted)
        throw ValueError(u"not enough values to unpack (expected %1%2, got %3)"_s
                             .arg(starred ? u"at least "_s : QString())
                             .arg(wanted)
                             .arg(items.size()));
    if (!starred && items.size() > wanted)
        throw ValueError(u"too many values to unpack (expected %1)"_s.arg(wanted));
    if (starred) {
        const auto first = items.begin() + in.a, last = items.end() - in.b;
        Object rest = List::of(Objects(first, last));
        items.erase(first, last);
        items.insert(items.begin() + in.a, std::move(rest));
    }
    frame.stack.insert(frame.stack.end(), std::make_move_iterator(items.rbegin()),
                       std::make_move_iterator(items.rend()));
}

// --- Functions and imports ---

void Machine::doFunction(Frame &frame, const Instruction &in)
{
    if (in.op == Op::Import) {
        frame.stack.push_back(importModule(*this, frame.code->names[std::size_t(in.a)]));
        return;
    }
    if (in.op == Op::ImportName) {
        frame.stack.push_back(
            importFrom(*this, Object(frame.stack.back()), frame.code->names[std::size_t(in.a)]));
        return;
    }
    const CodePtr &code = frame.code->codes[std::size_t(in.a)];
    if (in.op == Op::MakeFunction) {
        Objects cells = popMany(frame, code->closureSlots);
        Objects defaults = popMany(frame, in.b);
        frame.stack.push_back(Object::make<Function>(code, std::move(defaults), std::move(cells)));
        return;
    }
    const Object iterable = pop(frame);
    Objects cells = popMany(frame, code->closureSlots);
    auto inner = std::make_unique<Frame>(code);
    inner->slots[0] = iterateObject(*this, iterable);
    std::move(cells.begin(), cells.end(), inner->slots.begin() + code->firstClosureSlot);
    frame.stack.push_back(Object::make<Generator>(std::move(inner)));
}

// --- Exceptions and contexts ---

namespace {

Object exceptionFrom(Machine &vm, const Object &object)
{
    if (object.isKind(Kind::Exception))
        return object;
    if (object.isKind(Kind::ExceptionType))
        return vm.call(object, {});
    throw TypeError(u"exceptions must derive from BaseException"_s);
}

bool matchesAny(const Exception &exception, const Object &wanted)
{
    if (const ExceptionType *type = wanted.as<ExceptionType>())
        return exception.matches(*type);
    const Tuple *several = wanted.as<Tuple>();
    if (!several)
        throw TypeError(
            u"catching classes that do not inherit from BaseException is not allowed"_s);
    for (const Object &one : several->items()) {
        if (matchesAny(exception, one))
            return true;
    }
    return false;
}

} // namespace

void Machine::doException(Frame &frame, const Instruction &in)
{
    if (in.op == Op::PushHandler) {
        frame.handlers.push_back({in.a, std::uint32_t(frame.stack.size() - std::size_t(in.b)),
                                  std::uint32_t(frame.handling.size())});
        return;
    }
    if (in.op == Op::PopHandler) {
        frame.handlers.pop_back();
        return;
    }
    if (in.op == Op::BeginHandler) {
        frame.handling.push_back(pop(frame));
        return;
    }
    if (in.op == Op::EndHandler) {
        frame.handling.pop_back();
        return;
    }
    if (in.op == Op::LoadException) {
        frame.stack.push_back(frame.handling.back());
        return;
    }
    if (in.op == Op::MatchException) {
        frame.stack.back() = Object::boolean(
            matchesAny(*frame.handling.back().as<Exception>(), Object(frame.stack.back())));
        return;
    }
    if (in.op == Op::Raise) {
        if (in.a == 0) {
            const Object current = exceptionUnderWay();
            if (current.isEmpty())
                throw RuntimeError(u"No active exception to reraise"_s);
            throw ScriptRaise{current};
        }
        const Object cause = in.a == 2 ? pop(frame) : Object();
        const Object exception = exceptionFrom(*this, pop(frame));
        exception.as<Exception>()->line = 0; // raised here, wherever it was made or raised before
        exception.as<Exception>()->traceback.clear();
        if (!cause.isEmpty() && !cause.isNone())
            exception.as<Exception>()->cause = exceptionFrom(*this, cause);
        throw ScriptRaise{exception};
    }
    if (in.op == Op::Reraise) {
        throw ScriptRaise{Object(frame.handling.back())};
    }
    if (in.op == Op::AssertFailed) {
        Arguments arguments;
        if (in.a)
            arguments.positional.push_back(pop(frame));
        throw ScriptRaise{call(exceptionType(u"AssertionError"_s), std::move(arguments))};
    }
}

Object Machine::exceptionUnderWay() const
{
    // A bare `raise` may stand in a function that a handler calls.
    for (auto fiber = m_side.running.rbegin(); fiber != m_side.running.rend(); ++fiber) {
        for (auto frame = (*fiber)->frames.rbegin(); frame != (*fiber)->frames.rend(); ++frame) {
            if (!(*frame)->handling.empty())
                return (*frame)->handling.back();
        }
    }
    return {};
}

void Machine::doContext(Frame &frame, const Instruction &in)
{
    if (in.op == Op::AsyncIterate) {
        // Taken off the stack: rows that nobody else holds need not be kept.
        const Object iterable = pop(frame);
        Object awaitable = iterable.isHeap() ? iterable.heap()->asyncIterate(*this) : Object();
        if (awaitable.isEmpty())
            throw TypeError(u"'async for' requires an object with __aiter__ method, got %1"_s.arg(
                iterable.typeName()));
        frame.stack.push_back(std::move(awaitable));
        return;
    }
    const bool async = in.op == Op::AsyncWithEnter || in.op == Op::AsyncWithExit;
    if (in.op == Op::WithEnter || in.op == Op::AsyncWithEnter) {
        Context *context = frame.stack.back().as<Context>();
        if (!context)
            throw TypeError(u"'%1' object does not support the %2context manager protocol"_s.arg(
                frame.stack.back().typeName(), async ? u"asynchronous "_s : QString()));
        frame.stack.push_back(async ? context->asyncEnter(*this) : context->enter(*this));
        return;
    }
    const Object context = pop(frame);
    const Object exception = in.a ? frame.handling.back() : Object();
    frame.stack.push_back(async ? context.as<Context>()->asyncExit(*this, exception)
                                : Object::boolean(context.as<Context>()->exit(*this, exception)));
}

bool Machine::doAwait(Fiber &fiber, Frame *&frame)
{
    const Object awaitable = pop(*frame);
    if (Coroutine *coroutine = awaitable.as<Coroutine>(); coroutine && !coroutine->isNative()) {
        FramePtr inner = coroutine->takeFrame();
        if (m_side.depth >= options.limits.recursionDepth)
            throw RecursionError(u"maximum recursion depth exceeded"_s);
        fiber.frames.push_back(std::move(inner));
        ++m_side.depth;
        frame = fiber.frames.back().get();
        return true;
    }
    const Object future = m_loop->futureFor(awaitable);
    if (future.as<Future>()->isDone() && !future.as<Future>()->isPause()) {
        frame->stack.push_back(future.as<Future>()->take());
        return true;
    }
    fiber.awaiting = future;
    return false;
}

} // namespace heddle::script
