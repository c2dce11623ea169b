"""I2: Every committed event reaches the bus, within two minutes of the end of faults."""

from tests.simulator.freezing import replay

DECISIONS = (
    "schedule#1.0 tick: duplicate",
    "schedule#2.0 tick: duplicate",
    "sweep#10.6 bus.put_events: partial",
    "sweep#10.7 bus.put_events: partial",
    "sweep#10.8 bus.put_events: partial",
)


def test_an_event_waits_for_as_long_as_the_bus_is_busy() -> None:
    assert replay("the bus takes half", 60912324222845, *DECISIONS).violations == ()
