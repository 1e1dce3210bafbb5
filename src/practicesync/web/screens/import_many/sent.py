"""What a person has sent with the review of many: the rows of one page, and what they chose for all."""

from collections.abc import Mapping

from practicesync.core.fields import ClientKind
from practicesync.operations.import_many import RowEdit
from practicesync.queries.import_many import ManyPage


def rows_sent(page: ManyPage, data: Mapping[str, str]) -> dict[int, RowEdit]:
    """The rows of this page as sent; what was not sent of a row stays as it is."""
    found = {}
    for row in page.rows:
        told = data.get(f"kind:{row.number}", "")
        details = {
            each.name: data.get(f"detail:{row.number}:{each.name}", row.details.get(each.name, ""))
            for each in page.details
        }
        found[row.number] = RowEdit(
            kind=ClientKind(told) if told in set(ClientKind) else row.kind,
            details=details,
            choice=data.get(f"choice:{row.number}", row.choice),
        )
    return found


def for_all(page: ManyPage, data: Mapping[str, str]) -> dict[str, str]:
    """What every row gets that needs it and has none."""
    return {each.name: data[f"all:{each.name}"] for each in page.details if data.get(f"all:{each.name}")}
