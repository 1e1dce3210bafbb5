"""Clients through the API 3.1, as Xero documents them."""

from collections.abc import Iterator

import pytest

from sandbox.door import Door, names, refusal
from xpm_sandbox.app import create_app
from xpm_sandbox.clock import ControlledClock
from xpm_sandbox.world import World

_TFN = "123456782"
_OTHER_TFN = "876543210"


@pytest.fixture
def nz(clock: ControlledClock) -> Iterator[Door]:
    with World.open(empty=True, region="NZ") as world:
        yield Door.in_process(create_app(world, clock)).connected()


def test_a_get_has_the_documented_order_and_a_web_address(door: Door) -> None:
    added = door.add_client(
        Name="Nguyen, Mai", Title="MS", FirstName="Mai", LastName="Nguyen", Email="mai@example.com",
        DateOfBirth="1981-04-09", TaxNumber=_TFN, BusinessStructure="Individual", AccountManager="Lee Park",
        JobManager="Priya Nair",
    )  # fmt: skip
    root = door.xml("GET", f"client.api/get/{added['UUID']}")
    assert [child.tag for child in root] == ["Status", "WebUrl", "Client"]
    client = root.find("Client")
    assert client is not None
    assert [child.tag for child in client] == [
        "UUID", "Name", "Title", "FirstName", "LastName", "Email", "DateOfBirth", "Address", "City", "Region",
        "PostCode", "Country", "PostalAddress", "PostalCity", "PostalRegion", "PostalPostCode", "PostalCountry",
        "Phone", "Fax", "Website", "ReferralSource", "ExportCode", "IsArchived", "IsDeleted", "AccountManager",
        "Contacts", "Notes", "JobManager", "TaxNumber", "CompanyNumber", "BusinessNumber", "BranchNumber",
        "BusinessStructure", "GSTRegistered", "PrepareGST", "SignedTaxAuthority", "AgencyStatus",
        "PrepareActivityStatement", "PrepareTaxReturn", "ActiveAtoClient", "Groups", "Relationships",
    ]  # fmt: skip
    assert client.findtext("TaxNumber") == "******782"
    assert client.findtext("DateOfBirth") == "1981-04-09T00:00:00"
    assert client.findtext("AccountManager/Name") == "Lee Park"


def test_a_plain_list_leaves_out_what_is_detailed(door: Door) -> None:
    door.add_client(Name="Plain")
    detailed_only = {"Notes", "Groups", "Relationships"}
    plain = {child.tag for child in door.xml("GET", "client.api/list").iterfind("Clients/Client/*")}
    detailed = {child.tag for child in door.xml("GET", "client.api/list", detailed="true").iterfind("Clients/Client/*")}
    assert detailed - plain == detailed_only


def test_an_update_sets_what_is_sent_and_leaves_the_rest(door: Door) -> None:
    key = door.add_client(Name="Kauri", Phone="09 555 0134", Website="old.example.com")["UUID"]
    root = door.update(
        key,
        "<WebSite>new.example.com</WebSite><AccountManagerUUID>{}</AccountManagerUUID>".format(
            door.xml("GET", "staff.api/list").findtext("StaffList/Staff/UUID")
        ),
    )
    assert (root.findtext("Client/Website"), root.findtext("Client/Phone")) == ("new.example.com", "09 555 0134")
    assert root.findtext("Client/AccountManager/Name") == "Alex Moreton"


def test_website_is_read_under_one_spelling_and_written_under_another(door: Door) -> None:
    key = door.add_client(Name="Kauri", Website="old.example.com")["UUID"]
    assert door.update(key, "<Website>ignored.example.com</Website>").findtext("Client/Website") == "old.example.com"


@pytest.mark.parametrize("form", ["1981-04-09", "19810409", "1981-04-09T00:00:00"])
def test_a_date_of_birth_may_come_in_three_forms(door: Door, form: str) -> None:
    key = door.add_client(Name="Born")["UUID"]
    root = door.update(key, f"<DateOfBirth>{form}</DateOfBirth>")
    assert root.findtext("Client/DateOfBirth") == "1981-04-09T00:00:00"


