"""What many people and workers do at the same moment, on each database: one wins, and the limits hold for all."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import uuid4

import pytest
from django.db import connections

from operations.offices import NOW, TOKENS, Office, a_record, an_office
from practicesync.core.errors import SyncError
from practicesync.core.fields import ClientKind
from practicesync.operations import budgeting, connecting, linking, proposals, register, runs, tokens
from practicesync.operations.activity import verify
from practicesync.operations.proposals import Draft
from practicesync.operations.tokens import Renewal, Usable, Wait
from practicesync.store.models import Client, Link, Proposal, Push, Run

T = TypeVar("T")

WORKERS = 16
EXPIRED = NOW + timedelta(seconds=TOKENS.expires_in)


@pytest.fixture
def office(on_database: str) -> Office:
    found = an_office()
    found.connect()
    return found


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | SyncError]:
    """What each call returned or refused, all begun together in threads of their own. Other errors are raised."""
    barrier = threading.Barrier(len(calls))
    results: list[T | SyncError] = []
    broken: list[BaseException] = []

    def run(call: Callable[[], T]) -> None:
        barrier.wait()
        try:
            results.append(call())
        except SyncError as refusal:
            results.append(refusal)
        except Exception as problem:  # noqa: BLE001 - handed to the test's own thread
            broken.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if broken:
        raise broken[0]
    assert len(results) == len(calls)
    return results


def kinds(results: Sequence[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_of_many_that_find_the_token_old_one_renews(office: Office) -> None:
    results = at_once([lambda: tokens.usable(office.connection.pk, "", EXPIRED)] * WORKERS)
    assert kinds(results) == {"Renewal": 1, "Wait": WORKERS - 1}


def test_however_many_use_it_the_refresh_token_is_spent_once(office: Office) -> None:
    spent: list[str] = []

    def use() -> str:
        for _ in range(1000):
            match tokens.usable(office.connection.pk, TOKENS.access_token, EXPIRED):
                case Usable(access_token):
                    return access_token
                case Renewal() as renewal:
                    spent.append(renewal.refresh_token)
                    tokens.keep_renewal(renewal, "new access", "new refresh", 1800, EXPIRED)
                case Wait():
                    time.sleep(0.02)
        raise AssertionError("the token is never renewed")

    assert set(at_once([use] * WORKERS)) == {"new access"}
    assert spent == [TOKENS.refresh_token]


def test_never_more_than_five_in_flight(office: Office) -> None:
    def ask(lease: str) -> bool:
        return budgeting.admit(office.connection.pk, lease, interactive=False, now=NOW).granted

    granted = at_once([lambda lease=f"lease {number}": ask(lease) for number in range(WORKERS)])  # type: ignore[misc]
    assert Counter(granted) == {True: 5, False: WORKERS - 5}


def test_never_more_than_a_minute_takes(office: Office) -> None:
    moments = [NOW + timedelta(seconds=4 * number) for number in range(20)]
    granted: list[datetime] = []
    together = threading.Barrier(WORKERS, timeout=60)

    def work(worker: str) -> None:
        for now in moments:
            admitted = budgeting.admit(office.connection.pk, worker, interactive=True, now=now).granted
            if admitted:
                granted.append(now)
            together.wait()
            if admitted:
                budgeting.release(office.connection.pk, worker, now=now)
            together.wait()

    at_once([lambda name=f"worker {number}": work(name) for number in range(WORKERS)])  # type: ignore[misc]
    assert max(Counter(granted).values()) == 5
    in_a_minute = [sum(each - timedelta(seconds=60.5) < other <= each for other in granted) for each in granted]
    assert max(in_a_minute) == 59


def test_of_two_who_choose_for_one_client_the_second_is_shown_it_afresh(office: Office) -> None:
    client = office.pair(a_record("r1", phone="09 555 0101"), phone="09 555 0102")
    seen = office.plan(client).plan.seen
    results = at_once([lambda: office.choose(client, {"phone": "push"}, seen=seen)] * 2)
    assert kinds(results) == {"Run": 1, "Stale": 1}
    assert Push.rows.of(office.practice.pk).count() == 1


def test_of_two_who_pull_for_one_client_the_second_is_shown_it_afresh(office: Office) -> None:
    client = office.pair(a_record("r1", phone="09 555 0101"), phone="09 555 0102")
    seen = office.plan(client).plan.seen
    assert kinds(at_once([lambda: office.choose(client, {"phone": "pull"}, seen=seen)] * 2)) == {"Run": 1, "Stale": 1}
    assert office.verbs().count("pulled") == 1


def test_of_two_who_save_one_client_the_second_is_told(office: Office) -> None:
    client = office.add()

    def save(value: str) -> str:
        register.edit_client(
            office.admin, client.pk, revision=1, kind=ClientKind.COMPANY, values={"phone": value}, now=NOW
        )
        return value

    results = at_once([lambda: save("09 555 0101"), lambda: save("09 555 0102")])
    assert kinds(results) == {"str": 1, "Stale": 1}
    (kept,) = [result for result in results if isinstance(result, str)]
    stored = Client.rows.of(office.practice.pk).get(pk=client.pk)
    assert (stored.values["phone"], stored.revision) == (kept, 2)


def test_a_record_is_linked_to_one_of_those_who_claim_it(office: Office) -> None:
    mirror = office.read(a_record("r1"))
    clients = [office.add(f"Claimant {number}") for number in range(4)]
    results = at_once(
        [lambda pk=client.pk: linking.link(office.admin, pk, mirror.pk, NOW) for client in clients]  # type: ignore[misc]
    )
    assert kinds(results) == {"Link": 1, "Invalid": 3}
    assert Link.rows.of(office.practice.pk).count() == 1


def test_of_proposals_for_one_xpm_client_the_first_makes_it_and_all_are_on_it(office: Office) -> None:
    mirror = office.read(a_record("r1", name="Rimu Trust"))
    draft = Draft(None, mirror.pk, "Tax 2026")
    results = at_once([lambda: proposals.add_proposal(office.admin, uuid4(), draft, NOW)] * 4)
    assert kinds(results) == {"Proposal": 4}
    client = Client.rows.of(office.practice.pk).get()
    assert set(Proposal.rows.of(office.practice.pk).values_list("client", flat=True)) == {client.pk}
    assert Link.rows.of(office.practice.pk).get().client_id == client.pk


def test_a_proposals_form_that_is_sent_several_times_at_once_makes_one(office: Office) -> None:
    mirror, key = office.read(a_record("r1", name="Rimu Trust")), uuid4()
    draft = Draft(None, mirror.pk, "Tax 2026")
    results = at_once([lambda: proposals.add_proposal(office.admin, key, draft, NOW)] * 4)
    assert len({made.pk for made in results if isinstance(made, Proposal)}) == 1
    assert Proposal.rows.of(office.practice.pk).count() == 1


def test_however_many_ask_for_a_refresh_there_is_one(office: Office) -> None:
    asked = at_once([lambda: runs.request(office.admin, office.connection.pk, "refresh", NOW)] * 6)
    assert len({run.pk for run in asked if isinstance(run, Run)}) == 1
    assert office.verbs().count("refresh_asked") == 1


def test_a_sign_in_that_comes_back_twice_is_taken_once(office: Office) -> None:
    connecting.begin(office.admin, "xpm", state="state", verifier="verifier", session_key="session", now=NOW)
    results = at_once(
        [lambda: connecting.claim(office.admin, "xpm", state="state", session_key="session", now=NOW)] * 4
    )
    assert kinds(results) == {"Claimed": 1, "AskPerson": 3}


def test_the_log_is_one_chain_whoever_writes(office: Office) -> None:
    at_once([lambda number=number: office.add(f"Client {number}") for number in range(WORKERS)])  # type: ignore[misc]
    assert office.verbs().count("client_added") == WORKERS
    assert verify(office.practice.pk) is None
