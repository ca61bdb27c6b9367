#pragma once

#include "orm/execution/runner.h"

namespace heddle::detail {

/// One of several databases that hold the same: its plans are marked with its name.
class AliasRunner final : public Runner {
public:
    AliasRunner(QString alias, std::unique_ptr<Runner> runner)
        : m_alias(std::move(alias)), m_name(m_alias.toUtf8()), m_runner(std::move(runner))
    {
    }

    const QString &alias() const { return m_alias; }
    Stats stats() const override { return m_runner->stats(); }
    void setTraceSink(TraceSink *sink) override { m_runner->setTraceSink(sink); }
    void cancelSync(std::uint16_t thread) override { m_runner->cancelSync(thread); }
    void shutdown(std::chrono::milliseconds within) override { m_runner->shutdown(within); }
    bool inTransactionHere() const override { return m_runner->inTransactionHere(); }
    std::shared_ptr<Session> openSession(const PlanContext &context) override
    {
        return m_runner->openSession(named(context));
    }

protected:
    void runHere(JobBase &job, const PlanContext &context) override
    {
        m_runner->runJob(job, named(context));
    }
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override
    {
        m_runner->enqueueJob(std::move(job), named(context));
    }

private:
    PlanContext named(PlanContext context) const
    {
        context.database = m_name;
        return context;
    }

    const QString m_alias;
    const QByteArray m_name;
    const std::unique_ptr<Runner> m_runner;
};

} // namespace heddle::detail
