"""A believable accounting firm out of a seed: the same seed, size and region give the same firm, byte for byte."""

from xpm_sandbox.firm.make import bare_firm, make_clients, make_firm
from xpm_sandbox.firm.shape import Firm

__all__ = ["Firm", "bare_firm", "make_clients", "make_firm"]
