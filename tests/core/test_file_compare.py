"""Two exports of a firm's clients, compared cell by cell."""

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import labelled_exports
from practicesync.core.errors import Invalid
from practicesync.core.file_compare import COLUMNS, Differences, differences, pair, read
from practicesync.core.tables import Table, read_table

Client = Mapping[str, str]


def table(*clients: Client) -> Table:
    """A file of these clients, with the columns that any of them has."""
    columns = list(dict.fromkeys(name for client in clients for name in client))
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="")
    writer.writeheader()
    writer.writerows(clients)
    return read_table(file.getvalue().encode())


def compared(left: Sequence[Client], right: Sequence[Client]) -> list[tuple[str, ...]]:
    """The rows of the report."""
    pairing = pair(table(*left), table(*right))
    return list(differences(read(pairing)).rows(pairing))


def one(left: Client, right: Client) -> dict[str, str]:
    """What each unequal cell of one client is."""
    rows = compared([{"client_code": "A1", **left}], [{"client_code": "A1", **right}])
    return {name: kind for _, name, kind, _, _ in rows}


# --- which rows meet


def test_clients_meet_by_their_code_in_whatever_order_they_stand() -> None:
    left = [{"client_code": "A1", "name": "Ann"}, {"client_code": "B2", "name": "Bob"}]
    right = [{"name": "BOB", "client_code": " B2 "}, {"name": "Anna", "client_code": "A1"}]
    assert compared(left, right) == [
        ("A1", "name", "real", "Ann", "Anna"),
        ("B2", "client_code", "format", "B2", " B2 "),
        ("B2", "name", "format", "Bob", "BOB"),
    ]


def test_a_code_in_another_case_is_another_client() -> None:
    pairing = pair(table({"client_code": "A1", "name": "Ann"}), table({"client_code": "a1", "name": "Ann"}))
    assert (pairing.clients, pairing.left.alone, pairing.right.alone) == (0, ("A1",), ("a1",))
    assert differences(read(pairing)) == Differences()


def test_of_a_code_that_stands_twice_the_first_row_is_compared() -> None:
    left = table(
        {"client_code": "A1", "name": "Ann"}, {"client_code": "A1", "name": "Bob"}, {"client_code": "", "name": "C"}
    )
    pairing = pair(left, table({"client_code": "A1", "name": "Ann"}))
    assert [(each.code, each.used, each.line) for each in pairing.left.twice] == [("A1", 2, 3)]
    assert pairing.left.without_code == 1
    assert not differences(read(pairing)).cells


def test_a_column_that_one_file_does_not_have_is_not_compared_and_told() -> None:
    pairing = pair(
        table({"Client Code": "A1", "NAME": "Ann", "shoe size": "7"}),
        table({"client_code": "A1", "name": "Ann", "fax": "1"}),
    )
    assert [column.name for column in pairing.columns] == ["client_code", "name"]
    assert {"fax", "phone"} < set(pairing.not_compared)
    assert pairing.left.unknown == ("shoe size",)


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ({"name": "Ann"}, {"client_code": "A1"}, "The first file has no column “client_code”"),
        ({"client_code": "A1"}, {"name": "Ann"}, "The second file has no column “client_code”"),
        ({"client_code": "A1", "name": "Ann"}, {"client_code": "A1", "fax": "1"}, "no column in common"),
    ],
)
def test_files_that_cannot_be_put_side_by_side_are_refused(left: Client, right: Client, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        pair(table(left), table(right))


# --- where a client is


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"country": "New Zealand"},
        {"region": "Otago"},
        {"phone": "+64 9 123 4567"},
        {"abn": "9429041535110"},
        {"email": "ann@firm.co.nz"},
        {"fax": "(09) 123 4567"},
    ],
    ids=str,
)
def test_a_number_is_read_as_the_rest_of_the_row_says(elsewhere: dict[str, str]) -> None:
    # Ten digits that begin with 02 are a landline of New South Wales, or a mobile of New Zealand.
    numbers = {"mobile": "027 123 4567"}, {"mobile": "+64 27 123 4567"}
    assert one(numbers[0] | elsewhere, numbers[1] | elsewhere) == {"mobile": "format"}
    assert one(numbers[0] | {"country": "AU"}, numbers[1] | {"country": "AU"}) == {"mobile": "real"}


def test_a_row_that_says_nothing_is_where_its_city_is_in_other_rows_or_most_rows_are() -> None:
    hamilton = [{"client_code": f"H{n}", "city": "Hamilton", "country": "NZ", "mobile": "1"} for n in range(3)]
    sydney = [{"client_code": f"S{n}", "city": "Sydney", "country": "AU", "mobile": "1"} for n in range(5)]
    there = {"client_code": "X", "city": "HAMILTON", "country": "", "mobile": "027 123 4567"}
    nowhere = {"client_code": "Y", "city": "Bree", "country": "", "mobile": "02 9123 4567"}
    left = [*hamilton, *sydney, there, nowhere]
    right = [*hamilton, *sydney, there | {"mobile": "+64271234567"}, nowhere | {"mobile": "+61 2 9123 4567"}]
    assert [row[:3] for row in compared(left, right)] == [("X", "mobile", "format"), ("Y", "mobile", "format")]


