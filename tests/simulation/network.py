"""The way to XPM: slow and breakable. Every call takes its time, in which others run; a process may die on either side
of it, and `watch` sees what it carries.
"""

import re

import httpx2
from flask import Flask

from in_process import InProcess
from simulation.scheduling import Killed, Scheduler, running
from simulation.watch import API, Watch, Write, write_of

LATENCY = (0.05, 0.6)
HANG = 70.0


class Network(InProcess):
    """The transport of the product in a simulation."""

    def __init__(self, app: Flask, scheduler: Scheduler, watch: Watch) -> None:
        super().__init__(app)
        self._scheduler = scheduler
        self._watch = watch
        self.hang: list[bool] = []
        self.halve = 0
        self.halved = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One call, with its time, its dangers and its judgement."""
        task = running()
        name = task.process.name if task is not None else "setup"
        label = f"{request.method} {request.url.path.rpartition('/practicemanager/3.1/')[2][:40]}"
        # What holds another call up on its way passes for this one too, though it was sent in time.
        left = self._watch.now()
        self._travel(f"before {label}")
        write = write_of(request)
        if write is not None:
            self._watch.before(name, write, left)
        hangs = self.hang.pop() if self.hang and API in request.url.path else None
        if hangs is False:
            self._time_out(label)
        try:
            response = super().handle_request(request)
        except httpx2.TransportError:
            self._scheduler.note(f"{name} {label} lost")
            if write is not None:
                self._watch.after(write)
            raise
        return self._came_back(request, response, name, label, write, hangs=hangs is True)

    def _came_back(
        self,
        request: httpx2.Request,
        response: httpx2.Response,
        name: str,
        label: str,
        write: Write | None,
        *,
        hangs: bool,
    ) -> httpx2.Response:
        try:
            self._scheduler.note(f"{name} {label} {response.status_code}")
            if write is not None:
                self._watch.after(write)
            elif API in request.url.path and response.status_code == 200:
                self._watch.saw(name, request.url.path)
            if self.halve and request.url.path.endswith("client.api/list"):
                self.halve -= 1
                self.halved += 1
                response = _halved(response)
            if hangs:
                self._time_out(label)
            self._travel(f"after {label}")
        except (Killed, httpx2.TransportError):
            response.close()
            raise
        return response

    def _travel(self, what: str) -> None:
        self._scheduler.point(what)
        self._scheduler.sleep(self._scheduler.random.uniform(*LATENCY))
        self._scheduler.point(what)

    def _time_out(self, label: str) -> None:
        self._scheduler.note(f"{label} hangs")
        self._scheduler.sleep(HANG)
        raise httpx2.ReadTimeout("no answer, by the simulation")


def _halved(response: httpx2.Response) -> httpx2.Response:
    """The list with every other client left out, as well-formed as before."""
    body = response.read()
    parts = re.findall(rb"<Client>.*?</Client>", body, re.DOTALL)
    for part in parts[::2]:
        body = body.replace(part, b"", 1)
    headers = [(name, value) for name, value in response.headers.items() if name.lower() != "content-length"]
    return httpx2.Response(response.status_code, headers=headers, content=body)
