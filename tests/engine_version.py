"""Which version of the program tests decide with."""

from domain.ids import EngineVersion

ENGINE = EngineVersion("1.0.0")