def test_a_local_number_is_completed_by_the_clients_state_alone() -> None:
    local, whole = {"phone": "9876 5432"}, {"phone": "(02) 9876 5432"}
    assert one(local | {"region": "NSW"}, whole | {"region": "NSW"}) == {"phone": "format"}
    assert one(local | {"postcode": "2000"}, whole | {"postcode": "2000"}) == {"phone": "format"}
    assert one(local | {"region": "VIC"}, whole | {"region": "VIC"}) == {"phone": "real"}
    assert one(local, whole) == {"phone": "real"}


def test_where_two_files_name_two_countries_a_number_may_be_read_by_either() -> None:
    left, right = {"country": "NZ", "mobile": "027 123 4567"}, {"country": "Australia", "mobile": "+64 27 123 4567"}
    assert one(left, right) == {"country": "real", "mobile": "format"}


# --- what the rest of the files says about a cell


def test_a_suburb_in_another_column_is_no_difference() -> None:
    left = {"address": "12 King St, Newtown", "city": "Newtown", "postcode": "2042"}
    assert one(left, {"address": "12 King Street", "city": "Newtown", "postcode": "2042"}) == {"address": "format"}
    assert one(left, {"address": "12 King Street", "city": "Enmore", "postcode": "2042"}) == {
        "address": "real",
        "city": "real",
    }
    assert one(left, {"address": "", "city": "Newtown", "postcode": "2042"}) == {"address": "real"}


def _structures(*pairs: tuple[str, str, int]) -> dict[tuple[str, str], str]:
    """What the cells of so many clients each, with these labels in both files, are."""
    labels = [(ours, theirs) for ours, theirs, count in pairs for _ in range(count)]
    left = [{"client_code": f"C{n}", "structure": ours} for n, (ours, _) in enumerate(labels)]
    right = [{"client_code": f"C{n}", "structure": theirs} for n, (_, theirs) in enumerate(labels)]
    return {(ours, theirs): kind for _, _, kind, ours, theirs in compared(left, right)}


def test_two_labels_that_stand_for_one_another_throughout_are_one() -> None:
    assert _structures(("Trust", "Discretionary Trust", 40), ("Company", "Company", 40)) == {
        ("Trust", "Discretionary Trust"): "format"
    }
    assert _structures(("Grp", "Consolidated Group", 30), ("Grp", "Company", 1)) == {
        ("Grp", "Consolidated Group"): "format",
        ("Grp", "Company"): "real",
    }


def test_labels_that_a_few_clients_exchange_are_edits() -> None:
    assert _structures(("Trust", "Unit Trust", 10), ("Trust", "Trust", 90), ("Unit Trust", "Unit Trust", 90)) == {
        ("Trust", "Unit Trust"): "real"
    }
    assert _structures(("Trust", "Unit Trust", 3)) == {("Trust", "Unit Trust"): "real"}


def test_a_company_is_never_a_trust_however_often_they_are_mixed_up() -> None:
    assert _structures(("Company", "Trust", 50)) == {("Company", "Trust"): "real"}
    assert _structures(("Individual", "Sole Trader", 50)) == {("Individual", "Sole Trader"): "real"}


# --- what holds for any files

CELLS = st.text(st.sampled_from("ab1209 +/-.,@&'"), max_size=8)
CLIENTS = st.lists(
    st.fixed_dictionaries({"client_code": st.sampled_from("ABCDEF"), **{each.name: CELLS for each in COLUMNS[1:]}}),
    min_size=1,
    max_size=6,
    unique_by=lambda client: client["client_code"],
)


@given(CLIENTS)
def test_a_file_does_not_differ_from_itself(clients: list[dict[str, str]]) -> None:
    assert compared(clients, clients[::-1]) == []


@given(CLIENTS, CLIENTS)
@settings(deadline=None, max_examples=40)
def test_which_file_is_first_makes_no_difference(left: list[dict[str, str]], right: list[dict[str, str]]) -> None:
    there = sorted((code, name, kind, theirs, ours) for code, name, kind, ours, theirs in compared(right, left))
    assert sorted(compared(left, right)) == there


@given(CLIENTS, CLIENTS, st.integers(0, 6))
@settings(deadline=None, max_examples=40)
def test_two_parts_are_compared_as_the_whole_is(
    left: list[dict[str, str]], right: list[dict[str, str]], cut: int
) -> None:
    pairing = pair(table(*left), table(*right))
    reading, cut = read(pairing), min(cut, pairing.clients)
    whole = differences(reading).cells
    assert differences(reading, 0, cut).cells + differences(reading, cut).cells == whole


# --- the labelled exports

FLOOR = 0.995


def test_real_differences_are_told_from_ways_of_writing() -> None:
    files = labelled_exports.make(3_000, seed=20_261_122)
    right, left = (
        Table(tuple(labelled_exports.FIELDS), rows, "utf-8", ",", (), range(2, len(rows) + 2))
        for rows in (files.right, files.left)
    )
    pairing = pair(left, right)
    told = {(code, name): kind for code, name, kind, _, _ in differences(read(pairing)).rows(pairing)}
    assert told.keys() == files.kinds.keys()
    found = Counter((files.kinds[cell], kind) for cell, kind in told.items())
    hits, alarms, misses = found["real", "real"], found["format", "real"], found["real", "format"]
    assert hits > 1_000
    assert 2 * hits / (2 * hits + alarms + misses) >= FLOOR
    assert misses <= hits // 1_000
