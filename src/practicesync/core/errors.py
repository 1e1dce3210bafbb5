"""Errors, named by what happens next.

    SyncError
    ├── Retry                 try again by itself, not before `after` seconds
    │   ├── Throttled         a limit was reached; nothing was done
    │   ├── Unavailable       the remote did not answer, or says that it cannot now; nothing was done
    │   └── Unsure            a write was sent and its outcome is unknown: read before anything else
    ├── AskPerson             a person has to do something first
    │   ├── Reconnect         the connection no longer holds: connect again
    │   ├── NotPermitted      the remote refuses this call to this login or app
    │   ├── Refused           the remote understood and said no (its own words are in `detail`)
    │   └── Gone              the remote has no such record
    ├── Stop                  something is wrong that trying again does not mend
    │   ├── BadAnswer         the remote broke its contract: truncated, not XML, a DTD, too large…
    │   └── Braked            a run would do too much; it waits for a person
    ├── Stale                 what the person saw has changed since; a fresh view is needed
    │   └── Taken             somebody else was first; `client_id` is the client that they made or linked
    ├── Invalid               input that cannot be right, field by field
    └── Forbidden             the actor may not do this

`code` is stable and names the sentence in `words`; `detail` is for people and never holds a secret or a client's value.
"""

from collections.abc import Mapping


class SyncError(Exception):
    """Base of all errors that the product knows how to go on from."""

    code = "error"

    def __init__(self, detail: str = "", *, code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code


class Retry(SyncError):
    """Try again by itself after `after` seconds."""

    code = "retry"

    def __init__(self, detail: str = "", *, after: float = 1.0, code: str | None = None) -> None:
        super().__init__(detail, code=code)
        self.after = after


class Throttled(Retry):
    """A limit (`limit` is minute, day, concurrent, app or unknown) was reached; nothing was done."""

    code = "throttled"

    def __init__(self, detail: str = "", *, after: float, limit: str = "unknown") -> None:
        super().__init__(detail, after=after)
        self.limit = limit


class Unavailable(Retry):
    """The remote did not answer, or says that it cannot now. A read may be repeated."""

    code = "unavailable"


class Unsure(Retry):
    """A write was sent and its outcome is unknown. The next step is a read, never a blind resend."""

    code = "unsure"


class AskPerson(SyncError):
    """A person has to do something before this can go on."""

    code = "ask_person"


class Reconnect(AskPerson):
    """The connection no longer holds; somebody has to connect again."""

    code = "reconnect"


class NotPermitted(AskPerson):
    """The remote refuses this call to this login or app."""

    code = "not_permitted"


class Refused(AskPerson):
    """The remote understood and said no; `detail` quotes it."""

    code = "refused"


class Gone(AskPerson):
    """The remote has no such record (any more)."""

    code = "gone"


class Stop(SyncError):
    """Something is wrong that trying again does not mend."""

    code = "stop"


class BadAnswer(Stop):
    """The remote's answer breaks its contract; nothing of it is used."""

    code = "bad_answer"


class Braked(Stop):
    """A run would do too much; it waits for a person."""

    code = "braked"


class Stale(SyncError):
    """What the person saw has changed since."""

    code = "stale"


class Taken(Stale):
    """Somebody else made or linked this remote record's client meanwhile: `client_id` is that client."""

    code = "taken"

    def __init__(self, client_id: int, detail: str = "") -> None:
        super().__init__(detail)
        self.client_id = client_id


class Invalid(SyncError):
    """Input that cannot be right. `problems` maps a field's key (or "" for the whole) to a sentence."""

    code = "invalid"

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = dict(problems)


class Forbidden(SyncError):
    """The actor may not do this."""

    code = "forbidden"
