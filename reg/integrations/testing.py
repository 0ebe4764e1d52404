"""For tests of adapters: an outside system on a real socket that answers what the test tells it to."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from foundation.config import config


class Stub:
    """What it answers, and what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.body: dict[str, Any] = {}
        self.asked: list[str] = []
        """Paths with their queries, decoded."""
        self.sent: list[dict[str, Any]] = []
        """Bodies that came with a POST."""

    def say(self, body: dict[str, Any], status: int = 200) -> None:
        """From now on answer this."""
        self.body, self.status = body, status


@contextmanager
def outside_stub(*systems: str) -> Iterator[Stub]:
    """Stands in for these systems (address, property …) while the block runs."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stub.asked.append(unquote(self.path))
            content = json.dumps(stub.body, ensure_ascii=False).encode()
            self.send_response(stub.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            stub.sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = [f"OUTSIDE_{system.upper()}_URL" for system in systems]
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, f"http://127.0.0.1:{server.server_port}"))
    config.cache_clear()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        config.cache_clear()
