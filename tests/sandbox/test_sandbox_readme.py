"""The sandbox's README is what others code against: it names every control call, fault and option there is."""

import re
from pathlib import Path

import pytest
from flask import Flask

import xpm_sandbox
from xpm_sandbox.app import create_app
from xpm_sandbox.faults import KINDS
from xpm_sandbox.world import World

_README = (Path(xpm_sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def app(world: World) -> Flask:
    return create_app(world)


def test_every_control_call_is_named(app: Flask) -> None:
    paths = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/control/")}
    named = {re.sub(r"/<[^>]+>$", "", re.sub(r"/<[^>]+>", "/<>", path)) for path in paths}
    stems = {path.split("/<>")[0] for path in named}
    assert not [stem for stem in sorted(stems) if stem not in _README]


def test_every_fault_is_named() -> None:
    assert not [kind for kind in KINDS if f"`{kind}`" not in _README]


def test_every_address_named_is_served(app: Flask) -> None:
    addresses = re.findall(r"`(/(?:identity|connect|connections|\.well-known)[a-z/.-]*)`", _README)
    served = {rule.rule for rule in app.url_map.iter_rules()}
    assert len(addresses) >= 5
    assert not [address for address in addresses if address not in served]
