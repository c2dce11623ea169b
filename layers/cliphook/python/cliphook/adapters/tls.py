"""What every connection to the outside has in common."""

import ssl
from functools import cache
from typing import Final

# Edges of providers turn the names of bare HTTP libraries away.
USER_AGENT: Final = "Cliphook (self-hosted gateway)"


@cache
def tls_context() -> ssl.SSLContext:
    """Make the one TLS context: certificates are checked, and nothing older than TLS 1.2."""
    return ssl.create_default_context()
