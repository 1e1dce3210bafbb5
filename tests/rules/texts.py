"""Rules on any text: nothing in the repository may point at one machine, or let somebody in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rules.rule import File, Offence, Rule

# Written in pieces, so that this file keeps the rules that it states.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "crates" + ".io",
    "ruby" + "gems.org",
    "proxy.go" + "lang.org",
    "deb.deb" + "ian.org",
    "archive.ubu" + "ntu.com",
    "jsdel" + "ivr.net",
    "unp" + "kg.com",
)
INDEX_OPTIONS = r"--(?:extra-)?index-url|--find-links|--trusted-host"
REGISTRY = re.compile("|".join(map(re.escape, HOSTS)) + "|" + rf"^(?:{INDEX_OPTIONS})", re.MULTILINE)

FOLDERS = ("work", "tmp", "root", "home", "Users", "opt/hostedtoolcache")
MACHINE_PATH = re.compile(rf"(?<![\w.$}}~/-])/(?:{'|'.join(FOLDERS)})/[\w.-]")

SECRETS = (
    re.compile("-----BEGIN [A-Z ]*PRIVATE " + "KEY-----"),
    re.compile(r"\b(?:ghp|gho|ghs)_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{30,}"),
    re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    re.compile(r"\bxox[abp]-[A-Za-z0-9-]{20,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}"),
    re.compile(
        r"""(?ix) (?: secret | token | passw(?:or)?d | api_?key | private_?key ) [\w]* ["']? \s* [:=] \s*
            ["'] (?= [^"']* \d ) (?= [^"']* [a-z] ) [a-z0-9+/=_-]{32,} ["']"""
    ),
)


def matching(pattern: re.Pattern[str], says: str) -> Callable[[File], Iterator[Offence]]:
    def find(file: File) -> Iterator[Offence]:
        for found in pattern.finditer(file.text):
            yield file.text.count("\n", 0, found.start()) + 1, f"{says}: {found.group()[:60]}"

    return find


def find_secret(file: File) -> Iterator[Offence]:
    for pattern in SECRETS:
        yield from matching(pattern, "looks like a secret")(file)


RULES = (
    Rule(
        "no package registry is named",
        matching(REGISTRY, "names a package registry"),
        bad=(
            File("uv.lock", 'source = { registry = "https://' + HOSTS[0] + '/simple" }\n'),
            File("requirements.txt", "--index" + "-url https://mirror.example/simple\n"),
            File("src/page.html", '<script src="https://cdn.' + HOSTS[-2] + '/npm/htmx"></script>\n'),
        ),
        good=(File("requirements.txt", "django==5.2.19 \\\n    --hash=sha256:9df1\n"),),
    ),
    Rule(
        "no path of one machine is named",
        matching(MACHINE_PATH, "names a path of one machine"),
        bad=(
            File("docs/how-to/start.md", "Open `/" + "home/jane/practicesync`.\n"),
            File("src/practicesync/config/settings.py", 'SCRATCH = "/' + 'tmp/scratch"\n'),
        ),
        good=(
            File("docs/index.md", "The page is at https://firm.example/work/queue and in ./home/jane.\n"),
            File("src/practicesync/web/urls.py", 'path("clients/home/", home)\n'),
        ),
    ),
    Rule(
        "no secret is kept in a file",
        find_secret,
        bad=(
            File("deploy.pem", "-----BEGIN PRIVATE " + "KEY-----\n"),
            File("src/practicesync/config/settings.py", 'API_TOKEN = "' + "a1b2c3d4" * 5 + '"\n'),
            File(".env", "GITHUB=ghp_" + "a1B2" * 9 + "\n"),
        ),
        good=(
            File("tests/web/test_sign_in.py", 'password = "correct horse"\n'),
            File("src/practicesync/config/settings.py", 'SECRET_KEY = env.str("PRACTICESYNC_SECRET_KEY")\n'),
        ),
    ),
)