def test_new_zealand_codings_differ_by_direction(nz: Door) -> None:
    key = nz.add_client(Name="Tūī Limited")["UUID"]
    sent = (
        "<TaxNumber>49-091-850</TaxNumber><GSTPeriod>2</GSTPeriod><BalanceMonth>Mar</BalanceMonth>"
        "<GSTBasis>payment</GSTBasis><ReturnType>IR4</ReturnType><SignedTaxAuthority>Yes</SignedTaxAuthority>"
    )
    client = nz.update(key, sent).find("Client")
    assert client is not None
    held = {
        tag: client.findtext(tag)
        for tag in ("TaxNumber", "GSTPeriod", "BalanceMonth", "GSTBasis", "ReturnType", "SignedTaxAuthority")
    }
    assert held == {
        "TaxNumber": "*****850", "GSTPeriod": "2 Monthly", "BalanceMonth": "3", "GSTBasis": "Payment",
        "ReturnType": "IR4", "SignedTaxAuthority": "Yes",
    }  # fmt: skip
    assert client.find("PrepareTaxReturn") is None, "Australian elements are absent in New Zealand"


def test_the_tax_block_appears_with_the_first_tax_value(door: Door) -> None:
    key = door.add_client(Name="Untaxed")["UUID"]
    assert door.xml("GET", f"client.api/get/{key}").find("Client/TaxNumber") is None
    client = door.update(key, "<BusinessStructure>company</BusinessStructure>").find("Client")
    assert client is not None
    assert client.findtext("BusinessStructure") == "Company"
    assert (client.findtext("TaxNumber"), client.findtext("GSTRegistered")) == ("", "No")


def test_markup_macrons_and_lines_survive_the_journey(door: Door) -> None:
    sent = "<Client><Name>Ō &amp; Sons &lt;Tāmaki&gt;</Name><Address>Unit 4\n12 Rātā St\n</Address></Client>"
    key = door.xml("POST", "client.api/add", sent).findtext("Client/UUID")
    truth = door.truth(str(key))
    assert (truth["Name"], truth["Address"]) == ("Ō & Sons <Tāmaki>", "Unit 4\n12 Rātā St\n")
    assert names(door.xml("GET", "client.api/list")) == ["Ō & Sons <Tāmaki>"]


def test_an_add_takes_contacts_and_the_last_primary_wins(door: Door) -> None:
    contacts = "".join(
        f"<Contact><Name>{name}</Name><IsPrimary>Yes</IsPrimary></Contact>" for name in ("First", "Second")
    )
    root = door.xml("POST", "client.api/add", f"<Client><Name>Two</Name><Contacts>{contacts}</Contacts></Client>")
    primary = {row.findtext("Name"): row.findtext("IsPrimary") for row in root.iterfind("Client/Contacts/Contact")}
    assert primary == {"First": "No", "Second": "Yes"}


def test_a_repeated_add_makes_a_twin(door: Door) -> None:
    for _ in range(2):
        door.xml("POST", "client.api/add", "<Client><Name>Twin</Name></Client>")
    assert names(door.xml("GET", "client.api/search", query="TWI")) == ["Twin", "Twin"]


