"""Evidence in words for a person. Names and dates are told, numbers only by what they are."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from practicesync.core.matching.evidence import find_evidence
from practicesync.core.matching.pairs import Pairs
from practicesync.core.matching.party import Reason
from practicesync.core.matching.side import SORTS
from practicesync.core.matching.weights import WEIGHTS

Reasons = tuple[Reason, ...]

_SAID: Final[Mapping[str, str]] = {
    "kind_differs": "Different kinds of client",
    "kind_neighbour": "Different kinds of client",
    "kind_akin": "One is an individual, the other a sole trader",
    "name_kind_differs": "The names say different kinds of client",
    "business_same": "Same business number",
    "business_same_kin": "Same business number, but different kinds of client",
    "business_near": "Business numbers differ in one digit",
    "business_differs": "Business numbers differ",
    "company_same": "Same company number",
    "company_same_kin": "Same company number, but different kinds of client",
    "company_near": "Company numbers differ in one digit",
    "company_differs": "Company numbers differ",
    "tax_same": "Same tax number",
    "tax_near": "Tax numbers differ in one digit",
    "tax_differs": "Tax numbers differ",
    "tail_same": "The visible digits of the tax numbers agree",
    "tail_differs": "The visible digits of the tax numbers differ",
    "born_same": "Same date of birth: {born}",
    "born_swapped": "Day and month of birth swapped: {born}",
    "born_near": "Dates of birth differ in one digit: {born}",
    "born_half": "Dates of birth differ: {born}",
    "born_differs": "Dates of birth differ: {born}",
    "code_same": "Same client code",
    "code_crossed": "The client code of one is the export code of the other",
    "last_same": "Same last name",
    "last_near": "Last names are spelled alike: {last}",
    "last_differs": "Last names differ: {last}",
    "first_same": "Same first name",
    "first_short": "One first name is short for the other: {first}",
    "first_initial": "First name and initial agree: {first}",
    "first_near": "First names are spelled alike: {first}",
    "first_by_middle": "The first name of one is the middle name of the other",
    "first_differs": "First names differ: {first}",
    "middle_same": "Same middle name",
    "middle_initial": "Middle name and initial agree",
    "middle_near": "Middle names are spelled alike",
    "middle_differs": "Middle names differ: {middle}",
    "generation_same": "Both are senior, or both junior",
    "generation_differs": "One is senior, the other junior",
    "generation_one": "Only one is called senior or junior",
    "name_half_turned": "The last name of one is the first name of the other",
    "name_turned": "First and last name are the other way round",
    "alias_same": "Another name of one is the name of the other",
    "whole_same": "Same name",
    "proper_same": "Same name but for its legal form: {proper}",
    "proper_near": "Names are spelled alike: {proper}",
    "proper_close": "Names are somewhat alike: {proper}",
    "proper_part": "One name is part of the other: {proper}",
    "proper_differs": "Names differ: {proper}",
    "described_part": "Only one name holds a describing word such as family or investments",
    "described_differs": "The describing words in the names differ",
    "mixed_same": "Same name, of a person and of an organisation",
    "mixed_last": "A person and an organisation",
    "mixed": "A person and an organisation",
    "couple_same": "Both name the same couple",
    "couple_differs": "They name different couples",
    "couple_one": "Only one names a couple",
    "number_same": "Same number in the name: {number}",
    "number_differs": "Numbers in the names differ: {number}",
    "number_one": "Only one name holds a number: {number}",
    "email_same": "Same e-mail address",
    "email_differs": "E-mail addresses differ",
    "phone_same": "Same phone number",
    "phone_differs": "Phone numbers differ",
    "street_same": "Same address",
    "street_near": "Addresses are spelled alike",
    "street_differs": "Addresses differ",
    "town_same": "Same town",
    "town_differs": "Different towns",
    "postcode_same": "Same postcode",
    "postcode_differs": "Postcodes differ",
    "group_same": "Same client group",
    "group_differs": "Different client groups",
    "contact_same": "Same contact person",
    "contact_differs": "Different contact persons",
}
_IMPLIED: Final = {"proper_same": "whole_same", "mixed_same": "alias_same"}
"""What is not said beside something that says more."""
_LEAST: Final = 0.15
_DIFFERENCES: Final = ("_differs", "_one", "_part", "_half", "_akin", "_neighbour", "mixed", "mixed_last")


def explain(pairs: Pairs) -> list[tuple[Reasons, Reasons]]:
    """What speaks for and what against each pair, the weightiest first."""
    found = {name: amount.tolist() for name, amount in find_evidence(pairs).items() if amount.any()}
    return [_explained(found, pairs, place) for place in range(len(pairs))]


def _explained(found: Mapping[str, list[float]], pairs: Pairs, place: int) -> tuple[Reasons, Reasons]:
    amounts = {name: amount[place] for name, amount in found.items() if amount[place]}
    weighed = []
    for name, amount in amounts.items():
        if name in _SAID and _IMPLIED.get(name) not in amounts:
            rare = name.removesuffix("_same") + "_rare"
            weighed.append((WEIGHTS[name] * amount + WEIGHTS.get(rare, 0.0) * amounts.get(rare, 0.0), name))
    weighed.sort(key=lambda each: (-abs(each[0]), each[1]))
    return (
        tuple(Reason(name, _told(name, pairs, place)) for weight, name in weighed if _speaks_for(name, weight)),
        tuple(Reason(name, _told(name, pairs, place)) for weight, name in weighed if weight < -_LEAST),
    )


def _speaks_for(name: str, weight: float) -> bool:
    """What agrees is told even where it weighs next to nothing beside the rest."""
    return weight > _LEAST or (weight >= -_LEAST and not name.endswith(_DIFFERENCES))


def _told(name: str, pairs: Pairs, place: int) -> str:
    text = _SAID[name]
    for column, show in _SHOWN.items():
        if f"{{{column}}}" in text:
            return text.format(**{column: _both(column, show, pairs, place)})
    return text


def _both(column: str, show: Callable[[str, int, Pairs], str], pairs: Pairs, place: int) -> str:
    sides = pairs.sides
    a = int(sides.left.columns[column][pairs.left[place]])
    b = int(sides.right.columns[column][pairs.right[place]])
    shown = [show(column, each, pairs) for each in ((a,) if a == b else (a, b)) if each]
    return " and ".join(shown)


def _day(column: str, number: int, pairs: Pairs) -> str:
    day = date(number // 10_000, number // 100 % 100, number % 100)
    return f"{day.day} {day:%b} {day.year}"


def _text(column: str, number: int, pairs: Pairs) -> str:
    text = pairs.sides.vocabulary.texts(SORTS[column])[number]
    return text.title() if SORTS[column] == "name" else text


_SHOWN: Final[Mapping[str, Callable[[str, int, Pairs], str]]] = {
    "born": _day,
    "first": _text,
    "middle": _text,
    "last": _text,
    "proper": _text,
    "number": _text,
}
