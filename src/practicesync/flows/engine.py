"""The durable engine: the only module that knows DBOS Transact, so that it can be replaced.

On SQLite the engine's tables live in a file beside the product's own and exactly one worker runs; on PostgreSQL they
live in the same database, in the schema `dbos`, and any number of workers share the work. Doors only enqueue.
"""

import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote, urlencode

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, StepOptions, error
from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections
from sqlalchemy.exc import SQLAlchemyError

from practicesync.core.errors import SyncError
from practicesync.flows.clock import SYSTEM_CLOCK, Clock
from practicesync.flows.steps import Flow, keep, reopen

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

NAME = "practicesync"
QUEUE = "flows"
WORKFLOW = "flow"
# Pending work of another version is not picked up: raise it only where the steps of a flow change their order.
VERSION = "1"
AT_SCREEN = frozenset({"sync", "record", "look", "reread"})
# They ask nothing of the remote, and so do not queue behind what waits for it; nor do they run beside each other.
AT_DESK = frozenset({"match", "link_many", "unlink_many", "replan", "set_aside", "take_back", "draw"})
# A person follows it, and it may take hours: it neither waits for a reading of the whole list nor keeps one waiting.
AT_LENGTH = frozenset({"apply"})
SOON, LATER = 1, 10
AT_ONCE = 8
BESIDE = 4
"""How many calls of one step go on at once: one less than Xero allows a connection, which a person may need."""
POLL = 0.25
RECOVERIES = 50
ENDED = frozenset({"SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class EngineUnavailable(Exception):
    """The engine's database does not answer or is not set up yet. What is queued is picked up later."""


class Interrupted(BaseException):
    """The worker is stopping. The flow goes on from its last finished step, here after a restart or on another worker.

    Not an `Exception`, so that neither a flow nor the engine takes it for the flow's own failure.
    """


@dataclass(frozen=True, slots=True)
class Job:
    """One execution to hand over: `key` makes it unique, jobs of one `lane` run one after the other."""

    key: str
    kind: str
    run_id: int
    lane: str


# The database


def engine_url() -> str:
    """Where the engine keeps its tables: derived from Django's database, so that there is one setting for both."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        path = Path(str(database["NAME"]))
        return f"sqlite:///{path.with_name(f'{path.stem}-engine.sqlite3')}"
    user = quote(database["USER"], safe="")
    secret = f":{quote(database['PASSWORD'], safe='')}" if database["PASSWORD"] else ""
    host, port = database["HOST"], database["PORT"] or 5432
    told = {name: text for name, text in database["OPTIONS"].items() if name == "options"}
    if host.startswith("/"):
        told |= {"host": host, "port": port}
        return f"postgresql://{user}{secret}@/{database['NAME']}?{urlencode(told, quote_via=quote)}"
    more = f"?{urlencode(told, quote_via=quote)}" if told else ""
    return f"postgresql://{user}{secret}@{host or 'localhost'}:{port}/{database['NAME']}{more}"


def prepare() -> None:
    """Make or migrate the engine's tables. Doing it twice is fine."""
    _quieten()
    url = engine_url()
    if url.startswith("sqlite:///"):
        # DBOS would make the file with a rollback journal, in which readers and writers wait for each other.
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            file.execute("PRAGMA journal_mode=WAL")
    DBOS.migrate(url)


def _quieten() -> None:
    """Let the engine's log lines take the product's one way out, where secrets are taken out.

    DBOS puts a handler of its own on its logger unless there is one.
    """
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


# The doors' side


_clients: dict[str, DBOSClient] = {}
_clients_lock = threading.Lock()


def _client(url: str) -> DBOSClient:
    """The client of the engine's database. Where a process moves to another one, the connections to the last are
    closed."""
    with _clients_lock:
        if url not in _clients:
            _quieten()
            while _clients:
                _clients.popitem()[1].destroy()
            _clients[url] = DBOSClient(
                system_database_url=url,
                serializer=DBOSPortableJSONSerializer(),
                application_name=NAME,
                lazy=True,
                retry_connection_errors=False,
            )
        return _clients[url]


def enqueue(job: Job) -> None:
    """Hand a job to the workers. The same key is one execution, however often it is handed over.

    Raises `EngineUnavailable`.
    """
    options: EnqueueOptions = {
        "workflow_name": WORKFLOW,
        "queue_name": QUEUE,
        "workflow_id": job.key,
        "queue_partition_key": job.lane,
        "priority": SOON if job.kind in AT_SCREEN | AT_DESK | AT_LENGTH else LATER,
        "app_version": VERSION,
    }
    _asking(lambda client: client.enqueue(options, job.kind, job.run_id))


def executions(prefixes: Sequence[str]) -> dict[str, list[bool]]:
    """By prefix, the executions whose key begins with it, oldest first: whether each is still to be done.

    Raises `EngineUnavailable`.
    """
    found: dict[str, list[bool]] = {prefix: [] for prefix in prefixes}
    if not prefixes:
        return found
    rows = _asking(
        lambda client: client.list_workflows(
            workflow_id_prefix=list(prefixes), load_input=False, load_output=False, application_name=NAME
        )
    )
    for row in rows:
        prefix = next(prefix for prefix in prefixes if row.workflow_id.startswith(prefix))
        found[prefix].append(row.status not in ENDED)
    return found


def workers_with_work() -> set[str]:
    """The names of the workers that hold work under way. Raises `EngineUnavailable`."""
    rows = _asking(
        lambda client: client.list_workflows(
            status="PENDING", load_input=False, load_output=False, application_name=NAME
        )
    )
    return {row.executor_id for row in rows if row.executor_id}


def forget(keys: Iterable[str]) -> None:
    """Delete what is kept of these executions. Raises `EngineUnavailable`."""
    chosen = list(keys)
    _asking(lambda client: client.delete_workflows(chosen))


def ended_before(moment: str, limit: int = 1000) -> list[str]:
    """The keys of executions that ended before a moment (ISO 8601). Raises `EngineUnavailable`."""
    rows = _asking(
        lambda client: client.list_workflows(
            completed_before=moment, limit=limit, load_input=False, load_output=False, application_name=NAME
        )
    )
    return [row.workflow_id for row in rows]


def _asking(call: Callable[[DBOSClient], T]) -> T:
    try:
        return call(_client(engine_url()))
    except (SQLAlchemyError, error.DBOSException) as problem:
        raise EngineUnavailable(type(problem).__name__) from problem


# The worker's side


class Engine:
    """Runs what is enqueued, in threads of this process, under a worker's name. One a process."""

    def __init__(
        self,
        flows: Mapping[str, Flow],
        worker: str,
        failed: Callable[[int, str, str], None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        """`failed` is told the run, a code and a sentence where a flow ends with an error that it did not handle."""
        self._flows = flows
        self._worker = worker
        self._failed = failed
        self._clock = clock
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to take work; what this worker's name had under way goes on first."""
        prepare()
        config: DBOSConfig = {
            "name": NAME,
            "system_database_url": engine_url(),
            "executor_id": self._worker,
            "application_version": VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "WARNING",
            "max_executor_threads": AT_ONCE * 4,
            "scheduler_polling_interval_sec": 30.0,
        }
        DBOS(config=config)
        _Current.engine = self
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=AT_ONCE,
            polling_interval_sec=POLL,
            on_conflict="always_update",
        )

    def stop(self, patience: float = 10.0) -> bool:
        """Take no more work, end flows between two steps, and tell whether all ended within `patience` seconds."""
        self._stopping.set()
        DBOS.destroy(workflow_completion_timeout_sec=max(1, round(patience)))
        return not any(thread.name.startswith("dbos-executor-") for thread in threading.enumerate())

    def take_over(self, workers: Sequence[str]) -> int:
        """Go on with the work of workers that are known to be dead; how many executions that were."""
        return len(DBOS._recover_pending_workflows(list(workers)))

    def run(self, kind: str, run_id: int) -> None:
        """Run one flow to its end; an error that it does not handle ends its run as failed."""
        steps = DurableSteps(self._clock, self._stopping)
        try:
            self._flows[kind](steps, run_id)
        except Exception as problem:
            if self._stopping.is_set():
                raise Interrupted from problem
            code, detail = _reason(problem)
            log.exception("flow %s of run %s ended with an error", kind, run_id)
            steps.do("fail", self._failed, run_id, code, detail)


def _reason(problem: Exception) -> tuple[str, str]:
    """The code and sentence of a failure; of an unforeseen one only its class, since its text may hold a value."""
    if isinstance(problem, SyncError):
        return problem.code, problem.detail
    return "crashed", f"An unforeseen error ended it ({type(problem).__name__}). The log tells more."


class _Current:
    """The engine of this process: DBOS finds workflow functions by name, not by object."""

    engine: Engine | None = None


@DBOS.workflow(name=WORKFLOW, max_recovery_attempts=RECOVERIES)
def _flow(kind: str, run_id: int) -> None:
    if _Current.engine is None:
        raise Interrupted
    _Current.engine.run(kind, run_id)


class DurableSteps:
    """Steps whose results are kept in the engine's database."""

    def __init__(self, clock: Clock, stopping: threading.Event) -> None:
        self._clock = clock
        self._stopping = stopping

    @property
    def clock(self) -> Clock:
        """The worker's clock."""
        return self._clock

    def do(self, name: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step, again after trouble with the database; its kept result where it ran before."""
        if self._stopping.is_set():
            raise Interrupted
        options: StepOptions = {
            "name": name,
            "retries_allowed": True,
            "max_attempts": 8,
            "interval_seconds": 0.25,
            "backoff_rate": 2.0,
            "should_retry": _is_database_trouble,
        }
        result: T = reopen(DBOS.run_step(options, _on_fresh_connections, lambda: function(*args, **kwargs)))
        return result

    def beside(self, functions: Sequence[Callable[[], T]]) -> list[T]:
        """In some threads, each with a database connection of its own that ends with it."""
        if len(functions) < 2:
            return [function() for function in functions]
        waiting = SimpleQueue[tuple[int, Callable[[], T]]]()
        for each in enumerate(functions):
            waiting.put(each)
        with ThreadPoolExecutor(BESIDE, thread_name_prefix="practicesync-beside") as threads:
            parts = [threads.submit(_take_all, waiting) for _ in range(min(BESIDE, len(functions)))]
        found = {index: result for part in parts for index, result in part.result()}
        return [found[index] for index in range(len(functions))]

    def sleep(self, seconds: float) -> None:
        """Wait until a moment that is kept, or until the worker stops."""
        wake = self.do("sleep until", lambda: self._clock.now().timestamp() + seconds)
        left = min(seconds, wake - self._clock.now().timestamp())
        if left > 0 and self._stopping.wait(left):
            raise Interrupted


def _take_all(waiting: SimpleQueue[tuple[int, Callable[[], T]]]) -> list[tuple[int, T]]:
    """Call what waits until nothing does, in this thread."""
    done: list[tuple[int, T]] = []
    try:
        while True:
            index, function = waiting.get_nowait()
            done.append((index, function()))
    except Empty:
        return done
    finally:
        connections.close_all()


def _is_database_trouble(problem: BaseException) -> bool:
    """Whether the database was out of reach or busy. SQLite says a wrong statement by the same class of error."""
    cause = problem.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF != sqlite3.SQLITE_ERROR
    return isinstance(problem, OperationalError | InterfaceError)


def _on_fresh_connections(function: Callable[[], Any]) -> str:
    """Run within a thread that may hold a connection which the server has closed meanwhile."""
    _close_old()
    try:
        return keep(function)
    finally:
        _close_old()


def _close_old() -> None:
    if not connection.in_atomic_block:
        close_old_connections()


def lock_number(worker: str) -> int:
    """The number of a worker's advisory lock in PostgreSQL."""
    return zlib.crc32(f"{NAME}:{worker}".encode())
