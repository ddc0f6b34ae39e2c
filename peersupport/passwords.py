"""How passwords are hashed."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class TunedArgon2(Argon2PasswordHasher):
    """Argon2id with OWASP's 46 MiB and twice its passes: about 80 ms on one core.

    Django's own figures (100 MiB, 8 threads) would let a lecture hall run a small server out of memory.
    """

    time_cost = 2
    memory_cost = 47_104
    parallelism = 1
