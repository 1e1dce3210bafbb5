"""What XPM would refuse for sure is known before it is queued, as a sentence that names the place to mend it."""

import pytest

from practicesync.core.fields import Subject
from practicesync.core.record import StaffMember
from practicesync.operations.push_problems import problems

STAFF = [StaffMember("s1", "Ana Lee"), StaffMember("s2", "Ben Ito"), StaffMember("s3", "ben  ito")]


@pytest.mark.parametrize(
    ("field", "values", "told"),
    [
        ("phone", {"phone": "9" * 51}, "Phone is too long for XPM: shorten it in the register to 50 characters."),
        ("tax_number", {"tax_number": "******782"}, "Tax number is hidden. Type it in full in the register."),
        ("name", {"name": " "}, "XPM needs a name. Enter it in the register."),
        ("trading_name", {"trading_name": "Kauri"}, "Trading name cannot be changed in XPM from here."),
        ("manager", {"manager": "Carl"}, "Manager: nobody called Carl is on the staff list in XPM."),
        ("manager", {"manager": "Ben Ito"}, "Manager: 2 people called Ben Ito are on the staff list in XPM"),
    ],
)
def test_each_says_what_to_do(field: str, values: dict[str, str], told: str) -> None:
    found = problems("xpm", Subject.CLIENT, {**values, "fax": "09 555 0101"}, {"staff": STAFF})
    assert list(found) == [field]
    assert found[field].startswith(told)


def test_what_can_go_has_no_problem() -> None:
    fine = {"name": "Kauri", "phone": "", "manager": "ana lee", "export_code": "K 1"}
    assert problems("xpm", Subject.CLIENT, fine, {"staff": STAFF}) == {}
    assert problems("xpm", Subject.CLIENT, {"manager": "Carl"}, {}) == {}, "a list that is not given is not asked"
    assert problems("xpm", Subject.CONTACT, {"email": "a@b.example"}, {}) == {}
