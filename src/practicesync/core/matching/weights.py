"""The numbers by which evidence is weighed. Written by `bin/fit-matching`, which says how they came about."""

from typing import Final

INTERCEPT: Final = -7.0
WEIGHTS: Final = {
    "kind_same": 0.5, "kind_akin": 0.0, "kind_neighbour": -1.0, "kind_differs": -4.0,
    "name_kind_same": 0.3, "name_kind_differs": -2.5,
    "business_same": 6.0, "business_same_kin": 2.0, "business_near": 2.0, "business_differs": -4.0,
    "company_same": 6.0, "company_same_kin": 0.5, "company_near": 2.0, "company_differs": -4.0,
    "tax_same": 6.0, "tax_differs": -4.0, "tail_same": 4.0, "tail_differs": -4.0,
    "born_same": 4.0, "born_swapped": 2.5, "born_near": 1.0, "born_half": -2.0, "born_differs": -5.0,
    "code_same": 4.0, "code_crossed": 2.0, "code_differs": -0.3,
    "last_same": 1.5, "last_rare": 1.5, "last_near": 0.8, "last_differs": -3.0,
    "first_same": 2.0, "first_rare": 1.5, "first_short": 1.5, "first_initial": 0.8, "first_near": 1.0,
    "first_by_middle": 0.5, "first_differs": -4.0, "first_untold": -0.5,
    "middle_same": 1.5, "middle_initial": 0.8, "middle_near": 0.5, "middle_differs": -1.5,
    "generation_same": 1.0, "generation_differs": -4.0, "generation_one": -0.5,
    "name_turned": 3.5, "alias_same": 2.0,
    "whole_same": 1.5, "proper_same": 2.5, "proper_rare": 2.5, "proper_near": 3.0, "proper_close": 0.5,
    "proper_part": 1.0,
    "proper_differs": -3.0, "described_same": 1.0, "described_part": -0.8, "described_differs": -3.0,
    "mixed_same": 1.0, "mixed_last": -0.5, "couple_same": 2.0, "couple_differs": -3.0, "couple_one": -1.5,
    "number_same": 1.5, "number_differs": -5.0, "number_one": -4.0,
    "email_same": 0.8, "email_rare": 2.0, "email_differs": -0.3,
    "phone_same": 0.8, "phone_rare": 1.5, "phone_differs": -0.3,
    "street_same": 0.5, "street_rare": 1.5, "street_differs": -0.5, "postcode_same": 0.3, "postcode_differs": -0.5,
    "group_same": 0.3, "group_rare": 0.7, "group_differs": -0.5, "contact_same": 0.8, "contact_differs": -0.5,
    "family_two": -1.0, "family_three": -1.0, "right_archived": -0.5, "persons": 0.0, "mixed": -1.0,
}  # fmt: skip

PROPOSED: Final = 0.5
"""The probability from which a pair is proposed: by it most of both precision and recall are had."""
SAFE: Final = 0.985
"""The probability from which a pair may be accepted without being looked at one by one."""
