"""Which keys name a row: anybody may write under any key, and only a row can be put right."""

from domain.ids import ALL_FIRMS, FirmId, RowKey, all_key


def row_key(key: bytes | None) -> RowKey | None:
    """Read a record's key. None: it is no text."""
    try:
        return RowKey(key.decode()) if key is not None else None
    except UnicodeDecodeError:
        return None


def firm_in(key: RowKey, partition: int) -> FirmId | None:
    """Name the firm whose row a key names in a partition. None: it names no row."""
    match key.split("/", 2):
        case ["all", _] if key == all_key(partition):
            return ALL_FIRMS
        case ["firm", firm] if firm:
            return FirmId(firm)
        case ["link" | "customer", firm, own] if firm and own:
            return FirmId(firm)
        case _:
            return None
