"""Many at once against the real server."""
