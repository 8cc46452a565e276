"""Files in the shop's keeping: public pictures, private papers."""

from typing import Any

from storefront.media.actions import add_file, erase_file, remove_orphans
from storefront.media.models import MediaFile
from storefront.media.pictures import (
    PreparedFile,
    import_master,
    prepare_document,
    prepare_picture,
)
from storefront.media.queries import (
    PictureView,
    files,
    picture_view,
    pictures,
    read_document,
)
from storefront.media.rules import BadFile, BrokenPicture, TooLarge, WrongType

__all__ = [
    "BadFile",
    "BrokenPicture",
    "MediaFile",
    "PictureView",
    "PreparedFile",
    "TooLarge",
    "WrongType",
    "add_file",
    "erase_file",
    "files",
    "import_master",
    "picture_view",
    "pictures",
    "prepare_document",
    "prepare_picture",
    "read_document",
    "remove_orphans",
    "send_document",
]


def __getattr__(name: str) -> Any:
    # The way to hand a private file out stands on the web floor: loaded by views only.
    if name == "send_document":
        from storefront.media.views import send_document

        return send_document
    raise AttributeError(name)

