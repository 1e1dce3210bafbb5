"""What browsers are served is ours: complete, pinned, and pointing at nothing that is not served."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from practicesync.core import words
from practicesync.core.compare import State
from practicesync.web import frame
from rules.tree import ROOT, all_files

TABLER = ROOT / "src/practicesync/web/static/vendor/tabler"
SPRITE = TABLER / "icons.svg"


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))


def icons_of_templates() -> Iterator[str]:
    for file in all_files():
        if file.path.endswith(".html"):
            yield from re.findall(r'\{% icon "([^"]+)"|icon(?:_name)?(?:=|\|default:)"([^"]+)"', file.text)


def icons_of_words() -> Iterator[str]:
    for table in vars(words).values():
        if isinstance(table, Mapping):
            yield from (each.icon for each in table.values() if isinstance(each, words.Wording))


def used_icons() -> set[str]:
    in_templates = {name for pair in icons_of_templates() for name in pair if name}
    return {*in_templates, *icons_of_words(), *(icon for _, icon, *_ in frame.ITEMS)}


def test_every_icon_that_a_screen_shows_is_in_the_sprite() -> None:
    assert {"alert-triangle", words.STATE_WORDS[State.SAME].icon} <= used_icons()
    assert used_icons() - symbols() == set()


def test_the_sprite_holds_what_the_list_names() -> None:
    assert symbols() == set(runpy.run_path(str(ROOT / "bin/vendor-assets"))["OUTLINE"].split())


@pytest.mark.parametrize("path", sorted(TABLER.glob("tabler*")), ids=lambda path: path.name)
def test_no_style_or_script_points_at_a_file_that_is_not_served(path: Path) -> None:
    text = path.read_text()
    assert "sourceMappingURL" not in text
    assert re.findall(r"url\((?![\"']?data:|[\"']?#)[^)]*\)", text) == []


def test_the_licences_are_beside_the_files() -> None:
    assert {path.name for path in TABLER.glob("LICENSE-*")} == {"LICENSE-core", "LICENSE-icons"}
