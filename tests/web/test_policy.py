"""Labs, Apps, field rules, and a change of policy in two steps: what it would do, then doing it."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client as Browser

from practicesync.core.policy import REVIEWED, Direction, FieldRule, Passage, Policy, Truth
from practicesync.operations import policies
from practicesync.operations.listing import rebuild
from practicesync.operations.reconciling import reconcile
from practicesync.queries.policy import policy_of
from practicesync.store.models import Connection, Link, Practice, SyncPolicy
from queries.many import a_client, a_mirror
from web.conftest import NOW, Firm

CHANGE = "/apps/xpm/change/"
FROM_XPM = {"on": "1", "direction": "from_remote"}


def soup(browser: Browser, path: str, status: int = 200) -> BeautifulSoup:
    reply = browser.get(path)
    assert reply.status_code == status, reply.content.decode()[:2000]
    return BeautifulSoup(reply.content, "html.parser")


def words(page: BeautifulSoup) -> str:
    main = page.select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def held(firm: Firm) -> Policy:
    return policy_of(firm.practice.pk, "xpm")


def hold(firm: Firm, policy: Policy) -> None:
    policies.change(firm.actor(), "xpm", policy, NOW, seen=held(firm).version)


def sent_by(page: BeautifulSoup) -> dict[str, list[str]]:
    """What the confirming form of a preview sends."""
    found: dict[str, list[str]] = {}
    for field in page.select("form.confirm-change input"):
        found.setdefault(str(field["name"]), []).append(str(field.get("value", "")))
    return found


@pytest.fixture
def differing(connection: Connection) -> Connection:
    """Three linked clients whose phone numbers differ."""
    practice: Practice = connection.practice
    for number in range(3):
        client = a_client(practice, number, name=f"Kauri {number} Limited", phone="09 555 0100")
        client.save()
        told = {**client.values, "phone": "09 555 0199"}
        mirror = a_mirror(connection, f"r{number}", told)
        mirror.save()
        Link.rows.create(
            practice=practice, connection=connection, client=client, mirror=mirror, linked_at=NOW, linked_by="Ana"
        )

    rebuild(practice.pk)
    reconcile(practice.pk, list(Link.rows.of(practice.pk).values_list("pk", flat=True)), NOW)
    return connection


def test_labs_explains_the_new_client_sync_and_switches_it_on_after_a_preview(enabled: Firm, admin: Browser) -> None:
    page = soup(admin, "/settings/labs/")
    assert "New client sync Off" in words(page)
    explained = words(soup(admin, "/settings/labs/client-sync/"))
    for promise in ("never makes a client in the register", "never touches job templates or deployment"):
        assert promise in explained
    shown = soup(admin, f"{CHANGE}?on=1")
    assert "Client sync Off On" in words(shown)
    reply = admin.post(CHANGE, sent_by(shown))
    assert reply.headers["Location"] == "/settings/labs/"
    assert held(enabled).on
    assert "New client sync On" in words(soup(admin, "/settings/labs/"))


def test_the_drawer_offers_directions_levels_and_primary_with_their_effects(enabled: Firm, admin: Browser) -> None:
    page = soup(admin, "/apps/xpm/")
    assert [str(each["value"]) for each in page.select("input[name=direction]")] == [
        "from_remote",
        "to_remote",
        "two_way",
    ]
    assert [str(each["value"]) for each in page.select("input[name=level]")] == ["everything", "names", "nothing"]
    assert "will be overridden" not in words(page)
    assert "overridden by XPM's value" in words(page)


def test_a_reader_sees_what_holds_and_changes_nothing(differing: Connection, firm: Firm, read_only: Browser) -> None:
    hold(firm, replace(REVIEWED, on=True, direction=Direction.TO_REMOTE))
    drawer = soup(read_only, "/apps/xpm/")
    assert "To Xero Practice Manager" in words(drawer)
    assert not drawer.select("input[name=direction]")
    rules = soup(read_only, "/apps/xpm/rules/")
    assert "The direction" in words(rules)
    assert not rules.select("input[name=field]")
    for path in (f"{CHANGE}?on=0", "/apps/xpm/rules/edit/?field=client.phone", f"{CHANGE}clients/?effect=asks"):
        assert read_only.get(path).status_code == 403
    assert read_only.post(CHANGE, {"on": "0"}).status_code == 403
    assert held(firm).on


def test_a_preview_names_clients_values_and_calls_and_changes_nothing(
    differing: Connection, firm: Firm, admin: Browser
) -> None:
    told = words(soup(admin, f"{CHANGE}?on=1&direction=from_remote"))
    assert "Will be overwritten in the register 3 values of 3 clients" in told
    assert "Kauri 1 Limited Phone" in told
    assert "It costs no calls to XPM" in told
    told = words(soup(admin, f"{CHANGE}?on=1&direction=to_remote"))
    assert "Will be overwritten in XPM 3 values of 3 clients" in told
    assert "takes about" in told
    assert not SyncPolicy.rows.of(firm.practice.pk).exists()


def test_confirming_from_xpm_offers_a_sync_by_hand_at_once(differing: Connection, firm: Firm, admin: Browser) -> None:
    shown = soup(admin, f"{CHANGE}?on=1&direction=from_remote")
    reply = admin.post(CHANGE, sent_by(shown))
    assert held(firm).direction is Direction.FROM_REMOTE
    after = soup(admin, reply.headers["Location"])
    (button,) = [link for link in after.select(".note a") if link.get_text() == "Sync now"]
    assert urlsplit(str(button["href"])).path == "/sync/plan/"
    assert parse_qs(urlsplit(str(button["href"])).query) == {"move": ["pull"]}
    plan = words(soup(admin, str(button["href"])))
    assert all(f"Kauri {number} Limited" in plan for number in range(3))


def test_what_moved_since_the_preview_is_shown_anew(differing: Connection, firm: Firm, admin: Browser) -> None:
    form = sent_by(soup(admin, f"{CHANGE}?on=1&direction=from_remote"))
    hold(firm, replace(REVIEWED, direction=Direction.TO_REMOTE))
    reply = admin.post(CHANGE, form)
    assert reply.status_code == 409
    page = BeautifulSoup(reply.content, "html.parser")
    assert "It changed while you looked" in words(page)
    assert "Direction To Xero Practice Manager From Xero Practice Manager" in words(page)
    assert not held(firm).on
    assert admin.post(CHANGE, sent_by(page)).status_code == 302
    assert held(firm).on


def test_contradictions_are_told_with_what_to_do(enabled: Firm, admin: Browser) -> None:
    page = soup(admin, f"{CHANGE}?direction=from_remote&register_primary=1&brake_changed=0", 422)
    told = words(page)
    assert "The register cannot be primary while XPM overrides it" in told
    assert "Stop at between 1 and 1,000 changed clients" in told
    page = soup(admin, f"{CHANGE}?direction=from_remote&field=client.phone&rule=own&truth=local&inward=&outward=", 422)
    assert "the register cannot win where it may not overwrite XPM" in words(page)
    assert page.select("a[href$='edit/?field=client.phone']")


@pytest.mark.parametrize(
    "query",
    [
        "direction=sideways",
        "level=half",
        "brake_changed=many",
        "brake_changed=-1",
        "brake_changed=9999999",
        "field=client.phone&rule=weird",
        "field=client.phone&rule=own&truth=nobody",
        "field=client.shoe_size&rule=ask",
        "field=client.website&rule=to_remote",
    ],
)
def test_what_no_form_sends_is_refused(enabled: Firm, admin: Browser, query: str) -> None:
    soup(admin, f"{CHANGE}?{query}", 422)
    assert admin.post(f"{CHANGE}", parse_qs(query)).status_code == 422
    assert not SyncPolicy.rows.of(enabled.practice.pk).exists()


def test_several_fields_get_a_rule_at_once_and_a_point_may_stay_as_it_is(enabled: Firm, admin: Browser) -> None:
    hold(enabled, replace(REVIEWED, rules={"client.phone": FieldRule(Truth.LOCAL)}))
    page = soup(admin, "/apps/xpm/rules/edit/?field=client.phone&field=client.fax")
    assert "Rules of 2 fields" in words(page)
    query = "field=client.phone&field=client.fax&rule=own&truth=same&inward=fill_blank&outward="
    admin.post(CHANGE, sent_by(soup(admin, f"{CHANGE}?{query}")))
    assert dict(held(enabled).rules) == {
        "client.phone": FieldRule(Truth.LOCAL, Passage.FILL_BLANK),
        "client.fax": FieldRule(None, Passage.FILL_BLANK),
    }
    admin.post(CHANGE, sent_by(soup(admin, f"{CHANGE}?field=client.phone&field=client.fax&rule=two_way")))
    assert dict(held(enabled).rules) == {}


def test_a_rule_that_cannot_be_is_not_offered_and_says_why(enabled: Firm, admin: Browser) -> None:
    page = soup(admin, "/apps/xpm/rules/edit/?field=client.website")
    (to_xpm,) = page.select("input[name=rule][value=to_remote]")
    assert to_xpm.has_attr("disabled")
    assert "XPM alone keeps it, so it cannot go out" in words(page)


def test_the_table_says_of_every_field_what_holds_and_why(enabled: Firm, admin: Browser) -> None:
    rule = FieldRule(None, Passage.NEVER, Passage.NEVER)
    hold(enabled, replace(REVIEWED, on=True, direction=Direction.TO_REMOTE, rules={"client.fax": rule}))
    page = soup(admin, "/apps/xpm/rules/")

    def row(label: str) -> str:
        for each in page.select("table.rules tbody tr"):
            if each.th is not None and label in each.th.get_text():
                return " ".join(each.get_text(" ").split())
        raise AssertionError(label)

    assert "The register wins The direction Your firm's direction is To Xero Practice Manager." in row("Phone")
    assert "XPM wins XPM alone keeps it" in row("Website")
    assert "A rule of its own" in row("Fax")
    assert "Ignored" in row("Fax")
    assert "On no level's list" in row("Relationships")


def test_a_rule_without_its_field_is_told_and_taken_away(enabled: Firm, admin: Browser) -> None:
    hold(enabled, replace(REVIEWED, on=True))
    SyncPolicy.rows.of(enabled.practice.pk).update(rules={"client.pager": {"inward": "ask"}})
    page = soup(admin, "/apps/xpm/rules/")
    assert "no longer there" in words(page)
    (away,) = page.select("section.lost a")
    admin.post(CHANGE, sent_by(soup(admin, str(away["href"]))))
    assert dict(held(enabled).rules) == {}


def test_the_whole_list_of_clients_is_paged_by_name(differing: Connection, admin: Browser) -> None:
    page = soup(admin, f"{CHANGE}clients/?on=1&direction=from_remote&effect=comes_in")
    assert [each.get_text() for each in page.select("table.named-table tbody a")] == [
        f"Kauri {number} Limited" for number in range(3)
    ]
    assert admin.get(f"{CHANGE}clients/?on=1&effect=nonsense").status_code == 302
    assert "concerns no client" in words(soup(admin, f"{CHANGE}clients/?on=1&effect=blanks&page=0x"))


def test_nothing_is_there_until_the_add_on_is_enabled(firm: Firm, admin: Browser) -> None:
    for path in ("/apps/xpm/", "/apps/xpm/rules/", "/apps/xpm/rules/edit/?field=client.phone", CHANGE):
        assert admin.get(path).headers["Location"] == "/apps/"
    assert admin.post(CHANGE, FROM_XPM).headers["Location"] == "/apps/"
    assert not SyncPolicy.rows.of(firm.practice.pk).exists()
    assert "No app yet" in words(soup(admin, "/apps/"))
    assert "Nothing to switch on yet" in words(soup(admin, "/settings/labs/"))


def test_sync_is_offered_on_the_list_of_clients_unless_the_register_is_primary(
    differing: Connection, firm: Firm, standard: Browser, read_only: Browser
) -> None:
    def offered(browser: Browser) -> list[str]:
        return [" ".join(each.get_text().split()) for each in soup(browser, "/clients/").select("main form button")]

    assert "Sync" in offered(standard)
    assert "Sync" not in offered(read_only)
    reply = standard.post("/refresh/", {"from": "clients"})
    assert reply.headers["Location"] == "/clients/"
    assert "Syncing" in offered(standard)
    hold(firm, replace(REVIEWED, register_primary=True))
    assert not {"Sync", "Syncing"} & set(offered(standard))


def test_where_the_register_is_primary_the_sync_screen_bars_what_would_overwrite_it(
    differing: Connection, firm: Firm, standard: Browser
) -> None:
    client_id = Link.rows.of(firm.practice.pk).values_list("client_id", flat=True).first()
    (pull,) = soup(standard, f"/clients/{client_id}/sync/").select("input[name='choice:phone'][value=pull]")
    assert not pull.has_attr("disabled")
    hold(firm, replace(REVIEWED, register_primary=True))
    page = soup(standard, f"/clients/{client_id}/sync/")
    (pull,) = page.select("input[name='choice:phone'][value=pull]")
    assert pull.has_attr("disabled")
    assert pull.parent is not None
    assert "The register is primary" in str(pull.parent["title"])


def test_a_large_firm_is_told_that_its_differences_are_being_judged(
    differing: Connection, firm: Firm, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "AT_ONCE", 1)
    admin.post(CHANGE, sent_by(soup(admin, f"{CHANGE}?on=1&direction=to_remote")))
    page = soup(admin, "/apps/xpm/")
    (link,) = page.select(".note a[href^='/runs/']")
    assert "being judged by the new rules" in words(page)
    assert "Judging all differences by new rules" in words(soup(admin, str(link["href"])))


def test_the_register_primary_is_told_with_what_it_withdraws_and_comes_back(
    differing: Connection, firm: Firm, admin: Browser
) -> None:
    shown = soup(admin, f"{CHANGE}?register_primary=0&register_primary=1")
    assert "Can no longer be taken from XPM 3 values of 3 clients" in words(shown)
    admin.post(CHANGE, sent_by(shown))
    assert held(firm).register_primary
    shown = soup(admin, f"{CHANGE}?register_primary=0")
    assert "Can be taken from XPM again 3 values of 3 clients" in words(shown)
    admin.post(CHANGE, sent_by(shown))
    assert not held(firm).register_primary
