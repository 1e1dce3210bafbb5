"""`xpm-sandbox`: serve a sandbox, or print its firm."""

import argparse
import contextlib
import json
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from xpm_sandbox import fields, switches
from xpm_sandbox.app import create_app
from xpm_sandbox.firm import make_firm
from xpm_sandbox.identity import grants
from xpm_sandbox.kept_clock import clock_of
from xpm_sandbox.server import make_server
from xpm_sandbox.world import NotAWorld, World


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    asked = _parser().parse_args(arguments)
    return _firm(asked) if asked.command == "firm" else _serve(asked)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xpm-sandbox", description="A Xero Practice Manager of one's own.")
    commands = parser.add_subparsers(dest="command", required=True)
    firm = commands.add_parser("firm", help="print the generated firm")
    serve = commands.add_parser("serve", help="serve the sandbox over HTTP")
    for each in (firm, serve):
        each.add_argument("--seed", type=int, default=1, help="what the firm is made from (1)")
        each.add_argument("--clients", type=int, default=400, help="clients of the practice (400)")
        each.add_argument("--region", choices=fields.REGIONS, default="AU")
    firm.add_argument("--json", action="store_true", help="as JSON, the whole firm")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--state", type=Path, help="SQLite file that keeps the world; temporary without")
    serve.add_argument("--frozen-at", type=datetime.fromisoformat, help="stop the clock at this time (UTC)")
    serve.add_argument("--switch", action="append", default=[], metavar="NAME=VALUE", help="set a doubt")
    serve.add_argument("--switches", type=Path, metavar="FILE", help="set the doubts in this file of TOML or JSON")
    serve.add_argument("--app", action="append", default=[], metavar="ID[:SECRET]=REDIRECT_URI", help="register an app")
    return parser


def _firm(asked: argparse.Namespace) -> int:
    firm = make_firm(seed=asked.seed, clients=asked.clients, region=asked.region)
    if asked.json:
        json.dump(firm.as_json(), sys.stdout, ensure_ascii=False)
        print()
    else:
        print(f"{firm.name}: {len(firm.clients)} clients, {len(firm.groups)} groups, {len(firm.staff)} staff")
    return 0


def _serve(asked: argparse.Namespace) -> int:
    try:
        wanted = switches.from_file(asked.switches) if asked.switches else {}
        wanted |= switches.checked(dict(each.partition("=")[::2] for each in asked.switch))
    except switches.UnknownSwitch as unknown:
        print(unknown, file=sys.stderr)
        return 2
    try:
        world = World.open(asked.state, seed=asked.seed, clients=asked.clients, region=asked.region)
    except NotAWorld as other:
        print(other, file=sys.stderr)
        return 2
    with world:
        with world.write() as db:
            switches.store(db, wanted)
            for each in asked.app:
                named, _, address = each.partition("=")
                client_id, _, secret = named.partition(":")
                grants.register(
                    db,
                    client_id=client_id,
                    secret=secret or None,
                    name=client_id,
                    redirect_uris=[address],
                    loopback=False,
                )
        if asked.frozen_at:
            clock_of(world).freeze(asked.frozen_at.replace(tzinfo=asked.frozen_at.tzinfo or UTC))
        server = make_server(create_app(world), host=asked.host, port=asked.port)
        print(json.dumps({"url": server.url}), flush=True)
        threading.Thread(target=_make_ready, args=[world], daemon=True).start()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
        finally:
            server.server_close()
    return 0


def _make_ready(world: World) -> None:
    """Make the clients while nobody has asked for them yet."""
    # Who stops the sandbox takes a temporary file away from under this; whatever else is wrong, a call will tell.
    with contextlib.suppress(sqlite3.Error):
        world.make()


if __name__ == "__main__":
    sys.exit(main())
