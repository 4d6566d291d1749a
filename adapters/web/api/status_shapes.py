"""Whether anybody decides, as the API writes it."""

from typing import Literal

from pydantic import BaseModel

from adapters.web.api.firm_shapes import FirmShape


class DecidingShape(BaseModel):
    """Of the partitions that were looked at. `undecided`: inputs that wait, by partition; `partitions_standing_still`: none was decided meanwhile."""

    deciding: Literal["ok", "some", "nobody"]
    workers: int
    partitions_without_worker: list[int]
    undecided: dict[int, int]
    partitions_standing_still: list[int]


class StatusAnswer(BaseModel):
    """Whether anybody decides; and of the firm that was named, how it is."""

    deciding: DecidingShape
    firm: FirmShape | None
