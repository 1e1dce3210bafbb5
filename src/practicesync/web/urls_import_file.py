"""The addresses of importing from a file."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.import_file import views as imports

HERE = "clients/import/"
ONE = f"{HERE}<int:import_id>/"
EDIT = Ability.EDIT

import_file_patterns = [
    route(HERE, imports.begin, "imports", get=EDIT, post=EDIT),
    route(f"{HERE}template/", imports.template_file, "import-template", get=EDIT),
    route(ONE, imports.one, "import", get=EDIT),
    route(f"{ONE}columns/", imports.columns, "import-columns", get=EDIT, post=EDIT),
    route(f"{ONE}progress/", imports.progress, "import-progress", get=EDIT, background=True),
    route(f"{ONE}choices/", imports.choices, "import-choices", post=EDIT),
    route(f"{ONE}check/", imports.check_again, "import-check", post=EDIT),
    route(f"{ONE}confirm/", imports.confirm, "import-confirm", post=EDIT),
    route(f"{ONE}cancel/", imports.cancel, "import-cancel", post=EDIT),
    route(f"{ONE}discard/", imports.discard, "import-discard", post=EDIT),
    route(f"{ONE}undo/", imports.undo, "import-undo", get=Ability.SYNC, post=Ability.SYNC),
    route(f"{ONE}problems.csv", imports.problems, "import-problems", get=EDIT),
]
