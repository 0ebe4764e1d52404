"""Password hashing: Argon2id with 19 MiB and one lane (OWASP's second setting), so that many log-ins at once fit in memory."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2(Argon2PasswordHasher):
    """memory_cost in KiB."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
