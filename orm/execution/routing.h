#pragma once

#include "orm/execution/runner.h"

#include <QStringList>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace heddle {

/// What tells how far a replica is behind, where the database can: each gives one number, how much
/// of its log the primary has written, and how much of that a replica has taken over. Empty: a
/// replica is only asked whether it lives.
struct ReplicaProbe {
    QByteArray written;
    QByteArray replayed;
};

/// A database that has copies: what only reads goes to one of the replicas in turn, everything else
/// to the primary. Any thread.
///
/// A replica that cannot be reached, or that is further behind than `maxLag`, is left out until it
/// is well again. A read that lost its replica before any of its rows were seen is asked again
/// elsewhere, at last on the primary; nothing else is ever sent twice. What asks for a transaction,
/// or runs while its thread has one open, goes to the primary, and so does every plan that says
/// that it writes (PlanContext::write) or joins.
class RoutingRunner final : public Runner {
public:
    struct Member {
        QString alias;
        std::unique_ptr<Runner> runner;
        QString problem; // a replica that is left out from the start: why; empty: it is well
    };
    struct Options {
        /// A replica that is further behind takes no reads; 0: however far.
        std::chrono::milliseconds maxLag{0};
        /// How often replicas are looked at.
        std::chrono::milliseconds probeEvery{1000};
        /// Who takes longer to answer such a look is not well.
        std::chrono::milliseconds patience{1000};
        ReplicaProbe probe;
    };
    /// What is known of a replica now.
    struct ReplicaState {
        QString alias;
        bool healthy = true;
        std::chrono::milliseconds lag{0}; // as it was seen last
        QString problem;                  // why it is left out
    };

    RoutingRunner(Member primary, std::vector<Member> replicas, Options options);
    ~RoutingRunner() override;

    /// The runner of one of them, whose plans all go there; null for a name that is none. The
    /// primary is "primary" and, as in Django, "default".
    Runner *member(const QString &alias) const;
    QStringList aliases() const;
    std::vector<ReplicaState> replicas() const;

    Stats stats() const override;
    void setTraceSink(TraceSink *sink) override;
    void cancelSync(std::uint16_t traceThread) override;
    void shutdown(std::chrono::milliseconds within = std::chrono::milliseconds(2000)) override;
    std::shared_ptr<Session> openSession(const PlanContext &context) override;
    bool inTransactionHere() const override;

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;

private:
    struct Shared; // outlives this while a plan is still on its way
    const std::shared_ptr<Shared> m_shared;
    std::thread m_watch;
};

} // namespace heddle
