"""What a process remembers of people's texts, so as not to work it out again and again; and how it forgets them."""

from adapters.store import projected_rows
from domain import names
from domain.matching import letters


def forget_texts() -> None:
    """Forget all of it: nobody can say which of it is an erased person's. It is remembered again as it is needed."""
    projected_rows.by_content.cache_clear()
    names.forget()
    letters.forget()
