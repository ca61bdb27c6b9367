#include "orm/script/vm.h"

#include "orm/objects/transaction.h"

#include "orm/execution/runner.h"
#include "orm/notation/diagnostics.h"
#include "orm/script/border.h"
#include "orm/script/callables.h"
#include "orm/script/containers.h"
#include "orm/script/deadlinewatch.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/natives.h"
#include "orm/script/operators.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object pop(Frame &frame)
{
    Object top = std::move(frame.stack.back());
    frame.stack.pop_back();
    return top;
}

} // namespace

Frame::Frame(CodePtr made) : code(std::move(made)), slots(std::size_t(code->slotNames.size()))
{
}

void Frame::traverse(const Visitor &visit)
{
    for (Objects *held : {&slots, &stack, &handling}) {
        for (Object &object : *held)
            visit(object);
    }
}

Machine::Machine(InterpreterOptions given, Heap *heap)
    : options(std::move(given)), m_heap(heap), m_warnings(std::make_shared<WarningQueue>())
{
    m_loop = std::make_unique<EventLoop>(*this);
    m_border = std::make_unique<Border>(*this);
    m_heap->setLimit(options.limits.memoryBytes);
}

Machine::~Machine() = default;

Machine::Depth::Depth(Machine &vm, const char *doing) : m_vm(vm)
{
    if (vm.m_side.depth >= vm.options.limits.recursionDepth)
        throw RecursionError(
            u"maximum recursion depth exceeded %1"_s.arg(QLatin1String(doing)).trimmed());
    ++vm.m_side.depth;
}

Machine::Depth::~Depth()
{
    --m_vm.m_side.depth;
}

Object Machine::lookup(const QString &name)
{
    if (const auto found = globals.find(name); found != globals.end())
        return found->second;
    if (lazyNames) {
        if (Object value = lazyNames(name))
            return value;
    }
    return builtin(*this, name);
}

QStringList Machine::knownNames() const
{
    QStringList names = builtinNames();
    for (const auto &[name, value] : globals)
        names.append(name);
    if (const ModelRegistry *registry = models()) {
        for (const auto &model : registry->models())
            names.append(model->name);
    }
    return names;
}

void Machine::unboundName(const QString &name)
{
    throw NameError(u"name '%1' is not defined"_s.arg(name),
                    notation::suggestionFor(name, knownNames()));
}

// --- Calls ---

FramePtr Machine::frameFor(const Object &function, Arguments &arguments)
{
    const Function &f = *function.as<Function>();
    auto frame = std::make_unique<Frame>(f.code());
    f.bind(*frame, arguments);
    return frame;
}

Object Machine::call(const Object &callee, Arguments arguments)
{
    if (!callee.isHeap())
        throw TypeError(u"'%1' object is not callable"_s.arg(callee.typeName()));
    if (!callee.isKind(Kind::Function) || callee.as<Function>()->code()->async) {
        const Depth depth(*this, "");
        return callee.heap()->call(*this, arguments);
    }
    Fiber fiber;
    fiber.lane = lane();
    fiber.span = span();
    fiber.frames.push_back(frameFor(callee, arguments));
    resume(fiber); // a def that is not async cannot wait
    return fiber.result;
}

Progress Machine::resume(Fiber &fiber)
{
    // The frames of a fiber count towards the depth while it runs.
    const int depth = m_side.depth;
    if (m_side.depth + int(fiber.frames.size()) > options.limits.recursionDepth)
        throw RecursionError(u"maximum recursion depth exceeded"_s);
    m_side.depth += int(fiber.frames.size());
    const Heap::Scope scope(m_heap);
    m_side.running.push_back(&fiber);
    const auto leave = [&] {
        m_side.running.pop_back();
        m_side.depth = depth;
    };
    for (;;) {
        Object exception;
        try {
            const Progress progress = execute(fiber);
            leave();
            return progress;
        } catch (...) {
            exception = wrapCurrentException();
        }
        try {
            unwind(fiber, exception);
        } catch (...) {
            leave();
            throw;
        }
    }
}

Object Machine::wrapCurrentException()
{
    try {
        throw;
    } catch (const ScriptRaise &raise) {
        return raise.exception;
    } catch (const OrmError &error) {
        return Exception::fromError(error);
    } catch (const std::bad_alloc &) {
        return Exception::fromError(LimitExceeded(u"The script needs more memory than there is"_s));
    } catch (const std::exception &error) {
        return Exception::fromError(RuntimeError(QString::fromUtf8(error.what())));
    }
}

