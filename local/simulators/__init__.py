"""
Simulators of music providers, for loopback: accurate, seeded, and badly behaved on request.

`serve("sunoapi")` runs one in a thread and tells its `base_url`; `make_app` is its application;
`SimulatorSettings` says how fast, how strict and in which scenario; `PROVIDERS` has them all.
"""

from local.simulators.clock import Clock
from local.simulators.server import PROVIDERS, Served, make_app, serve
from local.simulators.settings import Limit, SimulatorSettings

__all__ = [
    "PROVIDERS",
    "Clock",
    "Limit",
    "Served",
    "SimulatorSettings",
    "make_app",
    "serve",
]
