"""An organisation that is disconnected, or that stopped letting us in, and connected again: nothing is said that is not
known, nothing goes out, and no value is lost."""

from faults.scenes import NEW, OLD, agreed, here, link_of, reread, save, settle, there, why
from firms import Firm
from flows.unasked import let
from practicesync.core.link_state import LinkState
from practicesync.operations import connecting, setting_aside
from practicesync.queries.clients import count_states
from practicesync.queries.dashboard import Dashboard, load_dashboard
from practicesync.queries.needs import NeedKind
from practicesync.store.models import Push, Run


def dashboard(firm: Firm) -> Dashboard:
    return load_dashboard(firm.practice.pk, firm.clock.now())


def disconnect(firm: Firm) -> None:
    connecting.disconnect(firm.actor, firm.connection.pk, firm.clock.now())


def run_all(firm: Firm) -> None:
    for run in Run.rows.of(firm.practice.pk).filter(state="queued").order_by("pk"):
        firm.run(run)


def test_a_firm_that_is_disconnected_is_in_sync_nowhere(each_firm: Firm) -> None:
    firm = each_firm
    client, _ = agreed(firm, phone=OLD)
    agreed(firm, "Rata Limited")
    aside, _ = agreed(firm, "Totara Limited")
    setting_aside.set_aside(firm.actor, [aside.pk], "It is being wound up.", firm.clock.now())
    assert (dashboard(firm).in_sync, dashboard(firm).failing) == (2, 0)
    disconnect(firm)
    assert count_states(firm.practice.pk) == {LinkState.FAILING: 2, LinkState.SET_ASIDE: 1}
    told = dashboard(firm)
    assert (told.in_sync, told.failing) == (0, 2)
    assert why(firm, client).reason == "disconnected"
    save(firm, client, phone=NEW)
    assert dashboard(firm).failing == 2, "an edit does not make it any better"


def test_connected_again_it_is_in_sync_only_once_it_was_read(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    agreed(firm, "Rata Limited")
    disconnect(firm)
    firm.xpm_edit(remote_id, Phone=NEW)
    firm.clock.advance(3600)
    firm.connect()
    assert count_states(firm.practice.pk) == {LinkState.UNREAD: 2}
    run_all(firm)
    assert count_states(firm.practice.pk) == {LinkState.REMOTE_CHANGED: 1, LinkState.IN_SYNC: 1}
    assert why(firm, client).reason == "remote_changed"


def test_a_reading_that_breaks_off_leaves_them_unread(firm: Firm) -> None:
    agreed(firm, phone=OLD)
    disconnect(firm)
    firm.connect()
    firm.fault("status", status=400, path="client.api/list", times=50)
    run_all(firm)
    assert count_states(firm.practice.pk) == {LinkState.UNREAD: 1}


def test_what_waited_when_somebody_disconnects_stays_here_and_goes_out_once_it_is_connected_again(
    each_firm: Firm,
) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (waiting,) = save(firm, client, phone=NEW)
    disconnect(firm)
    firm.run(waiting)
    settle(firm)
    assert firm.writes() == 0, "nothing goes out"
    assert [push.state for push in Push.rows.of(firm.practice.pk)] == ["withdrawn"]
    assert here(firm, client, "phone") == NEW
    firm.clock.advance(3600)
    firm.connect()
    run_all(firm)
    settle(firm)
    run_all(firm)
    assert there(firm, remote_id, "phone") == NEW, "and nothing is lost"
    assert link_of(firm, client).state == LinkState.IN_SYNC


def test_what_waits_when_xpm_lets_us_in_no_more_waits_on_and_goes_out_once_it_does(each_firm: Firm) -> None:
    firm = each_firm
    client, remote_id = agreed(firm, phone=OLD)
    let(firm)
    (waiting,) = save(firm, client, phone=NEW)
    connecting.break_connection(firm.connection.pk, "revoked", firm.clock.now())
    firm.run(waiting)
    told = dashboard(firm)
    assert (firm.writes(), told.in_sync) == (0, 0)
    assert [push.state for push in Push.rows.of(firm.practice.pk)] == ["waiting"]
    assert NeedKind.RECONNECT in [need.kind for need in told.needs]
    firm.clock.advance(3600)
    firm.connect()
    reread(firm)
    waiting.refresh_from_db()
    firm.run(waiting)
    assert there(firm, remote_id, "phone") == NEW
    assert firm.writes() == 1
