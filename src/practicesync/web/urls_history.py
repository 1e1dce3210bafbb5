"""The addresses of conflicts, of the history of values, and of taking back."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.conflicts import always
from practicesync.web.screens.conflicts import views as conflicts
from practicesync.web.screens.history import views as history
from practicesync.web.screens.undo import views as undo

CONFLICTS = "sync/conflicts/"
HISTORY = "clients/<int:client_id>/history/"
RUN = "runs/<int:run_id>/"

history_patterns = [
    route(CONFLICTS, conflicts.conflicts, "conflicts", get=Ability.VIEW),
    route(f"{CONFLICTS}answer/", conflicts.answer, "conflict-answer", post=Ability.SYNC),
    route(f"{CONFLICTS}take-back/", conflicts.take_back, "conflict-take-back", post=Ability.SYNC),
    route(f"{CONFLICTS}several/", conflicts.several, "conflict-several", post=Ability.SYNC),
    route(f"{CONFLICTS}always/", always.always, "conflict-always", get=Ability.MANAGE, post=Ability.MANAGE),
    route(HISTORY, history.of_client, "value-history", get=Ability.VIEW),
    route(f"{HISTORY}export/", history.export_client, "value-history-export", get=Ability.VIEW),
    route(f"{RUN}changes/", history.of_run, "run-changes", get=Ability.VIEW),
    route(f"{RUN}changes/export/", history.export_run, "run-changes-export", get=Ability.VIEW),
    route(f"{RUN}undo/", undo.undo_run, "undo-run", get=Ability.SYNC, post=Ability.SYNC),
    route("changes/<int:change_id>/set-back/", undo.set_back, "set-back", post=Ability.SYNC),
]
