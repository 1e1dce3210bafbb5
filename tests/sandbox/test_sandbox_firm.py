"""The generated firm: repeatable, believable, and holding every trap that a sync must survive."""

import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest
from stdnum.au import abn, acn, tfn
from stdnum.gb import utr
from stdnum.nz import ird

from sandbox.door import Door
from xpm_sandbox import fields, numbers
from xpm_sandbox.app import create_app
from xpm_sandbox.firm import Firm, make_firm
from xpm_sandbox.world import World

_SIZE = 600


@pytest.fixture(scope="module", params=fields.REGIONS)
def firm(request: pytest.FixtureRequest) -> Firm:
    return make_firm(seed=7, clients=_SIZE, region=request.param)


def _clients(firm: Firm, structure: str) -> list[dict[str, Any]]:
    return [client for client in firm.clients if structure in client.get("BusinessStructure", "")]


def test_the_same_seed_gives_the_same_firm_and_another_seed_another(firm: Firm) -> None:
    again = make_firm(seed=7, clients=_SIZE, region=firm.region)
    assert json.dumps(again.as_json()) == json.dumps(firm.as_json())
    assert make_firm(seed=8, clients=_SIZE, region=firm.region).clients != firm.clients


def test_the_firm_has_exactly_so_many_clients_with_keys_of_their_own(firm: Firm) -> None:
    assert len(firm.clients) == _SIZE
    assert len({client["UUID"] for client in firm.clients}) == len({client["ID"] for client in firm.clients}) == _SIZE


def test_every_number_passes_its_check(firm: Firm) -> None:
    for client in firm.clients:
        tax, company, business = (client.get(name) for name in ("TaxNumber", "CompanyNumber", "BusinessNumber"))
        if firm.region == "AU":
            assert not tax or tfn.is_valid(tax)
            assert not company or (acn.is_valid(company) and abn.is_valid(client["BusinessNumber"]))
            assert not business or abn.is_valid(business)
        elif firm.region == "UK":
            assert not tax or (utr.is_valid(tax) and numbers.is_utr(tax))
            assert not company or (len(company), company.isdigit(), business) == (8, True, None)
        else:
            assert not tax or ird.is_valid(tax)
            assert not business or numbers.is_nzbn(business)


def test_tax_numbers_are_not_shared(firm: Firm) -> None:
    counted = Counter(client["TaxNumber"] for client in firm.clients if client.get("TaxNumber"))
    assert len(counted) > _SIZE / 2
    assert max(counted.values()) == 1


def test_the_firm_holds_every_trap(firm: Firm) -> None:
    clients = firm.clients
    text = json.dumps(clients, ensure_ascii=False)
    traps = {
        "archived": any(client["IsArchived"] == "Yes" for client in clients),
        "deleted": any(client["IsDeleted"] == "Yes" for client in clients),
        "prospect": any(client["IsProspect"] == "Yes" for client in clients),
        "no tax block": any(not client["HasTaxRecord"] for client in clients),
        "twin names": max(Counter(client["Name"] for client in clients).values()) > 1,
        "shared phone": max(Counter(client["Phone"] for client in clients if client["Phone"]).values()) > 1,
        "ampersand": "&" in text,
        "angle bracket": any("<" in client["Name"] for client in clients),
        "letters beyond ASCII": not text.isascii(),
        "several lines": any("\n" in client["Address"].strip() for client in clients),
        "trailing newline": any(client["Address"].endswith("\n") for client in clients),
        "PO box": any(client.get("PostalAddress", "").startswith("PO Box") for client in clients),
        "several contacts": any(len(client["Contacts"]) > 1 for client in clients),
        "contact without primary": any(
            client["Contacts"] and all(each["IsPrimary"] == "No" for each in client["Contacts"]) for client in clients
        ),
        "position 0": any(each["Position"] == "0" for client in clients for each in client["Contacts"]),
        "shared contact": max(Counter(each["UUID"] for client in clients for each in client["Contacts"]).values()) > 1,
        "no partner": any(client["AccountManager"] is None for client in clients),
        "person as Last, First": any(
            client["Name"] == f"{client.get('LastName')}, {client.get('FirstName')}" for client in clients
        ),
        "group": bool(firm.groups),
    }
    assert not [name for name, there in traps.items() if not there]


def test_families_hold_together(firm: Firm) -> None:
    known = {client["UUID"] for client in firm.clients}
    ties = [tie for client in firm.clients for tie in client["Relationships"]]
    assert {tie["RelatedClient"]["UUID"] for tie in ties} <= known
    assert {tie["Type"] for tie in ties} >= {"Director", "Shareholder", "Trustee", "Beneficiary", "Spouse", "Member"}
    for trust in _clients(firm, "Trust")[:20]:
        assert "Trustee" in {tie["Type"] for tie in trust["Relationships"]} or trust in firm.clients[-10:]


def test_the_world_serves_the_firm_that_the_command_prints() -> None:
    command = [
        sys.executable,
        "-m",
        "xpm_sandbox.cli",
        "firm",
        "--seed",
        "3",
        "--clients",
        "40",
        "--region",
        "NZ",
        "--json",
    ]
    printed = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    with World.open(seed=3, clients=40, region="NZ") as world:
        served = Door.in_process(create_app(world)).control("GET", "clients?limit=100")["clients"]
    assert {client["UUID"] for client in served} == {client["UUID"] for client in printed["clients"]}
    truth = {client["UUID"]: client for client in served}
    for client in printed["clients"]:
        for name in ("Name", "Phone", "Address", "TaxNumber", "IsArchived"):
            assert truth[client["UUID"]].get(name, "") == client.get(name, "")
        served_contacts = {each["UUID"] for each in truth[client["UUID"]]["Contacts"]}
        assert served_contacts == {each["UUID"] for each in client["Contacts"]}


def test_a_reset_gives_the_same_world_again() -> None:
    with World.open(seed=3, clients=20) as world:
        door = Door.in_process(create_app(world))
        before = door.control("GET", "clients")
        door.control("PATCH", f"clients/{before['clients'][0]['UUID']}", {"Name": "Changed"})
        door.switch(empty_element="error")
        door.control("POST", "reset")
        assert door.control("GET", "clients") == before
        assert door.control("GET", "switches")["empty_element"]["value"] == "clear"
        door.control("POST", "reset", {"seed": 4, "clients": 5, "region": "NZ"})
        assert door.control("GET", "clients")["total"] == 5
