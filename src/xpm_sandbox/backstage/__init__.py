"""Pages behind the scenes: a person sees and sets the doubts, and sees, makes and clears faults."""

from xpm_sandbox.backstage.pages import backstage

__all__ = ["backstage"]
