"""What the worker does with pictures. A door: it opens its own transactions."""

from __future__ import annotations

from typing import Any

from storefront.kernel.db import transaction
from storefront.media.actions import SIZES_TOPIC, begin_sizes, end_sizes
from storefront.media.encoding import store_copies
from storefront.media.rules import BrokenPicture, DecoderDied
from storefront.notifications import task_topic


@task_topic(SIZES_TOPIC)
def make_sizes(payload: dict[str, Any]) -> None:
    """Make a picture's sizes. May be cut off and repeated: what is stored already stays.

    The try is counted before it is made, so that a picture that takes the worker down with it is
    given up after a few. Raises DecoderDied or what the store says, to be tried again later.
    """
    media_id = int(payload["media_id"])
    with transaction():
        plan = begin_sizes(media_id, int(payload["until"]))
    if plan is None:
        return
    try:
        written = store_copies(plan.master_key, plan.storage_key, plan.widths)
    except DecoderDied:
        if plan.is_last_try:
            with transaction():
                end_sizes(media_id, failed=True)
            return
        raise
    except (BrokenPicture, FileNotFoundError):  # the next try would find it just so
        with transaction():
            end_sizes(media_id, failed=True)
        return
    except Exception:  # the store's fault, not the picture's: the try does not count
        with transaction():
            end_sizes(media_id, uncounted=True)
        raise
    with transaction():
        end_sizes(media_id, widths=plan.widths, written=written)
