"""What search engines, chats and merchants' catalogues are told of the shop."""

from storefront.sharing.documents import make_documents
from storefront.sharing.models import SharePicture
from storefront.sharing.pages import PublicPage, announce_pages
from storefront.sharing.previews import make_previews

__all__ = ["PublicPage", "SharePicture", "announce_pages", "make_documents", "make_previews"]
