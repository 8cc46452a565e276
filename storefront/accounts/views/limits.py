"""How often one may guess or make us write mails: counted by account and by network."""

from __future__ import annotations

from storefront.web import forget, hit, network

# (limit, seconds). The account alone has room enough that a stranger elsewhere cannot easily lock
# its owner out; account and network together are where one guesser sits.
_PER_PAIR = (10, 300)
_PER_ACCOUNT = (40, 900)
_PER_NETWORK = (60, 300)
_OVERALL = (1000, 300)

_FACTOR = ((5, 300), (20, 3600), (50, 86400))
_MAILS_TO_ONE = (3, 6 * 3600)
_MAILS_FROM_NETWORK = (30, 3600)


def count_guess(bucket: str, key: str) -> None:
    """Count an attempt at the account `key`. 429 where there were too many."""
    hit(bucket, "all", *_OVERALL)
    hit(f"{bucket}_network", network(), *_PER_NETWORK)
    hit(f"{bucket}_account", key, *_PER_ACCOUNT)
    hit(f"{bucket}_pair", f"{key} {network()}", *_PER_PAIR)


def forget_guesses(bucket: str, key: str) -> None:
    """After a right answer the account's own counts start anew."""
    forget(f"{bucket}_account", key)
    forget(f"{bucket}_pair", f"{key} {network()}")


def count_factor(user_id: int) -> None:
    """Count an attempt at a second factor. 429 where there were too many."""
    for limit, seconds in _FACTOR:
        hit(f"factor_{seconds}", str(user_id), limit, seconds)


def forget_factor(user_id: int) -> None:
    """After a right code."""
    for _, seconds in _FACTOR:
        forget(f"factor_{seconds}", str(user_id))


def count_mail(bucket: str, key: str) -> None:
    """Count a mail somebody asks us to send to `key`. 429 where there were too many."""
    hit(f"{bucket}_network", network(), *_MAILS_FROM_NETWORK)
    hit(f"{bucket}_mail", key, *_MAILS_TO_ONE)
