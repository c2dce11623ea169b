"""I2: Every committed event reaches the bus, within two minutes of the end of faults."""

from tests.simulator.freezing import replay

DECISIONS = (
    "sweep#7.6 bus.put_events: partial",
    "sweep#7.7 bus.put_events: partial",
    "sweep#7.8 bus.put_events: partial",
    "sweep#8.6 bus.put_events: partial",
    "sweep#8.7 bus.put_events: partial",
    "sweep#8.8 bus.put_events: partial",
    "sweep#9.6 bus.put_events: partial",
    "sweep#9.7 bus.put_events: partial",
    "sweep#9.8 bus.put_events: partial",
)


def test_an_event_waits_for_as_long_as_the_bus_is_busy() -> None:
    assert replay("the bus takes half", 60912324222845, *DECISIONS).violations == ()
