"""`replace` for the rows and inputs of this package. A decision replaces a link's row some ten times.

`dataclasses.replace` asks each of its forty fields whether it may, and then builds the row through `__init__`: a third of the time
that a decision takes. Here what was is copied, and what changes is put over it, in a third of that.
"""

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # mypy knows which names and values fit only for the library's own.
    from dataclasses import replace as replace  # noqa: PLC0414
else:

    def replace(old, /, **changes):  # noqa: ANN001, ANN003, ANN201
        """Give a copy of a frozen dataclass with slots in which `changes` stand instead. `__post_init__` is not run.

        Raises:
            TypeError: it has no field of that name.
        """
        values_of, put, put_by_name = _ways_into(type(old))
        new = object.__new__(type(old))
        for put_value, value in zip(put, values_of(old), strict=True):
            put_value(new, value)
        for name, value in changes.items():
            if name not in put_by_name:
                raise TypeError(f"{type(old).__name__} has no field {name!r}")
            put_by_name[name](new, value)
        return new

    @cache
    def _ways_into(shape):  # noqa: ANN001, ANN202
        """Give what reads all values at once, and what puts each into its slot, past the frozen class."""
        names = tuple(shape.__dataclass_fields__)
        put = tuple(getattr(shape, name).__set__ for name in names)
        return _reader(names), put, dict(zip(names, put, strict=True))

    def _reader(names):  # noqa: ANN001, ANN202
        # Of a single name `attrgetter` gives the value itself.
        return attrgetter(*names) if len(names) > 1 else lambda old: [getattr(old, name) for name in names]
