"""The index of the register: whatever is done, it is what clients and links say; and it can be made anew."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from operations.offices import NOW, Office, a_record, an_office
from practicesync.core.errors import SyncError
from practicesync.core.fields import ClientKind
from practicesync.core.link_state import NEEDS_PERSON, LinkState
from practicesync.operations import linking, merging, mirroring, setting_aside
from practicesync.operations.listing import FOLD_AT, mend, rebuild
from practicesync.operations.merging import Asked
from practicesync.operations.reconciling import reconcile
from practicesync.operations.register import NewClient, edit_client, import_clients
from practicesync.operations.unreadable import Unreadable
from practicesync.queries.clients import ClientFilter, count_states, load_clients
from practicesync.queries.searching import beginnings
from practicesync.store.models import Client, Difference, KeptOut, Link, ListedClient, ListedCount, ListedWord, Mirror

pytestmark = pytest.mark.django_db

NAMES = ("Kauri & Co", "Hēnare Trust", "Rata Farms 7", "Rātā Dental")
KINDS = (ClientKind.COMPANY, ClientKind.TRUST)


def clients_of(office: Office) -> list[Client]:
    return list(Client.rows.of(office.practice.pk).order_by("pk"))


def what_is_true(office: Office) -> Mapping[int, tuple[object, ...]]:
    """Each listed client as clients and links say it, found another way than the program does."""
    states = {link.client_id: link.state for link in Link.rows.of(office.practice.pk).filter(ended_at=None)}
    out = set(KeptOut.rows.of(office.practice.pk).values_list("client_id", flat=True))
    ranks = [state.value for state in LinkState]
    told: dict[int, tuple[object, ...]] = {}
    for client in clients_of(office):
        state = states.get(client.pk, "kept_out" if client.pk in out else "unlinked")
        needs = state in NEEDS_PERSON
        facts = (client.kind, state, ranks.index(state), needs, client.sort_name, client.changed_at, client.search)
        if client.archived_at is None:
            told[client.pk] = facts
    return told


def what_is_listed(office: Office) -> Mapping[int, tuple[object, ...]]:
    rows = ListedClient.rows.of(office.practice.pk)
    return {
        row.pk: (row.kind, row.state, row.rank, row.needs_person, row.sort_name, row.changed_at, row.search)
        for row in rows
    }


def assert_right(office: Office) -> None:
    true = what_is_true(office)
    assert what_is_listed(office) == true
    words = {(key, word) for key, facts in true.items() for word in beginnings(str(facts[-1]))}
    stored = [(row.client_id, bytes(row.word)) for row in ListedWord.rows.of(office.practice.pk)]
    assert sorted(stored) == sorted(words)
    for kind in ("", *(kind.value for kind in KINDS)):
        counted = {state.value: number for state, number in count_states(office.practice.pk, kind).items()}
        recounted: dict[str, int] = {}
        for told, state, *_ in true.values():
            if kind in ("", told):
                recounted[str(state)] = recounted.get(str(state), 0) + 1
        assert counted == recounted


def differences_in(office: Office) -> list[tuple[object, ...]]:
    """The index of differences, without what tells when a row was written."""
    rows = Difference.rows.of(office.practice.pk).order_by("link_id", "ref", "subject", "field", "state", "stamp")
    return list(rows.values_list("link_id", "ref", "subject", "field", "state", "facts", "stamp"))


def assert_same_anew(office: Office) -> None:
    """The index of differences, and every link's state and reason, are what making them anew makes of them."""
    live = Link.rows.of(office.practice.pk).filter(ended_at=None).order_by("pk")
    before = differences_in(office), list(live.values_list("pk", "state", "reason"))
    Difference.rows.of(office.practice.pk).delete()
    reconcile(office.practice.pk, list(live.values_list("pk", flat=True)), NOW)
    assert (differences_in(office), list(live.values_list("pk", "state", "reason"))) == before


