"""Xero Practice Manager, API 3.1 in XML (Xero developer documentation, Practice Manager API 3.1)."""

from practicesync.connectors.xpm.capture import decode_file
from practicesync.connectors.xpm.connector import XpmConnector
from practicesync.connectors.xpm.identity import XpmIdentity
from practicesync.connectors.xpm.settings import XpmSettings

__all__ = ["XpmConnector", "XpmIdentity", "XpmSettings", "decode_file"]
