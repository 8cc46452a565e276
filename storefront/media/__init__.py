"""Files in the shop's keeping."""

from storefront.media.models import (
    MediaFile,
)

__all__ = [
    "MediaFile",
]
