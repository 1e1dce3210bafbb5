"""THE table of what goes wrong in a schedule. A new trouble is one row; they are drawn
like what people do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from simulation.people import Action
from simulation.stage import Stage

WRITES = (
    ("PUT", "client.api/update"),
    ("POST", "client.api/contact"),
    ("PUT", "client.api/contact"),
)
READS = (("GET", "client.api/get"), ("GET", "client.api/list"), ("GET", "staff.api/list"))
TOKENS = (("POST", "connect/token"),)


def _fault(kind: str, *calls: tuple[str, str], **rule: Any) -> Callable[[Stage, str], None]:
    """A rule of the sandbox: one of the next calls of these goes wrong so."""

    def make(stage: Stage, who: str) -> None:
        method, path = stage.random.choice(calls or WRITES + READS)
        nth = stage.random.choice((1, 1, 1, 2))
        stage.control("POST", "faults", kind=kind, method=method, path=path, nth=nth, **rule)

    return make


def _answer(way: str) -> Callable[[Stage, str], None]:
    return _fault("switch", *WRITES, switches={"update_answer": way})


def time_passes(stage: Stage, who: str) -> None:
    """Nothing happens for a while."""
    stage.scheduler.sleep(stage.random.choice((5, 60, 300, 900, 2400, 7200, 18000)))


def our_clock_jumps(stage: Stage, who: str) -> None:
    """Our machines' clock is wrong by so much from now on."""
    stage.clock.offset = timedelta(seconds=stage.random.randint(-600, 600))


def our_clock_is_right(stage: Stage, who: str) -> None:
    """Somebody put our clock right."""
    stage.clock.offset = timedelta()


def tokens_expire(stage: Stage, who: str) -> None:
    """Every access token expires now."""
    stage.control("POST", "tokens/expire")


def others_spend(stage: Stage, who: str) -> None:
    """Another process of the app spends what is left of the minute."""
    stage.control("POST", "budget", minute=stage.random.randint(20, 70))
    stage.numbers["minutes that others spent"] += 1


def delivered_again(stage: Stage, who: str) -> None:
    """A queue that is not sure hands over once more what was done."""
    done = [each for each in stage.engine.executions.values() if each.ended]
    if done:
        stage.engine.deliver_again(stage.random.choice(done))


def hangs(stage: Stage, who: str) -> None:
    """A call gets no answer for longer than anybody waits, with or without having arrived."""
    stage.network.hang.append(stage.random.random() < 0.5)


def half_a_list(stage: Stage, who: str) -> None:
    """A list lacks every other client and says nothing of it."""
    stage.network.halve += 1


def faults_are_over(stage: Stage, who: str) -> None:
    """What was to go wrong does not."""
    stage.control("DELETE", "faults")


FATE = (
    Action("time passes", 14, time_passes),
    Action("clock jumps", 2, our_clock_jumps),
    Action("clock is right", 0.7, our_clock_is_right),
    Action("lost before", 2, _fault("drop_before")),
    Action("lost after", 3, _fault("drop_after")),
    Action("no connection", 1, _fault("refuse")),
    Action("hangs", 1, hangs),
    Action("500, all done", 2, _answer("500_all")),
    Action("500, none done", 2, _answer("500_none")),
    Action("500, some done", 2, _answer("500_some")),
    Action("cut short", 1.5, _fault("truncate", bytes=300)),
    Action("cut short, looks whole", 1, _fault("truncate", bytes=300, ending="clean")),
    Action("list cut short", 0.7, _fault("truncate", ("GET", "client.api/list"), bytes=300)),
    Action("web page", 1, _fault("html")),
    Action("web page, done", 1, _fault("html", *WRITES, applied=True)),
    Action("nothing", 0.7, _fault("empty", *WRITES, applied=True)),
    Action("says no", 1.5, _fault("error", *WRITES)),
    Action("says no, done", 0.7, _fault("error", *WRITES, applied=True)),
    Action("clash", 1, _fault("conflict", *WRITES)),
    Action("too many calls", 1, _fault("rate_limit", retry_after="7")),
    Action("too many calls, no wait told", 0.7, _fault("rate_limit")),
    Action("unavailable", 1, _fault("unavailable")),
    Action("malformed", 0.7, _fault("malformed", *READS)),
    Action("with a document type", 0.3, _fault("dtd", *READS)),
    Action("characters that XML has not", 0.3, _fault("control_characters", *READS)),
    Action("rows twice", 0.5, _fault("duplicate_ids", ("GET", "client.api/list"))),
    Action("strange elements", 0.3, _fault("unknown_elements", *READS)),
    Action("empty list", 0.7, _fault("empty_list", ("GET", "client.api/list"))),
    Action("half a list", 0.7, half_a_list),
    Action("slow", 0.5, _fault("delay", seconds=40)),
    Action("another mask", 0.3, _fault("masked", *READS, style="crosses")),
    Action("list lags", 0.7, _fault("lag", ("GET", "client.api/list"), seconds=90)),
    Action("server's clock is off", 0.5, _fault("skew", *READS, seconds=-240)),
    Action("wrong counters", 0.5, _fault("counters", minute=3, day=900)),
    Action("tokens expire", 1, tokens_expire),
    Action("token answer lost", 0.7, _fault("drop_after", *TOKENS)),
    Action("token not sent", 0.5, _fault("drop_before", *TOKENS)),
    Action("revoked", 0.2, _fault("revoked")),
    Action("others spend", 0.5, others_spend),
    Action("delivered again", 1.5, delivered_again),
    Action("faults are over", 1, faults_are_over),
)
