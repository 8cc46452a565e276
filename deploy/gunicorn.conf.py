"""The web server: a few processes of a few threads each. Read by gunicorn itself."""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 10
keepalive = 5
# A new process begins without kept pages: seldom, and never both at once.
max_requests = 200_000
max_requests_jitter = 50_000
# Loaded once and then copied: a start takes half as long and the processes share their memory.
preload_app = True
# Heartbeat files belong in memory: a slow disk must not look like a hung process.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
loglevel = "warning"


def when_ready(server: Any) -> None:
    """What was loaded stays: looking through it for rubbish takes longer than a page."""
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A database connection made while loading must not be shared by two processes."""
    gc.set_threshold(20_000, 20, 20)  # a page makes some thousand objects and leaves no circles
    from storefront.kernel.db import db

    with server.app.wsgi().app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
