"""The locks are what pyproject.toml asks for: every package pinned by version and hash, none missing or extra."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rules.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PROGRAM = [Requirement(line) for line in PROJECT["dependencies"]]
TESTS = [*PROGRAM, *(Requirement(line) for line in PROJECT["optional-dependencies"]["test"])]
BENCH = [*TESTS, *(Requirement(line) for line in PROJECT["optional-dependencies"]["bench"])]
LOCKS = {"requirements.txt": PROGRAM, "requirements-test.txt": TESTS, "requirements-bench.txt": BENCH}

Lock = dict[str, list[Requirement]]
"""The pins of each package by its name; several where they differ by Python version."""


def read_lock(text: str) -> Lock:
    """Read a lock; raises ValueError on an entry without an exact version or without a hash."""
    pins: Lock = {}
    for entry in text.replace("\\\n", " ").splitlines():
        words = entry.split(" --hash=")
        pin = Requirement(words[0].strip())
        if not re.fullmatch(r"==[\w.!+]+", str(pin.specifier)):
            raise ValueError(f"{pin.name} is not pinned to one version")
        if not all(re.fullmatch(r"sha256:[0-9a-f]{64}", word.strip()) for word in words[1:]) or not words[1:]:
            raise ValueError(f"{pin.name} has no hash")
        pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


def unmet(wanted: Iterable[Requirement], lock: Lock) -> list[str]:
    """Return the wanted packages that the lock lacks, or pins to a version that is not wanted."""
    return [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(next(iter(pin.specifier)).version)
            for pin in lock.get(canonicalize_name(requirement.name), [])
        )
    ]


def needed_here(wanted: Iterable[Requirement]) -> set[str]:
    """Return the names of all packages that these need on this Python, by what the installed ones say they require."""
    found: set[tuple[str, str]] = set()
    waiting = [(requirement, extra) for requirement in wanted for extra in ("", *requirement.extras)]
    while waiting:
        requirement, extra = waiting.pop()
        key = (canonicalize_name(requirement.name), extra)
        if key in found:
            continue
        found.add(key)
        for line in requires(requirement.name) or []:
            inner = Requirement(line)
            if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                waiting += [(inner, each) for each in ("", *inner.extras)]
    return {name for name, _ in found}


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_meets_what_is_asked_for(name: str) -> None:
    assert unmet(LOCKS[name], read_lock((ROOT / name).read_text())) == []


# What only benchmarks need is not installed where tests run, so nobody can tell there what it requires.
@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_the_lock_holds_all_that_is_needed_and_nothing_else(name: str) -> None:
    lock = read_lock((ROOT / name).read_text())
    here = {name for name, pins in lock.items() if any(pin.marker is None or pin.marker.evaluate() for pin in pins)}
    # A pin for another Python or system only is no business of this one.
    assert needed_here(LOCKS[name]) == here


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("requirements.txt", "requirements-test.txt"), ("requirements-test.txt", "requirements-bench.txt")],
)
def test_tests_and_benchmarks_run_on_the_very_packages_of_the_program(smaller: str, larger: str) -> None:
    within = read_lock((ROOT / smaller).read_text())
    whole = read_lock((ROOT / larger).read_text())
    # Where a package is wanted may be wider with more packages beside it; which release is wanted may not.
    assert {name: releases(pins) for name, pins in within.items()} == {name: releases(whole[name]) for name in within}


def releases(pins: Iterable[object]) -> list[str]:
    """The pinned releases without their markers."""
    return [str(pin).partition(";")[0].strip() for pin in pins]


def test_uv_is_pinned_too() -> None:
    assert read_lock((ROOT / "requirements-uv.txt").read_text()).keys() == {"uv"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("django>=5.2 --hash=sha256:" + "0" * 64, "one version"),
        ("django==5.* --hash=sha256:" + "0" * 64, "one version"),
        ("django==5.2.19", "no hash"),
        ("django==5.2.19 --hash=md5:" + "0" * 32, "no hash"),
    ],
)
def test_a_loose_pin_is_found(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_lock(text)


def test_a_missing_or_outdated_pin_is_found() -> None:
    lock = read_lock("django==4.2 --hash=sha256:" + "0" * 64)
    assert unmet([Requirement("django>=5.2"), Requirement("flask")], lock) == ["django>=5.2", "flask"]


def test_a_package_that_is_not_installed_is_no_silent_pass() -> None:
    with pytest.raises(PackageNotFoundError):
        needed_here([Requirement("practicesync-has-no-such-package")])
