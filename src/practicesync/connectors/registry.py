"""The connectors there are. One line each; whoever needs one asks here by name."""

from practicesync.connectors.base import Connector
from practicesync.connectors.transport import Transport
from practicesync.connectors.xpm.connector import XpmConnector
from practicesync.connectors.xpm.gateway import Gateway
from practicesync.connectors.xpm.settings import XpmSettings
from practicesync.core.catalogue import CATALOGUE
from practicesync.core.fields import Catalogue


def xpm(settings: XpmSettings, transport: Transport, catalogue: Catalogue = CATALOGUE) -> Connector:
    """Xero Practice Manager."""
    return XpmConnector(Gateway(transport, settings.api_base), catalogue)


CONNECTORS = {"xpm": xpm}
