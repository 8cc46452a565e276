"""Files in the shop's keeping: public pictures, private papers."""

from typing import TYPE_CHECKING, Any

from storefront.media.actions import (
    add_file,
    erase_file,
    misplaced_files,
    remove_orphans,
    reseal_files,
    try_again,
)
from storefront.media.encoding import (
    PreparedFile,
    import_master,
    prepare_document,
    prepare_picture,
)
from storefront.media.models import MediaFile
from storefront.media.queries import (
    PICTURE_COLUMNS,
    files,
    picture_view,
    pictures,
    read_document,
    read_picture,
    shown_picture,
)
from storefront.media.rules import (
    MOST_TRIES,
    BadFile,
    BrokenPicture,
    TooLarge,
    WrongType,
    is_active,
)
from storefront.media.showing import PictureView
from storefront.media.tasks import make_sizes

if TYPE_CHECKING:
    from storefront.media.views import send_document, send_picture

__all__ = [
    "MOST_TRIES",
    "PICTURE_COLUMNS",
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
    "make_sizes",
    "misplaced_files",
    "is_active",
    "picture_view",
    "pictures",
    "prepare_document",
    "prepare_picture",
    "read_document",
    "read_picture",
    "remove_orphans",
    "reseal_files",
    "send_document",
    "send_picture",
    "shown_picture",
    "try_again",
]


def __getattr__(name: str) -> Any:
    # The way to hand a private file out stands on the web floor: loaded by views only.
    if name in {"send_document", "send_picture"}:
        from storefront.media import views

        return getattr(views, name)
    raise AttributeError(name)
