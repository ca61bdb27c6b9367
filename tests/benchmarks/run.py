"""Runs heddle_bench's tasks in turns and prints a table with ratios to the plain C loops.

    run.py PROGRAM [--rounds N] [--only TEXT] [--no-postgres]

SQLite's files are made beside the program's build folder (BENCH_SQLITE overrides). PostgreSQL is a
private server on loopback, started here and stopped at the end, unless PGHOST already names one.
"""
import argparse
import glob
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

TASKS = {
    "P1": ("1,000,000 books", ["p1raw", "p1", "p1typed", "p1qt"]),
    "P2": ("20,000 point gets", ["p2raw", "p2", "p2typed", "p2async", "p2qt"]),
    "P3": ("200,000 inserts", ["p3raw", "p3", "p3qt"]),
    "P4": ("200,000 books with author and publisher", ["p4raw", "p4", "p4qt"]),
    "P5": ("2,000 authors and their books", ["p5raw", "p5", "p5qt"]),
}
POSTGRES_TASKS = {
    "P6-sleep": ("8 x pg_sleep(0.1) at once", ["p6sleepraw", "p6sleep", "p6sleepthreads"]),
    "P6-agg": ("4 aggregates, 2 connections", ["p6aggraw", "p6agg", "p6aggthreads"]),
    "P7": ("20,000 point gets, 1,000 outstanding", ["p7raw", "p7stmt", "p7", "p7threads", "p7raw10"]),
}


class Server:
    """A PostgreSQL of our own; tuned so that checkpoints and autovacuum stay out of the figures."""

    def __init__(self, folder):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        if not found:
            raise RuntimeError("no PostgreSQL server is installed")
        self.bin = os.path.dirname(found[-1])
        self.folder = folder
        self.user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]

    def call(self, *words):
        subprocess.run(self.user + [os.path.join(self.bin, words[0]), *words[1:]], check=True,
                       cwd=self.folder, stdout=subprocess.DEVNULL)

    def __enter__(self):
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        data = os.path.join(self.folder, "data")
        self.call("initdb", "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "bench")
        settings = {"port": self.port, "listen_addresses": "'127.0.0.1'", "shared_buffers": "1GB",
                    "unix_socket_directories": f"'{self.folder}'", "work_mem": "64MB",
                    "max_wal_size": "8GB", "checkpoint_timeout": "1h", "jit": "off",
                    "max_parallel_workers_per_gather": 0, "autovacuum": "off"}
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as f:
            f.writelines(f"{k} = {v}\n" for k, v in settings.items())
        self.call("pg_ctl", "-D", data, "-l", os.path.join(self.folder, "log"), "-w", "start")
        self.call("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "bench")
        os.environ.update(PGHOST="127.0.0.1", PGPORT=str(self.port), PGUSER="bench", PGDATABASE="bench",
                          PGSSLMODE="disable")
        return self

    def __exit__(self, *_):
        self.call("pg_ctl", "-D", os.path.join(self.folder, "data"), "-m", "fast", "-w", "stop")


def run(program, backend, task):
    """The figures of one task, or None with the reason on standard error."""
    if task.startswith("p3"):
        subprocess.run([program, backend, "empty"], check=True)
    done = subprocess.run([program, backend, task], capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{backend} {task}: {done.stderr.strip()}", file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def tasks_of(backend):
    return {**TASKS, **POSTGRES_TASKS} if backend == "pg" else TASKS


def measure(program, backend, rounds, only):
    results = {}
    wanted = [(name, task) for name, (_, tasks) in tasks_of(backend).items() for task in tasks if only in task]
    for number in range(rounds):
        # Every other round backwards, so that nobody always comes after the same neighbour.
        for name, task in wanted if number % 2 == 0 else reversed(wanted):
            figures = run(program, backend, task)
            if figures:
                results.setdefault((name, figures["system"]), []).append(figures)
    return results


def table(backend, results):
    print(f"\n{backend}\n")
    print("| task | system | median s | min s | ratio | peak MB |")
    print("|---|---|---:|---:|---:|---:|")
    for name, (what, _) in tasks_of(backend).items():
        rows = {system: runs for (task, system), runs in results.items() if task == name}
        base = rows.get("plain-loop")
        checks = {run["check"] for runs in rows.values() for run in runs}
        for system, runs in rows.items():
            seconds = statistics.median(r["seconds"] for r in runs)
            ratio = seconds / statistics.median(r["seconds"] for r in base) if base else float("nan")
            print(f"| {name} {what} | {system} | {seconds:.4f} | {min(r['seconds'] for r in runs):.4f} |"
                  f" {ratio:.2f} | {max(r['peak_rss_kb'] for r in runs) / 1024:.0f} |")
        if len(checks) > 1:
            print(f"{name}: the systems do not agree on the check: {sorted(checks)}", file=sys.stderr)


def bench(program, backend, arguments):
    have = os.environ.get("BENCH_SQLITE") if backend == "sqlite" else None
    if not (have and os.path.exists(have) and os.path.getsize(have)):
        print(f"Writing 1,000,000 books for {backend} ...", file=sys.stderr)
        subprocess.run([program, backend, "generate"], check=True)
    table(backend, measure(program, backend, arguments.rounds, arguments.only))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only tasks whose name contains this")
    parser.add_argument("--no-postgres", action="store_true")
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    build = pathlib.Path(program).parent.parent
    os.environ.setdefault("BENCH_SQLITE", str(build / "bench.sqlite"))
    os.environ.setdefault("BENCH_SQLITE_P3", str(build / "bench-inserts.sqlite"))
    bench(program, "sqlite", arguments)
    if arguments.no_postgres:
        return
    if "PGHOST" in os.environ:
        bench(program, "pg", arguments)
        return
    with tempfile.TemporaryDirectory(prefix="heddle-bench-") as folder:
        try:
            with Server(folder):
                bench(program, "pg", arguments)
        except RuntimeError as problem:
            print(f"PostgreSQL is left out: {problem}", file=sys.stderr)


if __name__ == "__main__":
    main()
