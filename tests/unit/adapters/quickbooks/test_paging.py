"""A listing shows everybody, whoever vanishes between its pages and whatever record breaks one of them."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from adapters.quickbooks.paging import Page
from adapters.quickbooks.query import PAGE
from adapters.readable_records import MOST_UNREADABLE

MOST_REQUESTS_A_PAGE = 40


@dataclass
class Company:
    """Customers by row, as QuickBooks pages them; a page with a bad one on it is refused."""

    ids: list[int]
    bad: frozenset[int] = frozenset()
    vanish: dict[int, set[int]] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    left_out: int = 0
    requests: int = 0

    def list_all(self) -> bool:
        """Go through all pages; says whether the listing came to its end."""
        page: Page | None = Page()
        asked: set[tuple[Page, int]] = set()
        while page is not None:
            self.requests += 1
            self.ids = [each for each in self.ids if each not in self.vanish.get(self.requests, set())]
            assert (page, len(self.ids)) not in asked, (
                "the same page of the same list again: it would for ever"
            )
            asked.add((page, len(self.ids)))
            page = Page.at(page.cursor)  # as another worker would go on
            rows = self.ids[page.start - 1 : page.start - 1 + page.size]
            if not self.bad & set(rows):
                self.seen |= set(rows)
                page = page.after([str(each) for each in rows])
            elif (smaller := page.halved()) is not None:
                page = smaller
            else:
                self.left_out += 1
                page = page.behind()
                if page is None:
                    return False
        return True


@given(st.integers(0, 450), st.dictionaries(st.integers(2, 12), st.sets(st.integers(1, 450), max_size=60)))
def test_nobody_who_stays_is_missed(many: int, vanish: dict[int, set[int]]) -> None:
    """Customers that vanish between two pages move the others, who are listed all the same."""
    company = Company(list(range(1, many + 1)), vanish=vanish)

    assert company.list_all()
    assert set(company.ids) <= company.seen
    assert company.requests <= MOST_REQUESTS_A_PAGE * (1 + many // PAGE) * (1 + len(vanish))


@given(st.integers(1, 350), st.sets(st.integers(1, 350), max_size=4))
def test_a_bad_record_holds_up_nobody_else(many: int, bad: set[int]) -> None:
    """All others are listed, and each bad one is left out once."""
    company = Company(list(range(1, many + 1)), frozenset(bad))

    assert company.list_all()
    assert company.seen == set(company.ids) - bad
    assert company.left_out == len(bad & set(company.ids))


def test_a_company_of_bad_records_is_not_taken_for_an_empty_one() -> None:
    """After a few in a row the listing waits, in place of leaving everybody out."""
    company = Company(list(range(1, 300)), frozenset(range(100, 200)))

    assert not company.list_all()
    assert company.left_out == MOST_UNREADABLE + 1


def test_a_cursor_of_an_older_version_is_read() -> None:
    """It was the row to start at, and no more."""
    assert Page.at("101") == Page(start=101)
