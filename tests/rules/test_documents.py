"""The documents are true to the repository: links lead somewhere, commands exist, decisions cover every dependency."""

from __future__ import annotations

import re
import runpy
import tomllib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement

from practicesync.cli.main import COMMANDS
from practicesync.config.env import PREFIX, VARIABLES
from practicesync.core.words import ERROR_WORDS
from rules.rule import File
from rules.tree import ROOT, all_files

ADR_LINES = 40
ADR_HEADINGS = ["Context", "Choice", "Cost", "When to revisit"]
CHANGE_SORTS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def documents() -> list[File]:
    return [file for file in all_files() if file.path.endswith(".md")]


def decisions() -> list[File]:
    return [file for file in documents() if file.path.startswith("docs/adr/")]


# Links


def broken_links(file: File, paths: Collection[str]) -> Iterator[str]:
    """Yield the links of a document that lead to no file among `paths`, or to no heading of that file."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", file.text, flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = normal(PurePosixPath(file.path).parent / target) if target else file.path
        if path not in paths and not any(other.startswith(f"{path}/") for other in paths):
            yield f"{file.path}: {link} leads nowhere"
        elif anchor and path.endswith(".md") and anchor not in anchors((ROOT / path).read_text()):
            yield f"{file.path}: {link} names no heading"


def normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def anchors(text: str) -> set[str]:
    """Return the anchors that a forge makes of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere() -> None:
    pictures = {str(path.relative_to(ROOT).as_posix()) for path in (ROOT / "docs").rglob("*.png")}
    paths = {file.path for file in all_files()} | pictures
    assert [broken for file in documents() for broken in broken_links(file, paths)] == []


@pytest.mark.parametrize("link", ["gone.md", "../gone.md", "index.md#no-such-heading", "#no-such-heading"])
def test_a_broken_link_is_found(link: str) -> None:
    file = File("docs/index.md", f"# Documentation\n\nSee [this]({link}).\n")
    assert list(broken_links(file, {"docs/index.md"}))


def test_every_page_is_reached_from_the_index() -> None:
    pages = {file.path: file for file in documents()}
    reached, waiting = set(), ["docs/index.md"]
    while waiting:
        path = waiting.pop()
        if path in reached or path not in pages:
            continue
        reached.add(path)
        links = re.findall(r"\]\(([^)\s#]+)", pages[path].text)
        waiting += [normal(PurePosixPath(path).parent / link) for link in links]
    assert {path for path in pages if path.startswith("docs/")} - reached == set()


# Commands


def unknown_commands(text: str, known: Collection[str]) -> list[str]:
    """Return the commands of `./run` that a document names and that do not exist."""
    return [name for name in re.findall(r"(?:^|`)\./run ([a-z]+)", text, flags=re.MULTILINE) if name not in known]


def known_commands() -> set[str]:
    table = re.search(r"^COMMANDS\b[^{]*\{(.*?)\}$", (ROOT / "run").read_text(), flags=re.MULTILINE | re.DOTALL)
    assert table
    return set(re.findall(r'"(\w+)":', table.group(1)))


def test_the_readme_gives_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert re.findall(r"^```\n(.+)\n```$", readme, flags=re.MULTILINE) == ["./run demo", "./run test"]


def test_every_command_in_the_documents_exists() -> None:
    known = known_commands()
    assert {file.path: unknown for file in documents() if (unknown := unknown_commands(file.text, known))} == {}


def test_an_unknown_command_is_found() -> None:
    assert unknown_commands("```\n./run everything\n```\nor `./run test`", known_commands()) == ["everything"]