class Hand:
    """Somebody who does one of the things that change clients and links."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.now = NOW

    def add(self, number: int) -> None:
        new = [NewClient(KINDS[number % 2], {"name": NAMES[(number + more) % 4]}) for more in range(1 + number % 3)]
        import_clients(self.office.admin, new, self.now)

    def edit(self, number: int) -> None:
        client = self._client(number)
        values = {"name": NAMES[number % 4], "phone": f"09 555 {number:04}"}
        edit_client(
            self.office.admin,
            client.pk,
            revision=client.revision,
            kind=KINDS[number // 4 % 2],
            values=values,
            now=self.now,
        )

    def read(self, number: int) -> None:
        record = a_record(f"r{number % 5}", name=NAMES[number % 4], phone=f"09 555 {number % 3:04}")
        mirroring.store_batch(self.office.connection, [record], [], sweep=1, read_at=self.now, now=self.now)

    def link(self, number: int) -> None:
        mirrors = list(Mirror.rows.of(self.office.practice.pk).order_by("pk"))
        if mirrors:
            linking.link(self.office.admin, self._client(number).pk, mirrors[number // 7 % len(mirrors)].pk, self.now)

    def link_known(self, number: int) -> None:
        known = {client.pk: f"r{(number + at) % 5}" for at, client in enumerate(clients_of(self.office))}
        linking.link_known(self.office.admin, known, self.office.connection.pk, self.now)

    def unlink(self, number: int) -> None:
        linking.unlink(self.office.admin, self._client(number).pk, self.now)

    def merge(self, number: int) -> None:
        kept, gone = self._client(number), self._client(number // 7)
        merging.merge(self.office.admin, Asked(kept.pk, gone.pk, kept.revision, gone.revision), self.now)

    def gone(self, number: int) -> None:
        record = a_record(f"r{number % 5}", name=NAMES[number % 4], deleted=True)
        mirroring.store_batch(self.office.connection, [record], [], sweep=1, read_at=self.now, now=self.now)

    def unreadable(self, number: int) -> None:
        met = [Unreadable(f"r{number % 5}", b"digest", "Not XML")]
        mirroring.store_batch(self.office.connection, [], [], sweep=1, read_at=self.now, now=self.now, unreadable=met)

    def set_aside(self, number: int) -> None:
        setting_aside.set_aside(self.office.admin, [self._client(number).pk], "Not now", self.now)

    def take_back(self, number: int) -> None:
        setting_aside.take_back(self.office.admin, [client.pk for client in clients_of(self.office)], self.now)

    def rebuild(self, number: int) -> None:
        rebuild(self.office.practice.pk)

    def _client(self, number: int) -> Client:
        clients = clients_of(self.office)
        return clients[number % len(clients)]

    def does(self, what: str, number: int) -> None:
        self.now += timedelta(minutes=1)
        try:
            act: Callable[[int], None] = getattr(self, what)
            act(number)
        except SyncError:
            pass  # what is refused must leave the index right, too


DEEDS = st.sampled_from(
    (
        *("add", "edit", "edit", "read", "read", "link", "link", "link_known", "link_known", "unlink", "rebuild"),
        *("merge", "gone", "unreadable", "set_aside", "set_aside", "take_back"),
    )
)


# Shrinking replays whole histories over a database, which takes minutes and is not worth the wait.
@settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(deeds=st.lists(st.tuples(DEEDS, st.integers(0, 60)), min_size=3, max_size=25))
def test_whatever_is_done_the_index_is_what_clients_and_links_say(deeds: list[tuple[str, int]]) -> None:
    office = an_office()
    office.connect()
    hand = Hand(office)
    hand.add(0)
    for what, number in deeds:
        hand.does(what, number)
        assert_right(office)
    assert_same_anew(office)


def test_counts_stay_right_and_few_however_often_they_move(office: Office) -> None:
    client = office.add("Kauri Ltd")
    for number in range(FOLD_AT):
        client.refresh_from_db()
        kind = KINDS[number % 2]
        edit_client(office.admin, client.pk, revision=client.revision, kind=kind, values={}, now=NOW)
        assert ListedCount.rows.of(office.practice.pk).count() <= FOLD_AT
    assert_right(office)


def test_an_index_that_was_spoilt_is_made_anew(office: Office) -> None:
    office.add("Kauri Ltd")
    archived = office.add("Rata Ltd")
    Client.rows.of(office.practice.pk).filter(pk=archived.pk).update(archived_at=NOW)
    ListedWord.rows.of(office.practice.pk).delete()
    ListedCount.rows.create(practice=office.practice, kind="trust", state="differs", moved=7)
    ListedClient.rows.of(office.practice.pk).update(state="failing", rank=0)
    assert rebuild(office.practice.pk) == 1
    assert_right(office)
    assert [row.name for row in load_clients(office.practice.pk, ClientFilter(search="kau")).rows] == ["Kauri Ltd"]


def test_only_a_spoilt_index_is_mended(office: Office) -> None:
    sound = an_office()
    for each in (office, sound):
        each.connect()
        each.pair(a_record("r1", name="Kauri Ltd", phone="09 555 0100"))
        each.add("Rata Ltd")
    mend()  # whatever other tests left
    assert mend() == 0
    Link.rows.of(office.practice.pk).update(ended_at=NOW)
    assert mend() == 1
    assert_right(office)
    assert_right(sound)


def test_what_is_still_told_of_ended_links_is_taken_out(office: Office) -> None:
    office.connect()
    office.pair(a_record("r1", name="Kauri Ltd", phone="09 555 0100"))
    assert differences_in(office)
    Link.rows.of(office.practice.pk).update(ended_at=NOW)
    mend()
    assert not differences_in(office)


def test_another_practice_keeps_its_index(office: Office) -> None:
    other = an_office()
    other.add("Totara Ltd")
    before = what_is_listed(other)
    rebuild(office.practice.pk)
    assert what_is_listed(other) == before
    assert_right(other)
