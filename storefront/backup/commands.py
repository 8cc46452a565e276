"""`flask backup` and `flask restore`."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from storefront.backup import archive
from storefront.backup.engines import BackupError
from storefront.kernel.db import db

_path = click.Path(path_type=Path, dir_okay=False, resolve_path=True)


def init_backup(app: Flask) -> None:
    """Called by the wiring."""
    app.cli.add_command(backup_command)
    app.cli.add_command(restore_command)


@click.command("backup")
@click.argument("path", type=_path)
@with_appcontext
def backup_command(path: Path) -> None:
    """Write database and media to PATH while the shop is open. Keys are not in it."""
    try:
        manifest = archive.save(current_app.config["SETTINGS"], path)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    rows, files = sum(manifest["rows"].values()), len(manifest["files"]) - 1
    click.echo(f"Saved {rows} rows and {files} files to {path}.")
    if manifest["media"] == "elsewhere":
        click.echo("MEDIA_URL names a store of its own: copy the pictures there.")
    click.echo("Keep SECRET_KEY and ENCRYPTION_KEY in another place: without them the sealed")
    click.echo("fields of this backup stay shut.")


@click.command("restore")
@click.argument("path", type=_path)
@click.option("--force", is_flag=True, help="Replace what the database and the media folder hold.")
@with_appcontext
def restore_command(path: Path, force: bool) -> None:
    """Put the backup at PATH in place. Stop the shop first; run `flask db upgrade` afterwards."""
    for engine in db.engines.values():
        engine.dispose()
    try:
        manifest = archive.restore(current_app.config["SETTINGS"], path, force=force)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    rows, files = sum(manifest["rows"].values()), len(manifest["files"]) - 1
    click.echo(f"Restored {rows} rows and {files} files, saved at {manifest['made_at']}.")
    if not archive.key_fits(manifest):
        click.echo("Warning: ENCRYPTION_KEY is not the one this backup was made under; put the")
        click.echo("old key into the list, or the sealed fields stay shut.")