def test_modifiedsince_lists_only_what_changed_and_misspelt_lists_all(door: Door) -> None:
    old = door.add_client(Name="Old")
    door.control("POST", "clock", {"advance": 600})
    door.add_client(Name="New")
    assert names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:05:00")) == ["New"]
    assert names(door.xml("GET", "client.api/list", modifiedSince="2026-02-02T09:05:00")) == ["New"]
    assert names(door.xml("GET", "client.api/list", modified_since="2026-02-02T09:05:00")) == ["New", "Old"]
    door.control("PATCH", f"clients/{old['UUID']}", {"Phone": "1"})
    assert names(door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:05:00")) == ["New", "Old"]


def test_an_empty_list_is_one_empty_element(door: Door) -> None:
    assert "<Status>OK</Status><Clients /></Response>" in door.api("GET", "client.api/list").text


def test_archiving_and_deleting_flag_the_row(door: Door) -> None:
    archived, deleted = (door.add_client(Name=name)["UUID"] for name in ("Archived", "Deleted"))
    reply = door.xml("PUT", "client.api/archive", f"<Client><UUID>{archived}</UUID></Client>")
    assert reply.findtext("Client/IsArchived") == "Yes"
    status_only = door.xml("POST", "client.api/delete", f"<Client><UUID>{deleted}</UUID></Client>")
    assert [child.tag for child in status_only] == ["Status"]
    flags = {
        row.findtext("Name"): (row.findtext("IsArchived"), row.findtext("IsDeleted"))
        for row in door.xml("GET", "client.api/list").iterfind("Clients/Client")
    }
    assert flags == {"Archived": ("Yes", "No"), "Deleted": ("No", "Yes")}


def test_a_paged_walk_sees_each_active_client_once_in_reduced_form(door: Door) -> None:
    for number in range(7):
        door.add_client(Name=f"Client {number}", TaxNumber="")
    door.control("POST", f"clients/{door.add_client(Name='Client x')['UUID']}/archive")
    seen, query = [], {"pageSize": "3"}
    while True:
        root = door.xml("GET", "client.api/paged-list", **query)
        seen += names(root)
        assert root.find("Clients/Client/Contacts") is None
        following = root.findtext("Pagination/Links/Next")
        if following is None:
            break
        query = dict(part.split("=", 1) for part in following.split("?")[1].replace("%3D", "=").split("&"))
    assert seen == [f"Client {number}" for number in range(7)]


@pytest.mark.parametrize(
    "query", [{"pageSize": "0"}, {"pageSize": "501"}, {"pageSize": "x"}, {"pageToken": "nonsense"}]
)
def test_a_bad_page_is_400(door: Door, query: dict[str, str]) -> None:
    assert door.api("GET", "client.api/paged-list", **query).status_code == 400


@pytest.mark.parametrize(
    ("verb", "path", "body", "text"),
    [
        ("GET", "client.api/get/00000000-0000-4000-8000-000000000000", "", "Invalid client identifier"),
        ("GET", "client.api/get/12345", "", "Invalid client identifier"),
        ("PUT", "client.api/update", "<Client><Name>No key</Name></Client>", "Invalid client identifier"),
        ("POST", "client.api/add", "<Client></Client>", "Name is required"),
        ("POST", "client.api/add", "<Client><Name> </Name></Client>", "Name is required"),
        ("POST", "client.api/add", "<Client><Name>A</Name><GSTRegistered>Maybe</GSTRegistered></Client>", "GSTReg"),
        (
            "POST", "client.api/add",
            "<Client><Name>A</Name><JobManagerUUID>00000000-0000-4000-8000-000000000000</JobManagerUUID></Client>",
            "Invalid staff identifier",
        ),
        ("GET", "staff.api/get/00000000-0000-4000-8000-000000000000", "", "Invalid staff identifier"),
    ],
)  # fmt: skip
def test_a_business_error_is_200_with_a_text(door: Door, verb: str, path: str, body: str, text: str) -> None:
    assert text in refusal(door.xml(verb, path, body))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<Client><Name>cut",
        "<Contact><Name>wrong root</Name></Contact>",
        '<!DOCTYPE Client [<!ENTITY x SYSTEM "file:///etc/passwd">]><Client><Name>&x;</Name></Client>',
    ],
)
def test_a_body_that_is_no_such_document_is_400_and_changes_nothing(door: Door, body: str) -> None:
    assert door.api("POST", "client.api/add", body).status_code == 400
    assert door.control("GET", "clients")["total"] == 0
    assert door.control("GET", "writes") == {"received": 1, "applied": 0}


def test_a_refused_update_stores_nothing_of_it(door: Door) -> None:
    key = door.add_client(Name="Whole", Phone="1")["UUID"]
    refusal(door.update(key, "<Phone>2</Phone><TaxNumber>111111111</TaxNumber>"))
    assert door.truth(key)["Phone"] == "1"


def test_both_versions_serve_one_store(door: Door) -> None:
    added = door.add_client(Name="Both")
    old = door.xml("GET", f"client.api/get/{added['ID']}", version="3.0")
    assert old.findtext("Client/UUID") == added["UUID"]
    assert [child.tag for child in old.iterfind("Client/*")][0::100] == ["ID"]
    assert refusal(door.xml("GET", f"client.api/get/{added['UUID']}", version="3.0")) == "Invalid client identifier"
    sent = f"<Client><ID>{added['ID']}</ID><Phone>from 3.0</Phone></Client>"
    door.xml("PUT", "client.api/update", sent, version="3.0")
    assert door.xml("GET", f"client.api/get/{added['UUID']}").findtext("Client/Phone") == "from 3.0"


def test_every_reply_carries_a_correlation_and_a_date(door: Door) -> None:
    first, second = (door.api("GET", "staff.api/list") for _ in range(2))
    assert first.headers["xero-correlation-id"] != second.headers["xero-correlation-id"]
    assert first.headers["date"] == "Mon, 02 Feb 2026 09:00:00 GMT"
    assert first.headers["server"] == "nginx"
