"""The control API: JSON doors off the API prefix, by which a test sees the truth and moves the world."""

from flask import Blueprint

from xpm_sandbox.control import machinery, party_shelves, register, shelves, values, work_shelves
from xpm_sandbox.control.json_in import answer_errors
from xpm_sandbox.sandbox import Sandbox, refuse_other_sites


def doors(sandbox: Sandbox) -> Blueprint:
    """All of `/control/...`."""
    blueprint = Blueprint("control", __name__, url_prefix="/control")
    blueprint.before_request(refuse_other_sites)
    blueprint.register_blueprint(register.doors(sandbox))
    blueprint.register_blueprint(shelves.doors(sandbox, (*party_shelves.SHELVES, *work_shelves.SHELVES)))
    blueprint.register_blueprint(values.doors(sandbox))
    blueprint.register_blueprint(machinery.doors(sandbox))
    answer_errors(blueprint)
    return blueprint
