"""The addresses of importing from the remote."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.remote_import import views as remote_import

HERE = "clients/import-from-xpm/"
ONE = f"{HERE}<int:mirror_id>/"

remote_import_patterns = [
    route(HERE, remote_import.remote_import, "remote-import", get=Ability.EDIT),
    route(ONE, remote_import.one, "remote-import-one", get=Ability.EDIT, post=Ability.EDIT),
    route(f"{ONE}look/", remote_import.look, "remote-import-look", post=Ability.SYNC),
    route(f"{ONE}looked/", remote_import.looked, "remote-import-looked", get=Ability.EDIT, background=True),
]
