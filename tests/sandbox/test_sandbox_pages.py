"""XPM's own pages: what a person does there shows in the API."""

import re

import pytest
from lxml import etree, html

from sandbox.door import Door, names


@pytest.fixture
def key(door: Door) -> str:
    added = door.add_client(
        Name="Kauri & Sons", Phone="09 1", Address="Unit 4\n12 Rata St\n", TaxNumber="123456782",
        BusinessStructure="Company", Contacts=[{"Name": "Bob", "Email": "bob@example.com"}],
    )  # fmt: skip
    return str(added["UUID"])


def _page(door: Door, path: str) -> html.HtmlElement:
    reply = door.http.get(path)
    assert reply.status_code == 200, reply.text
    return html.fromstring(reply.text)


def _form(page: html.HtmlElement, form_id: str = "client") -> dict[str, str]:
    """A form's values as a browser would send them: a box loses its first newline, and every newline is a pair."""
    form = page.get_element_by_id(form_id)
    assert isinstance(form, html.FormElement)
    values = {name: value or "" for name, value in form.form_values()}
    values |= {box.get("name", ""): values[box.get("name", "")].removeprefix("\n") for box in form.iter("textarea")}
    return {name: re.sub("\r?\n", "\r\n", value) for name, value in values.items()}


def test_the_front_page_leads_to_each_practice(door: Door) -> None:
    page = _page(door, "/")
    links = [link.get("href") for link in page.iterfind(".//li/a")]
    assert links[0] == f"/xpm/{door.tenant}/clients"
    assert len(links) == 2
    assert "Sandbox Practice Manager" in page.text_content()


def test_the_list_is_searched_filtered_and_paged(door: Door) -> None:
    for number in range(60):
        door.add_client(Name=f"Client {number:02}")
    door.add_client(Name="Old Oak", IsArchived="Yes")
    address = f"/xpm/{door.tenant}/clients"
    assert len(_page(door, address).findall(".//tbody/tr")) == 50
    assert len(_page(door, f"{address}?page=2").findall(".//tbody/tr")) == 10
    assert "Old Oak" not in _page(door, f"{address}?q=oak").text_content()
    assert "Old Oak" in _page(door, f"{address}?q=oak&show=archived").text_content()


def test_saving_an_untouched_form_changes_nothing(door: Door, key: str) -> None:
    before = door.truth(key)
    door.control("POST", "clock", {"advance": 60})
    address = f"/xpm/{door.tenant}/clients/{key}"
    reply = door.http.post(address, data=_form(_page(door, address)))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{address}?done=unchanged")
    assert door.truth(key) == before


def test_a_change_on_the_page_is_seen_by_modifiedsince(door: Door, key: str) -> None:
    door.control("POST", "clock", {"advance": 60})
    address = f"/xpm/{door.tenant}/clients/{key}"
    staff = _page(door, address).xpath("//select[@name='AccountManager']/option[text()='Lee Park']/@value")[0]
    values = {
        **_form(_page(door, address)),
        "Phone": "09 2",
        "AccountManager": staff,
        "BusinessStructure": "Partnership",
    }
    assert door.http.post(address, data=values).headers["location"].endswith("done=saved")
    root = door.xml("GET", "client.api/list", modifiedsince="2026-02-02T09:00:30")
    row = root.find("Clients/Client")
    assert row is not None
    assert names(root) == ["Kauri & Sons"]
    held = [row.findtext(tag) for tag in ("Phone", "BusinessStructure", "AccountManager/Name", "Address")]
    assert held == ["09 2", "Partnership", "Lee Park", "Unit 4\n12 Rata St\n"]


def test_wrong_values_are_named_and_kept_on_the_form(door: Door, key: str) -> None:
    address = f"/xpm/{door.tenant}/clients/{key}"
    reply = door.http.post(address, data={**_form(_page(door, address)), "TaxNumber": "111 111 111", "Phone": "new"})
    page = html.fromstring(reply.text)
    assert reply.status_code == 422
    assert "111 111 111 is not a tax number" in page.text_content()
    assert _form(page)["Phone"] == "new"
    assert door.truth(key)["Phone"] == "09 1"


def test_a_client_is_added_archived_and_restored_on_the_pages(door: Door) -> None:
    door.http.post(f"/xpm/{door.tenant}/clients/new", data={"Name": "Tāmaki <Ltd>"})
    key = door.control("GET", "clients")["clients"][0]["UUID"]
    address = f"/xpm/{door.tenant}/clients/{key}"
    assert _page(door, address).findtext(".//h1", "").strip() == "Tāmaki <Ltd>"
    for turn, flag, value in (
        ("archive", "IsArchived", "Yes"),
        ("unarchive", "IsArchived", "No"),
        ("delete", "IsDeleted", "Yes"),
    ):
        door.http.post(f"{address}/{turn}")
        assert door.truth(key)[flag] == value
    assert "deleted" in _page(door, address).findtext(".//h1/span", "")


def test_contacts_are_edited_on_the_page(door: Door, key: str) -> None:
    address = f"/xpm/{door.tenant}/clients/{key}"
    number = door.truth(key)["Contacts"][0]["ID"]
    door.http.post(f"{address}/contacts", data={"Name": "Ann", "IsPrimary": "Yes"})
    door.http.post(
        f"{address}/contacts/{number}", data={"Name": "Robert", "Email": "bob@example.com", "Position": "Chair"}
    )
    contacts = door.truth(key)["Contacts"]
    assert [(each["Name"], each["IsPrimary"], each["Position"]) for each in contacts] == [
        ("Ann", "Yes", ""), ("Robert", "No", "Chair"),
    ]  # fmt: skip
    door.http.post(f"{address}/contacts/{number}", data={"Name": "Robert", "remove": "yes"})
    assert [each["Name"] for each in door.truth(key)["Contacts"]] == ["Ann"]


def test_every_field_has_a_label_and_every_page_a_language(door: Door, key: str) -> None:
    page = _page(door, f"/xpm/{door.tenant}/clients/{key}")
    labelled = set(page.xpath("//label/@for"))
    unlabelled = [
        etree.tostring(field)
        for field in page.xpath("//input[@type!='hidden' or not(@type)] | //select | //textarea")
        if field.get("id") not in labelled and field.getparent().tag != "label"
    ]
    assert not unlabelled
    assert page.get("lang") == "en"


def test_an_unknown_client_or_practice_is_not_found(door: Door) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    assert door.http.get(f"/xpm/{door.tenant}/clients/{nobody}").status_code == 404
    assert door.http.get(f"/xpm/{nobody}/clients").status_code == 404


def test_sign_in_and_consent_pages_lead_a_person_through(door: Door) -> None:
    query = "response_type=code&client_id=sandbox-app&redirect_uri=http://localhost/back&scope=openid%20practicemanager"
    page = _page(door, f"/identity/connect/authorize?{query}")
    assert "admin@sandbox.example" in page.text_content()
    unknown = door.http.post(f"/identity/connect/authorize?{query}", data={"login": "who@example.com"})
    assert (unknown.status_code, "Nobody here signs in as" in unknown.text) == (401, True)
    consent = door.http.post(f"/identity/connect/authorize?{query}", data={"login": "multi@sandbox.example"})
    boxes = html.fromstring(consent.text).xpath("//input[@name='tenant']")
    assert [box.get("checked") is not None for box in boxes] == [False, True, False]
    none_chosen = door.http.post(
        f"/identity/connect/authorize?{query}", data={"login": "multi@sandbox.example", "decision": "allow"}
    )
    assert "Choose at least one organisation" in none_chosen.text
