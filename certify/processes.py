"""Work in other processes: in workers of this machine, on a Dask cluster, or by another program.
They all end when this process ends.

A worker is this Python. It reads tasks from its standard input and writes results to its standard
output. It has a session of its own, so Ctrl-C in a terminal reaches its parent only. It ends with
its parent in any case. When results are no longer wanted (an interrupt, a closed pipe, an
exception, a loop that is left) workers are killed at once. multiprocessing and joblib were tried:
their workers, or the processes that watch them, outlive a killed parent or complain about it.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import islice
from typing import IO, Any, TypeVar, cast

from certify.errors import CertifyError

__all__ = ["ClusterLost", "WorkerDied", "run_program", "serve", "shared_out", "shared_out_on"]

T = TypeVar("T")

_AHEAD = 3  # tasks for each worker that may be handed out before the first of them is wanted
_KEPT = 1000  # small results that may be kept until they are wanted
_LOOK = 0.2  # seconds between two looks at the parent
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


class WorkerDied(CertifyError):
    """The process that worked on a task died: it was killed, or ran out of memory."""


class ClusterLost(CertifyError):
    """The Dask cluster did not finish a task; the message says why, in one line."""


def shared_out(
    function: Callable[..., T],
    tasks: Sequence[tuple[Any, ...]],
    jobs: int,
    *,
    weights: Sequence[int] = (),
) -> Iterator[T | WorkerDied]:
    """function(*task) for each task, in the order of the tasks, in `jobs` processes (1: in this
    one). The function is defined at the head of a module.

    weights: of each task, roughly, where results are small. One worker at a time has the heaviest
    task that is left, so that the others do not wait for it in the end; they take the next in
    order, so that the first results come at once.

    If the process died on a task, a `WorkerDied` stands in the place of the result, and the other
    tasks are done. An exception of the function is raised in the place of its result.
    """
    size = min(jobs, len(tasks))
    if size <= 1:
        for task in tasks:
            yield function(*task)
        return
    threads = max(1, (os.cpu_count() or 1) // size)  # for the linear algebra of each worker
    idle: list[_Worker] = []
    busy: list[_Worker] = []
    done: dict[int, tuple[bool, Any]] = {}
    left = _Left(len(tasks), weights, _KEPT if weights else size * _AHEAD)
    try:
        for wanted in range(len(tasks)):
            while wanted not in done:
                while len(busy) < size:
                    given = left.take(wanted, {worker.task for worker in busy}, len(done))
                    if given is None:
                        break
                    worker = idle.pop() if idle else _Worker(threads)
                    busy.append(worker)
                    worker.begin(given, function, tasks[given])
                for worker in _ready(busy):
                    done[worker.task] = worker.result()
                    busy.remove(worker)
                    if worker.alive:
                        idle.append(worker)
            well, result = done.pop(wanted)
            if not well:
                raise result
            yield result
    finally:
        for worker in [*idle, *busy]:
            worker.kill()


class _Left:
    """The tasks that have not been handed out. No more are handed out while `most` results or more
    are worked on or kept, but for the one that is wanted.
    """

    def __init__(self, number: int, weights: Sequence[int], most: int) -> None:
        self._tasks = OrderedDict.fromkeys(range(number))
        self._by_weight = sorted(range(len(weights)), key=weights.__getitem__)
        self._heavy = -1  # the last that was handed out for its weight
        self._most = most

    def take(self, wanted: int, busy: AbstractSet[int], kept: int) -> int | None:
        """The next task, or None for none; busy: those that are worked on; kept: how many are
        done.
        """
        task = next(iter(self._tasks), None)
        if len(busy) + kept >= self._most and task != wanted:
            return None
        while self._by_weight and self._by_weight[-1] not in self._tasks:
            self._by_weight.pop()
        if self._by_weight and self._heavy not in busy and len(busy) + kept < self._most:
            task = self._heavy = self._by_weight.pop()
        if task is not None:
            del self._tasks[task]
        return task


def _ready(busy: list[_Worker]) -> list[_Worker]:
    """Wait until some of them can be read."""
    poll = select.poll()  # not select(), which ends at 1024 open files
    known = {worker.fileno(): worker for worker in busy}
    for file in known:
        poll.register(file, select.POLLIN)
    return [known[file] for file, _ in poll.poll()]


class _Worker:
    """One of our processes, and the number of the task it has."""

    def __init__(self, threads: int) -> None:
        limits = {name: str(threads) for name in _THREADS if name not in os.environ}
        # Python passes over anything else
        path = [entry for entry in sys.path if isinstance(entry, str)]
        code = (
            f"import sys; sys.path[:] = {path!r}; from certify.processes import serve;"
            f" serve({os.getpid()})"
        )
        self.process = subprocess.Popen(
            [sys.executable, *_flags(), "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | limits,
            start_new_session=True,
        )
        self._tasks = cast("IO[bytes]", self.process.stdin)
        self._results = cast("IO[bytes]", self.process.stdout)
        self.task = -1
        self.alive = True

    def fileno(self) -> int:
        """Ready to be read when the result is there, or when the process has died."""
        return self._results.fileno()

    def begin(self, number: int, function: Callable[..., Any], task: tuple[Any, ...]) -> None:
        """Hand out a task; a process that has died shows it when the result is asked for."""
        self.task = number
        with suppress(BrokenPipeError):
            pickle.dump((function, task), self._tasks)
            self._tasks.flush()

    def result(self) -> tuple[bool, Any]:
        """True and the result, or False and the exception that the function has raised."""
        try:
            well, result = pickle.load(self._results)  # noqa: S301 - from a process of ours
        except (EOFError, pickle.UnpicklingError):
            self.kill()
            return True, WorkerDied("the process that worked on this died")
        return well, result

    def kill(self) -> None:
        """Kill the process."""
        self.alive = False
        self.process.kill()
        for stream in (self._tasks, self._results):
            with suppress(OSError):
                stream.close()
        self.process.wait()


def _flags() -> list[str]:
    """The flags of this Python that keep it apart from its surroundings."""
    flags = {
        "-I": sys.flags.isolated,
        "-E": sys.flags.ignore_environment,
        "-s": sys.flags.no_user_site,
        "-S": sys.flags.no_site,
    }
    return [flag for flag, is_set in flags.items() if is_set]


def serve(parent: int) -> None:
    """The loop of a worker: take tasks from standard input until there are no more."""
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a task prints goes to standard error, not among the results
    tasks = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if not _die_with_parent():
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    while os.getppid() == parent:
        try:
            function, task = pickle.load(tasks)  # noqa: S301 - from the process that has started this one
        except EOFError:
            return
        try:
            answer = True, function(*task)
        except Exception as error:  # noqa: BLE001 - raised again by the parent
            answer = False, error
        pickle.dump(answer, results)
        results.flush()


def _die_with_parent() -> bool:
    """Ask the system to kill this process when its parent ends, however busy it is. False where the
    system has no such call (it is not Linux).
    """
    import ctypes

    try:
        return bool(ctypes.CDLL(None).prctl(1, int(signal.SIGKILL)) == 0)  # PR_SET_PDEATHSIG
    except (OSError, AttributeError, TypeError):
        return False


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def shared_out_on(
    client: Any, function: Callable[..., T], tasks: Sequence[tuple[Any, ...]]
) -> Iterator[T]:
    """function(*task) for each task, in the order of the tasks, on the cluster of a
    `distributed.Client`. Raises `ClusterLost` where a task is not finished there.
    """
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError
    from distributed.comm import CommClosedError
    from distributed.scheduler import KilledWorker

    # handed out before the first of them is wanted
    ahead = max(16, _AHEAD * sum(client.nthreads().values()))
    left, waiting = iter(tasks), deque[Any]()
    try:
        while True:
            waiting.extend(
                client.submit(function, *task) for task in islice(left, ahead - len(waiting))
            )
            if not waiting:
                return
            yield waiting.popleft().result()
    except (
        CancelledError,
        FutureCancelledError,
        CommClosedError,
        KilledWorker,
        OSError,
        TimeoutError,
    ) as error:
        raise ClusterLost(getattr(error, "reason", None) or type(error).__name__) from None


# Leads a process group of its own, in which the program runs within its limits; kills the group
# when its parent ends.
_LEADER = """
import ctypes, os, resource, signal, subprocess, sys
parent, seconds, memory = map(int, sys.argv[1:4])
signal.signal(signal.SIGTERM, lambda *_: os.killpg(0, signal.SIGKILL))
try:
    ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))
