"""No test sees a real AWS, a network beyond this machine, or somebody's environment."""

import gc
import ipaddress
import os
import sys

from hypothesis import settings

# What a test run may know of the environment it was started in. All else is taken away.
KEPT = frozenset({"CI", "HOME", "HYPOTHESIS_PROFILE", "LANG", "PATH", "TERM", "TMPDIR", "USER"})
# Settings of tools that tests start or run under, certificates and caches among them, and of
# tests that can be made larger.
KEPT_PREFIXES = ("COVERAGE_", "FAN_OUT_", "JSII_", "KILLED_", "NODE_", "PY", "SSL_CERT_", "UV_")

# AWS for moto: a region, and keys that open nothing.
AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    # Neither files of a developer's account, nor the metadata service of a build machine.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}

# The names under which functions write logs and metrics, as in a deployment.
POWERTOOLS = {
    "POWERTOOLS_SERVICE_NAME": "cliphook",
    "POWERTOOLS_METRICS_NAMESPACE": "Cliphook",
}

NETWORK_EVENTS = frozenset({"socket.bind", "socket.connect", "socket.sendto"})


class NetworkRefusedError(RuntimeError):
    """A test tried to leave this machine. No OSError: code under test must not swallow it."""


def is_loopback(host: str | bytes | bytearray | None) -> bool:
    """Say whether an address or name means this machine, and no other can hear it."""
    name = host.decode() if isinstance(host, bytes | bytearray) else host
    if name is None or name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def refuse_network(event: str, arguments: tuple[object, ...]) -> None:
    """Raise on what leaves this machine. Python calls it before each such act."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in NETWORK_EVENTS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if isinstance(host, str | bytes | bytearray) and not is_loopback(host):
        raise NetworkRefusedError(event, host)


def clean_environment() -> None:
    """Leave only what is kept, and an AWS that is none."""
    for name in [*os.environ]:
        if name not in KEPT and not name.startswith(KEPT_PREFIXES):
            del os.environ[name]
    os.environ.update(AWS | POWERTOOLS)


clean_environment()
# An audit hook, not a patched socket: it also sees what C code does, and nobody can undo it.
sys.addaudithook(refuse_network)

# The gate must not flicker: the same examples every time, and no clock over them.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

# A run makes a little garbage in each of thousands of tests, and keeps a great deal for good.
GARBAGE = (200_000, 20, 100)


def pytest_collection_finish() -> None:
    """Look seldom for garbage, and never among what was made so far."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
