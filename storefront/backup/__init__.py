"""Backup and restore: database and media in one file, while the shop is open.

The keys (SECRET_KEY, ENCRYPTION_KEY) never go in: whoever finds the file alone cannot read the
sealed fields. Keep them apart, and keep both.
"""

from storefront.backup.archive import restore, save
from storefront.backup.commands import init_backup
from storefront.backup.engines import BackupError

__all__ = ["BackupError", "init_backup", "restore", "save"]
