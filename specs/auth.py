"""Credentials as values, and the ones that every embedded server accepts.

Real credentials come from environment variables that a profile names; they are never written anywhere. The local ones
open nothing but a server on this machine, so that a first run needs no set-up at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """What a client proves itself with: a token (bearer, API key) or a signing key pair (SigV4)."""

    token: str = field(default="", repr=False)
    access_key: str = ""
    secret_key: str = field(default="", repr=False)
    session_token: str = field(default="", repr=False)


LOCAL = Credentials(token="local-token", access_key="local-access-key", secret_key="local-secret-key")
"""Accepted by the embedded servers, and by nothing else."""