def unknown_words(text: str, known: Collection[str]) -> list[str]:
    """Return the words that code in a document gives after `practicesync` as its command, and that are none."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL))
    given = re.findall(r"(?:(?<=bin/)|(?<![\w/-]))practicesync ([a-z][a-z-]*)", code)
    return [word for word in given if word not in known]


def test_every_command_of_the_program_in_the_documents_exists() -> None:
    # `createdb --owner practicesync practicesync` names a role and a database.
    known = {command.name.split()[0] for command in COMMANDS} | {"practicesync"}
    assert {file.path: unknown for file in documents() if (unknown := unknown_words(file.text, known))} == {}


def test_an_unknown_command_of_the_program_is_found() -> None:
    text = "`practicesync doctor`, or\n```\n.venv/bin/practicesync heal --all\n```\n"
    assert unknown_words(text, {"doctor"}) == ["heal"]


# Settings


def unknown_settings(text: str, known: Collection[str]) -> list[str]:
    """Return the environment variables of the program that a document names and that it does not read."""
    return [name for name in re.findall(rf"\b{PREFIX}([A-Z][A-Z_]*[A-Z])\b", text) if name not in known]


def test_every_setting_in_the_documents_exists() -> None:
    known = {variable.name for variable in VARIABLES}
    known |= {f"{variable.name}_FILE" for variable in VARIABLES if variable.secret}
    assert {file.path: unknown for file in documents() if (unknown := unknown_settings(file.text, known))} == {}


def test_an_unknown_setting_is_found() -> None:
    assert unknown_settings("Set `PRACTICESYNC_MODE=live` and PRACTICESYNC_LUCK=7.\n", {"MODE"}) == ["LUCK"]


# Sentences of the program


def unsaid(text: str, sayings: str) -> list[str]:
    """Return what a document quotes in the first column of its tables, and the program does not say."""
    cells = re.findall(r"^ *\| ([^|]*)\|", text, flags=re.MULTILINE)
    quoted = [sentence.removesuffix(" …") for cell in cells for sentence in re.findall(r'"([^"]+)"', cell)]
    return [sentence for sentence in quoted if sentence not in sayings]


def test_what_a_how_to_quotes_is_what_the_program_says() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "src/practicesync/web").rglob("*.html")]
    sayings = "\n".join([*ERROR_WORDS.values(), *pages])
    guides = [file for file in documents() if file.path.startswith("docs/how-to/")]
    assert {file.path: wrong for file in guides if (wrong := unsaid(file.text, sayings))} == {}


def test_a_sentence_that_nobody_says_is_found() -> None:
    table = '| you see | do |\n| --- | --- |\n| "All is well." | rest |\n| "All is lost." | weep |\n'
    assert unsaid(table, "All is well.") == ["All is lost."]


def test_ci_runs_the_readmes_test_command() -> None:
    assert "./run test" in (ROOT / ".ci/run").read_text()


# Pages made of tables


@pytest.mark.parametrize(("page", "write"), runpy.run_path(str(ROOT / "bin/write-reference"))["PAGES"].items())
def test_a_reference_page_is_what_its_table_says(page: str, write: Callable[[], str]) -> None:
    again = "run .venv/bin/python bin/write-reference"
    assert (ROOT / "docs/reference" / page).read_text(encoding="utf-8") == write(), again


# Decisions


def faults_of_decision(file: File, number: int) -> Iterator[str]:
    lines = file.text.splitlines()
    if len(lines) > ADR_LINES:
        yield f"{file.path} has {len(lines)} lines, more than {ADR_LINES}"
    if not PurePosixPath(file.path).name.startswith(f"{number:04d}-") or not lines[0].startswith(f"# {number}. "):
        yield f"{file.path} is not number {number} by its name and title"
    if re.findall(r"^## (.+)$", file.text, flags=re.MULTILINE) != ADR_HEADINGS:
        yield f"{file.path} has not the headings {', '.join(ADR_HEADINGS)}"


def unnamed(packages: Collection[str], texts: Collection[str]) -> list[str]:
    """Return the packages that no text names as a word of its own."""
    whole = "\n".join(texts).lower()
    return [name for name in packages if not re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", whole)]


def test_decisions_are_short_numbered_and_of_one_form() -> None:
    assert [fault for number, file in enumerate(decisions(), 1) for fault in faults_of_decision(file, number)] == []


def test_a_malformed_decision_is_found() -> None:
    long = File("docs/adr/0007-long.md", "# 7. Long\n\n## Context\n" + "and so on\n" * ADR_LINES)
    assert len(list(faults_of_decision(long, 8))) == 3


def test_every_dependency_is_named_in_a_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    assert unnamed([Requirement(line).name for line in lines], [file.text for file in decisions()]) == []


def test_a_dependency_without_a_decision_is_found() -> None:
    assert unnamed(["celery", "django"], ["Django, and `celery-beat`"]) == ["celery"]


# Changelog


def faults_of_changelog(text: str) -> Iterator[str]:
    """Yield what is wrong by Keep a Changelog 1.1: the order of versions, their dates, the sorts of change."""
    versions = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    if not text.startswith("# Changelog\n"):
        yield "has not the title Changelog"
    if versions[:1] != ["[Unreleased]"]:
        yield "does not begin with [Unreleased]"
    for version in versions[1:]:
        if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", version):
            yield f"{version} is not of the form [1.2.3] - 2026-01-31"
    dates = [version[-10:] for version in versions[1:]]
    if dates != sorted(dates, reverse=True):
        yield "does not have the newest version first"
    for sort, body in re.findall(r"^### (.+)\n((?:(?!##).*\n?)*)", text, flags=re.MULTILINE):
        if sort not in CHANGE_SORTS:
            yield f"{sort} is no sort of change"
        if not re.search(r"^- \S", body, flags=re.MULTILINE):
            yield f"{sort} lists nothing"


def test_the_changelog_is_well_formed() -> None:
    assert list(faults_of_changelog((ROOT / "CHANGELOG.md").read_text())) == []


@pytest.mark.parametrize(
    "text",
    [
        "# History\n\n## [Unreleased]\n",
        "# Changelog\n\n## [1.0.0] - 2026-11-30\n",
        "# Changelog\n\n## [Unreleased]\n\n## 1.0 (yesterday)\n",
        "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-11-01\n\n## [1.1.0] - 2026-11-30\n",
        "# Changelog\n\n## [Unreleased]\n\n### Improved\n\n- speed\n",
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n### Fixed\n\n- a fault\n",
    ],
)
def test_a_malformed_changelog_is_found(text: str) -> None:
    assert list(faults_of_changelog(text))


# The map


def missing_from_map(packages: Collection[str], text: str) -> list[str]:
    return [name for name in packages if not re.search(rf"^  {re.escape(name)}/ ", text, flags=re.MULTILINE)]


def packages_of(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def test_every_layer_is_on_the_map() -> None:
    packages = packages_of(ROOT / "src/practicesync")
    assert "core" in packages
    assert missing_from_map(packages, (ROOT / "CONTRIBUTING.md").read_text()) == []


def test_a_layer_off_the_map_is_found() -> None:
    assert missing_from_map(["core", "extras"], "  core/     decides\n") == ["extras"]
