"""The numbers by which evidence is weighed, in log-odds; by `bin/fit-matching`, which tells how."""

from typing import Final

INTERCEPT: Final = -2.45
WEIGHTS: Final = {
    "alias_same": 0.5,
    "born_differs": -5.54,
    "born_half": -1.4,
    "born_near": 1.84,
    "born_same": 5.71,
    "born_swapped": 3.18,
    "business_differs": -4.96,
    "business_near": 2.4,
    "business_same": 6.76,
    "business_same_kin": 3.11,
    "code_crossed": 4.67,
    "code_differs": -0.64,
    "code_same": 5.94,
    "company_differs": -2.83,
    "company_near": 2.1,
    "company_same": 6.13,
    "company_same_kin": 1.35,
    "contact_differs": -0.5,
    "contact_same": 0.8,
    "couple_differs": -2.43,
    "couple_one": -2.9,
    "couple_same": 1.9,
    "described_differs": -5.91,
    "described_part": -2.23,
    "described_same": 0.58,
    "email_differs": -0.74,
    "email_rare": 2.45,
    "email_same": 0.0,
    "family_three": -1.48,
    "family_two": -1.28,
    "first_by_middle": 0.15,
    "first_differs": -4.4,
    "first_initial": 0.98,
    "first_near": 1.78,
    "first_rare": 2.21,
    "first_same": 1.06,
    "first_short": 2.17,
    "first_untold": -0.42,
    "generation_differs": -4.0,
    "generation_one": -1.8,
    "generation_same": 1.06,
    "group_differs": -0.39,
    "group_rare": 1.13,
    "group_same": 0.3,
    "kind_akin": -0.73,
    "kind_differs": -1.75,
    "kind_neighbour": 0.16,
    "kind_same": 0.0,
    "last_differs": -3.59,
    "last_near": 1.87,
    "last_rare": 1.95,
    "last_same": 1.04,
    "middle_differs": -2.53,
    "middle_initial": 1.97,
    "middle_near": 0.5,
    "middle_same": 2.4,
    "mixed": -2.29,
    "mixed_last": 0.51,
    "mixed_same": 2.73,
    "name_kind_differs": -4.54,
    "name_kind_same": 0.07,
    "name_turned": 3.5,
    "number_differs": -5.11,
    "number_one": -6.25,
    "number_same": 1.1,
    "persons": 0.01,
    "phone_differs": -0.63,
    "phone_rare": 2.8,
    "phone_same": 0.0,
    "postcode_differs": -0.28,
    "postcode_same": 0.12,
    "proper_close": 0.31,
    "proper_differs": -1.44,
    "proper_near": 3.61,
    "proper_part": 1.93,
    "proper_rare": 2.9,
    "proper_same": 0.86,
    "street_differs": -0.46,
    "street_rare": 1.67,
    "street_same": 0.14,
    "tail_differs": -4.4,
    "tail_same": 5.58,
    "tax_differs": -4.0,
    "tax_same": 6.0,
    "whole_same": 1.21,
}
"""What each kind of evidence about a pair adds."""

CONTEXT_INTERCEPT: Final = -1.12
CONTEXT_WEIGHTS: Final = {
    "odds": 0.643,
    "odds_high": -0.28,
    "odds_low": 0.166,
    "behind": 0.367,
    "ahead": 0.395,
    "far_ahead": -0.043,
    "ahead_of_both": 0.309,
    "proved": -0.952,
    "archived": -2.257,
    "contradicted": -0.034,
    "group_supported": 0.419,
    "group_estranged": -0.515,
    "related_supported": 1.5,
}
"""What the other pairs add, and how much of the pair's own evidence counts beside them."""

TWIN_INTERCEPT: Final = -2.26
TWIN_WEIGHTS: Final = {
    "odds": 0.978,
    "proved": 0.637,
    "contradicted": -0.258,
}
"""How much the evidence counts between two records of one list."""
TWIN_PROPOSED: Final = 0.5
"""The probability from which two records of one list are called twins."""

PROPOSED: Final = 0.75
"""The probability from which a pair is proposed: by it most of both precision and recall are had."""
SAFE: Final = 0.99
"""The probability from which a pair may be accepted without being looked at one by one."""
