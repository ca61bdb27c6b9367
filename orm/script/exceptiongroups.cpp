#include "orm/script/exceptiongroups.h"

#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

bool isExceptionGroup(const Object &object)
{
    const Exception *exception = object.as<Exception>();
    return exception && exception->type().isSubclassOf(
                            *exceptionType(u"BaseExceptionGroup"_s).as<ExceptionType>());
}

Objects membersOf(const Object &group)
{
    const Objects &arguments = group.as<Exception>()->arguments();
    if (arguments.size() < 2)
        return {};
    if (const List *list = arguments[1].as<List>())
        return list->items();
    const Tuple *tuple = arguments[1].as<Tuple>();
    return tuple ? tuple->items() : Objects();
}

Object makeExceptionGroup(const Object &message, Objects members)
{
    bool plain = true;
    const Object ordinary = exceptionType(u"Exception"_s);
    for (const Object &member : members)
        plain = plain && member.as<Exception>()->type().isSubclassOf(*ordinary.as<ExceptionType>());
    return Object::make<Exception>(
        exceptionType(plain ? u"ExceptionGroup"_s : u"BaseExceptionGroup"_s),
        Objects{message, List::of(std::move(members))});
}

void checkGroupArguments(const QString &type, const Objects &arguments)
{
    if (arguments.size() != 2)
        throw TypeError(u"%1.__new__() takes exactly 2 arguments (%2 given)"_s.arg(
            u"BaseExceptionGroup"_s, QString::number(arguments.size())));
    if (!arguments[0].isStr())
        throw TypeError(u"argument 1 must be str, not %1"_s.arg(arguments[0].typeName()));
    const List *list = arguments[1].as<List>();
    const Tuple *tuple = arguments[1].as<Tuple>();
    if (!list && !tuple)
        throw TypeError(u"second argument (exceptions) must be a sequence"_s);
    const Objects &members = list ? list->items() : tuple->items();
    if (members.empty())
        throw ValueError(u"second argument (exceptions) must be a non-empty sequence"_s);
    const Object ordinary = exceptionType(u"Exception"_s);
    for (std::size_t i = 0; i < members.size(); ++i) {
        const Exception *member = members[i].as<Exception>();
        if (!member)
            throw ValueError(
                u"Item %1 of second argument (exceptions) is not an exception"_s.arg(i));
        if (type == u"ExceptionGroup" &&
            !member->type().isSubclassOf(*ordinary.as<ExceptionType>()))
            throw TypeError(u"Cannot nest BaseExceptions in an ExceptionGroup"_s);
    }
}

namespace {

bool takes(const Exception &exception, const Object &wanted)
{
    if (const ExceptionType *type = wanted.as<ExceptionType>())
        return exception.matches(*type);
    const Tuple *several = wanted.as<Tuple>();
    if (!several)
        throw TypeError(u"expected a function, exception type or tuple of exception types"_s);
    for (const Object &one : several->items()) {
        if (takes(exception, one))
            return true;
    }
    return false;
}

} // namespace

GroupParts splitExceptionGroup(Machine &vm, const Object &exception, const Object &wanted)
{
    const Machine::Depth depth(vm, "while splitting an exception group");
    if (takes(*exception.as<Exception>(), wanted))
        return {exception, {}};
    if (!isExceptionGroup(exception))
        return {{}, exception};
    Objects matching, others;
    for (const Object &member : membersOf(exception)) {
        const GroupParts parts = splitExceptionGroup(vm, member, wanted);
        if (!parts.match.isEmpty())
            matching.push_back(parts.match);
        if (!parts.rest.isEmpty())
            others.push_back(parts.rest);
    }
    if (matching.empty())
        return {{}, exception};
    const Object message = exception.as<Exception>()->arguments().front();
    GroupParts parts{makeExceptionGroup(message, std::move(matching)), {}};
    if (!others.empty())
        parts.rest = makeExceptionGroup(message, std::move(others));
    return parts;
}

namespace {

/// What an exception that is no group is for an except*: a group of one, a tuple as in Python.
Object nakedGroup(const Object &exception)
{
    const Object group = makeExceptionGroup(Object::str(""), {exception});
    const Exception &made = *group.as<Exception>();
    return Object::make<Exception>(exceptionType(made.type().name()),
                                   Objects{Object::str(""), Tuple::of({exception})});
}

Object orNone(const Object &object)
{
    return object.isEmpty() ? Object::none() : object;
}

Object split(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("split", a);
    const Object wanted = in.required("condition");
    in.end();
    const GroupParts parts = splitExceptionGroup(vm, self, wanted);
    return Tuple::of({orNone(parts.match), orNone(parts.rest)});
}

Object subgroup(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("subgroup", a);
    const Object wanted = in.required("condition");
    in.end();
    return orNone(splitExceptionGroup(vm, self, wanted).match);
}

Object derive(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("derive", a);
    const Objects members = listOf(vm, in.required("excs"));
    in.end();
    return makeExceptionGroup(self.as<Exception>()->arguments().front(), members);
}

constexpr NativeEntry kMethods[] = {
    {"derive", derive},
    {"split", split},
    {"subgroup", subgroup},
};

} // namespace

Object exceptionGroupAttribute(const Object &group, const QString &name)
{
    if (name == u"exceptions")
        return Tuple::of(membersOf(group));
    if (name == u"message") {
        const Objects &arguments = group.as<Exception>()->arguments();
        return arguments.empty() ? Object::str(QString()) : arguments.front();
    }
    return methodFrom(kMethods, group, name);
}

// --- except* ---

/// [state]: a list of what is left (or None), whether it was a group to begin with, and what the
/// clauses raised.
void Machine::doGroup(Frame &frame, const Instruction &in)
{
    enum { Rest, WasGroup, FirstRaised };
    const auto stateAt = [&](std::size_t below) -> List & {
        return *frame.stack[frame.stack.size() - 1 - below].as<List>();
    };
    if (in.op == Op::GroupBegin) {
        const Object exception = frame.handling.back();
        frame.stack.push_back(List::of({exception, Object::boolean(isExceptionGroup(exception))}));
    } else if (in.op == Op::GroupMatch) {
        const Object wanted = std::move(frame.stack.back());
        frame.stack.pop_back();
        Objects &state = stateAt(0).mutableItems();
        if (state[Rest].isNone()) {
            frame.stack.push_back(Object::boolean(false));
            return;
        }
        GroupParts parts = splitExceptionGroup(*this, state[Rest], wanted);
        if (!parts.match.isEmpty()) {
            state[Rest] = orNone(parts.rest);
            frame.handling.push_back(state[WasGroup].asBool() ? parts.match
                                                              : nakedGroup(parts.match));
        }
        frame.stack.push_back(Object::boolean(!parts.match.isEmpty()));
    } else if (in.op == Op::GroupRaised) {
        const Object raised = std::move(frame.stack.back());
        frame.stack.pop_back();
        stateAt(0).mutableItems().push_back(raised);
    } else {
        const Object state = std::move(frame.stack.back());
        frame.stack.pop_back();
        Objects left(state.as<List>()->items());
        const Object rest = left[Rest];
        left.erase(left.begin(), left.begin() + FirstRaised);
        if (left.empty() && !rest.isNone())
            throw ScriptRaise{rest};
        if (!left.empty()) {
            if (!rest.isNone())
                left.push_back(rest);
            throw ScriptRaise{makeExceptionGroup(Object::str(""), std::move(left))};
        }
        frame.handling.pop_back();
    }
}

} // namespace heddle::script
