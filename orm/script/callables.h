#pragma once

#include "orm/script/vm.h"

namespace heddle::script {

/// A variable that a nested def or generator shares with the code around it.
class Cell final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Cell;
    explicit Cell(Object value = {}) : HeapObject(kKind), value(std::move(value)) {}
    QString typeName() const override { return QStringLiteral("cell"); }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(value); }
    Object copyFor(Copier &copier) const override;

    Object value;
};

/// A def. Names that it does not bind are looked up in the globals of whoever runs it.
class Function final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Function;
    Function(CodePtr code, Objects defaults, Objects closure);

    const CodePtr &code() const { return m_code; }
    const Objects &closure() const { return m_closure; }
    /// Puts a call's arguments into the frame's slots; throws TypeError as Python does.
    void bind(Frame &frame, Arguments &arguments) const;

    QString typeName() const override { return QStringLiteral("function"); }
    QString repr(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    Object call(Machine &vm, Arguments &arguments) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    void fillDefaults(Frame &frame) const;
    [[noreturn]] void tooMany(std::size_t positional, std::size_t withDefault,
                              std::size_t given) const;
    CodePtr m_code;
    Objects m_defaults; // of the parameters that have one, in order
    Objects m_closure;  // Cells
};

/// A generator expression under way.
class Generator final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Generator;
    explicit Generator(FramePtr frame);
    QString typeName() const override { return QStringLiteral("generator"); }
    Object iterate(Machine &) override { return Object::share(this); }
    bool next(Machine &vm, Object &value) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    Fiber m_fiber;
};

} // namespace heddle::script