void Machine::unwind(Fiber &fiber, const Object &object)
{
    Exception &exception = *object.as<Exception>();
    while (!fiber.frames.empty()) {
        Frame &frame = *fiber.frames.back();
        const Position at = frame.position();
        if (exception.line == 0) {
            exception.line = at.line;
            exception.column = at.column;
        }
        exception.traceback.push_back({at.line, at.column, frame.code->name});
        if (!frame.handlers.empty() && !exception.isFatal()) {
            const Frame::Handler handler = frame.handlers.back();
            frame.handlers.pop_back();
            frame.stack.resize(handler.stackDepth);
            frame.handling.resize(handler.handlingDepth);
            frame.stack.push_back(object);
            frame.ip = std::size_t(handler.target);
            frame.resumed = true;
            return;
        }
        fiber.frames.pop_back();
        if (!fiber.frames.empty())
            --m_side.depth;
    }
    throw ScriptRaise{object};
}

void Machine::enter(Fiber &fiber, Frame *&frame, const Object &callee, Arguments &arguments)
{
    const Function *function = callee.as<Function>();
    if (!function || function->code()->async) {
        Object result;
        if (callee.isHeap())
            result = callee.heap()->call(*this, arguments);
        else
            throw TypeError(u"'%1' object is not callable"_s.arg(callee.typeName()));
        fiber.frames.back()->stack.push_back(std::move(result));
        return;
    }
    if (m_side.depth >= options.limits.recursionDepth)
        throw RecursionError(u"maximum recursion depth exceeded"_s);
    fiber.frames.push_back(frameFor(callee, arguments));
    ++m_side.depth;
    frame = fiber.frames.back().get();
}

void Machine::doCall(Fiber &fiber, Frame *&frame, const Instruction &in)
{
    Arguments arguments;
    Object callee;
    Objects &stack = frame->stack;
    if (in.op == Op::CallUnpacked) {
        const Object named = pop(*frame), listed = pop(*frame);
        callee = pop(*frame);
        arguments.positional = listed.as<List>()->items();
        for (const HashTable::Entry &entry : named.as<Dict>()->table().entries()) {
            if (!entry.key.isEmpty())
                arguments.keywords.emplace_back(entry.key.text(), entry.value);
        }
    } else {
        const QStringList *names =
            in.b >= 0 ? &frame->code->keywordNames[std::size_t(in.b)] : nullptr;
        if (names) {
            const std::size_t first = stack.size() - std::size_t(names->size());
            for (qsizetype i = 0; i < names->size(); ++i)
                arguments.keywords.emplace_back(names->at(i),
                                                std::move(stack[first + std::size_t(i)]));
            stack.resize(first);
        }
        const auto begin = stack.end() - in.a;
        arguments.positional.assign(std::make_move_iterator(begin),
                                    std::make_move_iterator(stack.end()));
        stack.erase(begin, stack.end());
        callee = pop(*frame);
    }
    enter(fiber, frame, callee, arguments);
}

// --- The loop ---

Progress Machine::execute(Fiber &fiber)
{
    Frame *frame = fiber.frames.back().get();
    if (fiber.throwing) {
        fiber.awaiting = Object();
        throw ScriptRaise{std::exchange(fiber.throwing, Object())};
    }
    if (fiber.awaiting) { // the Future that it slept on is done
        const Object awaited = std::exchange(fiber.awaiting, Object());
        frame->stack.push_back(awaited.as<Future>()->take());
    }
    Progress progress = Progress::Finished;
    do {
        tick();
        if (frame->resumed)
            frame->resumed = false; // a handler begins at ip itself
        else
            ++frame->ip;
    } while (step(fiber, frame, progress));
    return progress;
}

