"""Which build of the read model's tables a follower fills: once it shows all, people may read it."""

from typing import Self

from domain.projection import BuiltAgainError, ReadModelWriter, Stream


class BuildWatch:
    """The build that was there when the follower began; whatever it writes is for this one."""

    def __init__(self, writer: ReadModelWriter, stream: Stream, build: int, *, complete: bool) -> None:
        self._writer = writer
        self._stream = stream
        self.id = build
        self.complete = complete

    @classmethod
    async def begin(cls, writer: ReadModelWriter, stream: Stream) -> Self:
        """Look which one it is; before the positions are read, for they belong to it."""
        build = await writer.build(stream)
        return cls(writer, stream, build.id, complete=build.complete)

    async def look(self, *, shows_all: bool) -> None:
        """See whether it is still the same; if it shows all there was when the follower began, say so.

        Raises:
            BuiltAgainError: it is another one.
        """
        if (await self._writer.build(self._stream)).id != self.id:
            raise BuiltAgainError
        if shows_all and not self.complete:
            await self._writer.complete(self._stream, self.id)
            self.complete = True
