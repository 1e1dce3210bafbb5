"""Pages on which a person edits clients as in Practice Manager itself. No sign-in: what is here is made up."""

from xpm_sandbox.xpm_pages.views import pages

__all__ = ["pages"]
