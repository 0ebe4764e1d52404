"""For tests: an outside system on a real socket that does what it is told, and a port whose answers are written down."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from foundation.outside.lookups import Port, Subject
from foundation.outside.result import NotFound, Result


@dataclass
class Seen:
    """One call as the system received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Stub:
    """A system: `behave(write)` decides what comes back; `write` sends raw bytes, so that any nonsense can be said."""

    base: str = ""
    behave: Callable[[Callable[[bytes], None]], None] = lambda write: write(answer(200, b"{}"))
    seen: list[Seen] = field(default_factory=list)


def answer(status: int, body: bytes, *headers: str) -> bytes:
    """An HTTP answer with its length."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def stub_system() -> Iterator[Stub]:
    """A system on a free port."""
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            stub.seen.append(Seen(self.command, self.path, dict(self.headers.items()), body))
            self.close_connection = True
            stub.behave(self._write)

        do_POST = do_GET

        def _write(self, data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # callers hang up on purpose
    stub.base = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


ASKED: list[Subject] = []
SAYS: list[Result[dict[str, Any]] | Exception] = []
"""What the test port says, one after the other; NotFound when there is nothing left."""


def _says(subject: Subject) -> Result[dict[str, Any]]:
    ASKED.append(dict(subject))
    said = SAYS.pop(0) if SAYS else NotFound()
    if isinstance(said, Exception):
        raise said
    return said


PORTS: Mapping[str, Port] = {"test": Port("test", "测试核验", _says)}
