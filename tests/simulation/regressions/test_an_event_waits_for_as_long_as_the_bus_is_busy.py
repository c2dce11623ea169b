"""I2: Every committed event reaches the bus, within two minutes of the end of faults."""

from tests.simulator.freezing import replay

DECISIONS = (
    "sweep#5.8 bus.put_events: partial",
    "sweep#5.10 bus.put_events: partial",
    "sweep#6.11 bus.put_events: partial",
    "sweep#7.8 bus.put_events: partial",
    "sweep#7.9 bus.put_events: partial",
)


def test_an_event_waits_for_as_long_as_the_bus_is_busy() -> None:
    assert replay("the bus takes half", 60912324222845, *DECISIONS).violations == ()
