"""Answer a statement of the query language from the books.

Active records only, unless the statement asks for `Active` (Intuit blog, Advanced SQL Queries, 2014). Which properties
may be compared and sorted by: public transcriptions of Intuit's Customer reference. Text compares without case: not
documented, so the side on which more is found.
"""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from deploy.sandbox.quickbooks.books import Company, Kind
from deploy.sandbox.quickbooks.errors import Fault
from deploy.sandbox.quickbooks.fields import Json
from deploy.sandbox.quickbooks.query_language import Condition, Statement

TEXTS = (
    "DisplayName",
    "GivenName",
    "MiddleName",
    "FamilyName",
    "FullyQualifiedName",
    "CompanyName",
    "PrintOnCheckName",
)
TIMES = ("MetaData.CreateTime", "MetaData.LastUpdatedTime")
NUMBERS = ("Id", "Balance")
FILTERED = (*TEXTS, *TIMES, *NUMBERS, "PrimaryEmailAddr", "Active")
SORTED = (*TEXTS, *TIMES, *NUMBERS, "Active", "BalanceWithJobs")
EMPTY = ("", " ")  # how the language writes "no value" (Intuit, Data queries)
MOMENT_WITHOUT_OFFSET = UTC

Test = Callable[[Json], bool]


def run(company: Company, statement: Statement) -> Json:
    """Answer a statement with the content of `QueryResponse`.

    Raises:
        Fault: 4001 for an entity or property that can't be asked for.
    """
    kind = _kind(statement.entity)
    tests = [_test(condition) for condition in statement.conditions]
    if not any(condition.name == "Active" for condition in statement.conditions):
        tests.append(lambda record: record["Active"])
    found = [
        record
        for record in _candidates(company, kind, statement.conditions)
        if all(test(record) for test in tests)
    ]
    if statement.counts:
        return {"totalCount": len(found)}
    found.sort(key=lambda record: int(record["Id"]))
    for name, descending in ((_property(name), down) for name, down in reversed(statement.order)):
        if name not in SORTED:
            raise _not_allowed(name)
        found.sort(key=_sort_key(name), reverse=descending)
    page = found[statement.start - 1 : statement.start - 1 + statement.most]
    if kind is Kind.CUSTOMER and any(record["Id"] in company.bad for record in page):
        raise Fault("4002", "Error processing query", "QueryProcessingError: Email Address is invalid")
    # The key is absent when nothing matches (tests of ej2/python-quickbooks).
    return {kind.value: page, "startPosition": statement.start, "maxResults": len(page)} if page else {}


def _kind(entity: str) -> Kind:
    kind = Kind.named(entity)
    if kind is None:
        raise Fault("4001", "Invalid query", f"QueryValidationError: invalid context declaration: {entity}")
    return kind


def _candidates(company: Company, kind: Kind, conditions: Iterable[Condition]) -> list[Json]:
    for condition in conditions:  # the usual look-up, without a walk through all records
        if condition.name == "Id" and condition.operator in {"=", "IN"}:
            records = (company.find(kind, value) for value in dict.fromkeys(condition.values))
            return [record for record in records if record is not None]
    return list(company.all(kind))


def _test(condition: Condition) -> Test:
    name, operator, wanted = _property(condition.name), condition.operator, condition.values
    if name not in FILTERED:
        raise _not_allowed(name)
    if operator == "LIKE":
        pattern = re.compile(
            ".*".join(re.escape(part) for part in wanted[0].split("%")), re.IGNORECASE | re.DOTALL
        )
        return lambda record: pattern.fullmatch(str(_of(record, name) or "")) is not None
    values = [_comparable(name, value) for value in wanted]
    if operator in {"=", "IN"}:
        return lambda record: _comparable(name, _of(record, name)) in values
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "<": lambda left, right: left < right,
        ">": lambda left, right: left > right,
        "<=": lambda left, right: left <= right,
        ">=": lambda left, right: left >= right,
    }
    ordered, bound = compare[operator], values[0]
    return lambda record: (
        _of(record, name) is not None and ordered(_comparable(name, _of(record, name)), bound)
    )


def _property(name: str) -> str:
    """Read a property's name: Intuit's own page on data queries also writes `Metadata.LastUpdatedTime`."""
    return name.replace("Metadata.", "MetaData.")


def _of(record: Json, name: str) -> Any:
    if name.startswith("MetaData."):
        return record["MetaData"][name.removeprefix("MetaData.")]
    if name == "PrimaryEmailAddr":
        return record.get(name, {}).get("Address")
    return record.get(name)


def _comparable(name: str, value: Any) -> Any:
    if value is None or (isinstance(value, str) and value in EMPTY):
        return None
    try:
        if name in TIMES:
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=MOMENT_WITHOUT_OFFSET)
        if name in NUMBERS:
            return float(value)
    except ValueError:
        raise Fault(
            "4001", "Invalid query", f"QueryValidationError: value {value} of {name} can't be read"
        ) from None
    return str(value).casefold()


def _sort_key(name: str) -> Callable[[Json], tuple[bool, Any]]:
    def key(record: Json) -> tuple[bool, Any]:
        value = _comparable(name, _of(record, name))
        return value is not None, value if value is not None else 0

    return key


def _not_allowed(name: str) -> Fault:
    return Fault("4001", "Invalid query", f"QueryValidationError: property '{name}' is not queryable")
