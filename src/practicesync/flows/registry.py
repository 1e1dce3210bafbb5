"""Every flow, by the kind of run that it carries out."""

from collections.abc import Mapping

from practicesync.flows.apply import apply
from practicesync.flows.automatic import automatic
from practicesync.flows.draw import draw
from practicesync.flows.import_file import import_check, import_file, import_undo
from practicesync.flows.import_many import import_many
from practicesync.flows.leave import leave
from practicesync.flows.link_many import link_many, unlink_many
from practicesync.flows.match import match
from practicesync.flows.record import look, record, reread
from practicesync.flows.refresh import refresh
from practicesync.flows.replan import replan
from practicesync.flows.set_aside import set_aside
from practicesync.flows.steps import Flow
from practicesync.flows.sync import sync

FLOWS: Mapping[str, Flow] = {
    "refresh": refresh,
    "sweep": refresh,
    "record": record,
    "look": look,
    "reread": reread,
    "import": import_many,
    "sync": sync,
    "automatic": automatic,
    "leave": leave,
    "apply": apply,
    "draw": draw,
    "match": match,
    "import_check": import_check,
    "import_file": import_file,
    "import_undo": import_undo,
    "link_many": link_many,
    "unlink_many": unlink_many,
    "replan": replan,
    "set_aside": set_aside,
    "take_back": set_aside,
}
