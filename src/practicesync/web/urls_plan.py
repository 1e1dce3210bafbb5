"""The addresses of the firm's plan and of the sheets drawn up out of it."""

from practicesync.core.actor import Ability
from practicesync.web.rules import route
from practicesync.web.screens.brake import views as brake
from practicesync.web.screens.plan import views as plan
from practicesync.web.screens.sheet import views as sheet

BRAKE = "sync/plan/brake/<int:brake_id>/"
SHEET = "sync/plan/sheets/<int:sheet_id>/"

plan_patterns = [
    route("sync/plan/", plan.plan, "plan", get=Ability.VIEW),
    route("sync/plan/review/", plan.review, "plan-review", post=Ability.SYNC),
    route(BRAKE, brake.brake, "brake", get=Ability.VIEW),
    route(f"{BRAKE}leave/", brake.leave, "brake-leave", post=Ability.SYNC),
    route("sync/plan/absent/", plan.absent, "plan-absent", get=Ability.VIEW, post=Ability.SYNC),
    route(
        "sync/plan/sheets/drawing/<int:run_id>/", sheet.being_drawn, "sheet-drawing", get=Ability.VIEW, background=True
    ),
    route(SHEET, sheet.sheet, "sheet", get=Ability.VIEW),
    route(f"{SHEET}progress/", sheet.progress, "sheet-progress", get=Ability.VIEW, background=True),
    route(f"{SHEET}apply/", sheet.apply, "sheet-apply", post=Ability.SYNC),
    route(f"{SHEET}leave/", sheet.leave, "sheet-leave", post=Ability.SYNC),
    route(f"{SHEET}cancel/", sheet.cancel, "sheet-cancel", post=Ability.SYNC),
    route(f"{SHEET}again/", sheet.again, "sheet-again", post=Ability.SYNC),
]
