"""The addresses of importing from the remote."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.import_many import views as import_many
from practicesync.web.screens.remote_import import views as remote_import

HERE = "clients/import-from-xpm/"
ONE = f"{HERE}<int:mirror_id>/"
MANY = f"{HERE}many/<int:many_id>/"

remote_import_patterns = [
    route(HERE, remote_import.remote_import, "remote-import", get=Ability.EDIT),
    route(ONE, remote_import.one, "remote-import-one", get=Ability.EDIT, post=Ability.EDIT),
    route(f"{ONE}look/", remote_import.look, "remote-import-look", post=Ability.SYNC),
    route(f"{ONE}looked/", remote_import.looked, "remote-import-looked", get=Ability.EDIT, background=True),
    route(f"{HERE}many/", import_many.begin, "import-many-begin", post=Ability.EDIT),
    route(MANY, import_many.one, "import-many", get=Ability.EDIT, post=Ability.EDIT),
    route(f"{MANY}progress/", import_many.progress, "import-many-progress", get=Ability.EDIT, background=True),
    route(f"{MANY}discard/", import_many.discard, "import-many-discard", post=Ability.EDIT),
    route(f"{MANY}undo/", import_many.undo, "import-many-undo", get=Ability.SYNC, post=Ability.SYNC),
]
