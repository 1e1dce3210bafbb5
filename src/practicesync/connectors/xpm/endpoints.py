"""THE table of the paths that this connector calls (Xero developer documentation, Practice Manager API 3.1)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One path below the API's base; `{u}` stands for a record's id.

    `of_record` ones name a record, which may be gone; `writes` ones may change something; `listing` replies may be of
    any length and are streamed. `answers` is the element that a good reply holds, or "" where none is documented.
    """

    method: str
    path: str
    answers: str
    of_record: bool = False
    writes: bool = False
    listing: bool = False


CLIENT_LIST = Endpoint("GET", "client.api/list", "Clients", listing=True)
CLIENT_SEARCH = Endpoint("GET", "client.api/search", "Clients")
CLIENT_GET = Endpoint("GET", "client.api/get/{u}", "Client", of_record=True)
CLIENT_ADD = Endpoint("POST", "client.api/add", "Client", writes=True)
CLIENT_UPDATE = Endpoint("PUT", "client.api/update", "Client", of_record=True, writes=True)
CLIENT_ARCHIVE = Endpoint("PUT", "client.api/archive", "Client", of_record=True, writes=True)
CONTACT_ADD = Endpoint("POST", "client.api/contact", "Contact", of_record=True, writes=True)
CONTACT_UPDATE = Endpoint("PUT", "client.api/contact/{u}", "Contact", of_record=True, writes=True)
CONTACT_REMOVE = Endpoint("DELETE", "client.api/contact/{u}", "Contact", of_record=True, writes=True)
RELATIONSHIP_ADD = Endpoint("POST", "client.api/addrelationship", "", of_record=True, writes=True)
RELATIONSHIP_UPDATE = Endpoint("PUT", "client.api/updaterelationship", "", of_record=True, writes=True)
RELATIONSHIP_REMOVE = Endpoint("POST", "client.api/deleterelationship", "", of_record=True, writes=True)
GROUP_LIST = Endpoint("GET", "clientgroup.api/list", "Groups")
GROUP_ADD = Endpoint("POST", "clientgroup.api/add", "Group", of_record=True, writes=True)
GROUP_MEMBERS = Endpoint("PUT", "clientgroup.api/members", "Group", of_record=True, writes=True)
STAFF_LIST = Endpoint("GET", "staff.api/list", "StaffList")
