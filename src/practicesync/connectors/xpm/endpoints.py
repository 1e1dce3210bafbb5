"""THE table of the paths that this connector calls (Xero developer documentation, Practice Manager API 3.1)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path below the API's base; `{u}` stands for a record's id. `answers` is the element that a good reply holds.

    `listing` replies may be of any length and are streamed; `writes` ones may change something.
    """

    method: str
    path: str
    answers: str
    writes: bool = False
    listing: bool = False

    @property
    def of_record(self) -> bool:
        """Whether it is about a record that may be gone."""
        return "{u}" in self.path or self.writes


CLIENT_LIST = Endpoint("GET", "client.api/list", "Clients", listing=True)
CLIENT_SEARCH = Endpoint("GET", "client.api/search", "Clients")
CLIENT_GET = Endpoint("GET", "client.api/get/{u}", "Client")
CLIENT_UPDATE = Endpoint("PUT", "client.api/update", "Client", writes=True)
CONTACT_UPDATE = Endpoint("PUT", "client.api/contact/{u}", "Contact", writes=True)
CONTACT_ADD = Endpoint("POST", "client.api/contact", "Contact", writes=True)
STAFF_LIST = Endpoint("GET", "staff.api/list", "StaffList")
