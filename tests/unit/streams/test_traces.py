"""Where spans stand follows from what lies in Kafka alone."""

from dataclasses import replace

import pytest

from domain.ids import EffectId
from domain.inputs import Cause
from streams.wire.traces import place_named, place_of_effect
from tests.unit.domain.world import START

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
CAUSE = Cause(topic="sync.intents", partition=3, offset=7, id="i-1", at=START)
EFFECT = EffectId("0123456789abcdef0123456789abcdef")


def test_an_effect_stands_in_the_trace_of_the_input_that_planned_it() -> None:
    """Whoever looks, and whenever: the same place. Another input, another trace."""
    place = place_of_effect(EFFECT, CAUSE)

    assert place == place_of_effect(EFFECT, replace(CAUSE))
    assert place.trace != place_of_effect(EFFECT, replace(CAUSE, offset=8)).trace
    assert place.span == place_of_effect(EFFECT, replace(CAUSE, offset=8)).span


def test_a_chain_keeps_its_trace() -> None:
    """What an outcome hands back is read into the same trace, so its decision's next effect stands there too."""
    place = place_of_effect(EFFECT, CAUSE)
    outcome = replace(CAUSE, topic="sync.outcomes", offset=1, trace=str(place))

    assert place_named(str(place)) == place
    assert place_of_effect(EffectId("next"), outcome).trace == place.trace


def test_a_trace_that_its_producer_does_not_record_is_not_recorded_by_us() -> None:
    """The last two digits say so, and are handed on."""
    cause = replace(CAUSE, trace=f"{TRACEPARENT[:-2]}00")

    place = place_of_effect(EFFECT, cause)

    assert not place.sampled
    assert str(place).endswith("-00")
    assert place_of_effect(EFFECT, replace(CAUSE, trace=TRACEPARENT)).sampled


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        "",
        "Fiona Gallagher",
        TRACEPARENT.upper(),
        f"ff{TRACEPARENT[2:]}",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        TRACEPARENT[:-1],
    ],
)
def test_what_is_no_traceparent_is_let_be(given: object) -> None:
    """Somebody else's text must neither stop an input nor be handed on."""
    assert place_named(given) is None