bool Machine::step(Fiber &fiber, Frame *&frame, Progress &progress)
{
    const Instruction in = frame->code->instructions[frame->ip];
    Objects &stack = frame->stack;
    const auto jump = [&](int target) { frame->ip = std::size_t(target) - 1; };
    switch (in.op) {
    case Op::Line:
        ++m_statements;
        break;
    case Op::LoadConst:
        stack.push_back(frame->code->constants[std::size_t(in.a)]);
        break;
    case Op::LoadNone:
        stack.push_back(Object::none());
        break;
    case Op::LoadSlot:
    case Op::StoreSlot:
    case Op::DeleteSlot:
    case Op::LoadCell:
    case Op::StoreCell:
    case Op::DeleteCell:
    case Op::NewCell:
    case Op::ClearSlot:
    case Op::LoadClosure:
        doSlot(*frame, in);
        break;
    case Op::LoadGlobal:
    case Op::StoreGlobal:
    case Op::DeleteGlobal:
        doGlobal(*frame, in);
        break;
    case Op::Pop:
        stack.pop_back();
        break;
    case Op::Dup:
        stack.push_back(Object(stack.back()));
        break;
    case Op::DupTwo:
        stack.push_back(Object(stack[stack.size() - 2]));
        stack.push_back(Object(stack[stack.size() - 2]));
        break;
    case Op::Swap:
        std::swap(stack[stack.size() - 1], stack[stack.size() - 2]);
        break;
    case Op::RotateThree:
        std::rotate(stack.end() - 3, stack.end() - 1, stack.end());
        break;
    case Op::LoadAttribute:
    case Op::StoreAttribute:
    case Op::DeleteAttribute:
    case Op::LoadItem:
    case Op::StoreItem:
    case Op::DeleteItem:
        doAccess(*frame, in);
        break;
    case Op::Binary:
    case Op::InPlace: {
        const Object right = pop(*frame);
        stack.back() =
            binaryObjects(*this, BinaryOp(in.a), Object(stack.back()), right, in.op == Op::InPlace);
        break;
    }
    case Op::Unary:
        if (in.a == 'n')
            stack.back() = Object::boolean(!truthOf(*this, Object(stack.back())));
        else
            stack.back() = unaryObject(*this, QChar(in.a), Object(stack.back()));
        break;
    case Op::Compare: {
        const Object right = pop(*frame);
        stack.back() = compareObjects(*this, CompareOp(in.a), Object(stack.back()), right);
        break;
    }
    case Op::Jump:
    case Op::JumpBack:
        jump(in.a);
        break;
    case Op::JumpIfFalse:
    case Op::JumpIfTrue:
        if (truthOf(*this, pop(*frame)) == (in.op == Op::JumpIfTrue))
            jump(in.a);
        break;
    case Op::JumpIfFalseOrPop:
    case Op::JumpIfTrueOrPop:
        if (truthOf(*this, Object(stack.back())) == (in.op == Op::JumpIfTrueOrPop))
            jump(in.a);
        else
            stack.pop_back();
        break;
    case Op::ForNext: {
        Object value;
        const Object iterator = stack.back();
        if (nextOf(*this, iterator, value)) {
            stack.push_back(std::move(value));
        } else {
            stack.pop_back();
            jump(in.a);
        }
        break;
    }
    case Op::Iterate:
        stack.back() = iterateObject(*this, Object(stack.back()));
        break;
    case Op::Call:
    case Op::CallUnpacked:
        doCall(fiber, frame, in);
        break;
    case Op::Await:
        if (!doAwait(fiber, frame)) {
            progress = Progress::Suspended;
            return false;
        }
        break;
    case Op::Yield:
        fiber.result = pop(*frame);
        progress = Progress::Yielded;
        return false;
    case Op::Return: {
        fiber.result = pop(*frame);
        if (fiber.frames.size() == 1) {
            fiber.frames.clear();
            progress = Progress::Finished;
            return false;
        }
        fiber.frames.pop_back();
        --m_side.depth;
        frame = fiber.frames.back().get();
        frame->stack.push_back(std::exchange(fiber.result, Object()));
        break;
    }
    case Op::StoreResult:
        m_result = pop(*frame);
        m_resultPosition = frame->position();
        break;
    case Op::BuildSlice:
    case Op::BuildList:
    case Op::BuildTuple:
    case Op::BuildSet:
    case Op::BuildDict:
    case Op::ListAppend:
    case Op::SetAdd:
    case Op::DictAdd:
    case Op::ListExtend:
    case Op::SetUpdate:
    case Op::DictUpdate:
    case Op::ListToTuple:
    case Op::FormatValue:
    case Op::JoinStrings:
        doBuild(*frame, in);
        break;
    case Op::UnpackSequence:
    case Op::UnpackStarred:
        doUnpack(*frame, in);
        break;
    case Op::AsyncReady:
        if (AsyncIterator *iterator = dynamic_cast<AsyncIterator *>(stack.back().heap())) {
            if (Object awaitable = iterator->ready(*this)) {
                stack.push_back(std::move(awaitable));
                break;
            }
        }
        jump(in.a);
        break;
    case Op::GroupBegin:
    case Op::GroupMatch:
    case Op::GroupRaised:
    case Op::GroupEnd:
        doGroup(*frame, in);
        break;
    case Op::AsyncIterate:
    case Op::WithEnter:
    case Op::AsyncWithEnter:
    case Op::WithExit:
    case Op::AsyncWithExit:
        doContext(*frame, in);
        break;
    case Op::PushHandler:
    case Op::PopHandler:
    case Op::BeginHandler:
    case Op::EndHandler:
    case Op::LoadException:
    case Op::MatchException:
    case Op::Raise:
    case Op::Reraise:
    case Op::AssertFailed:
        doException(*frame, in);
        break;
    case Op::MakeFunction:
    case Op::MakeGenerator:
    case Op::Import:
    case Op::ImportName:
        doFunction(*frame, in);
        break;
    }
    return true;
}

} // namespace heddle::script