except (OSError, AttributeError, TypeError):
    pass
if os.getppid() != parent:
    os._exit(1)
for limit, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory)):
    if most:
        resource.setrlimit(limit, (most, most))
code = subprocess.call(sys.argv[4:])
os._exit(code if code >= 0 else 128 - code)
"""


def run_program(
    command: Sequence[str],
    *,
    data: bytes = b"",
    seconds: int = 0,
    memory: int = 0,
    environment: Mapping[str, str] | None = None,
    progress: Callable[[float], None] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run another program to its end, `data` on its standard input, within `seconds` of processor
    time and `memory` bytes (0: no limit).

    It and whatever it starts are killed when this process ends, or when an exception passes through
    here. progress: called once a second with the seconds that have passed. A program that a signal
    ended has the return code 128 + its number, as in a shell.
    """
    began = time.monotonic()
    leader = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _LEADER,
        str(os.getpid()),
        str(seconds),
        str(memory),
        *command,
    ]
    with subprocess.Popen(
        leader,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            while True:
                try:
                    out, err = process.communicate(data, timeout=1 if progress else None)
                    return subprocess.CompletedProcess(list(command), process.returncode, out, err)
                except subprocess.TimeoutExpired:
                    data = b""  # it has been handed over
                    if progress:
                        progress(time.monotonic() - began)
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # the leader and all of its group
            process.kill()
            raise
