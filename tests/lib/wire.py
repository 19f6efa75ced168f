"""Wire: a client that sends exactly the bytes it is told to, and reads answers one by one."""

from __future__ import annotations

import select
import socket
import struct
from dataclasses import dataclass, field


@dataclass
class Answer:
    version: str
    status: int
    reason: str
    headers: list[tuple[str, str]] = field(default_factory=list)  # as sent
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The value of a field that may be there once."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} more than once: {values}"
        return values[0] if values else None

    @property
    def text(self) -> str:
        return self.body.decode()


class Wire:
    """`address` is (host, port), or the path of a unix socket. Close it, or use it in a `with`."""

    def __init__(self, address: tuple[str, int] | str, timeout: float = 10) -> None:
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        if family == socket.AF_INET:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = bytearray()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.socket.close()

    def reset(self) -> None:
        """Closes with an RST, as a client that vanishes."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def shut_write(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def has_input(self, seconds: float) -> bool:
        """Does anything come within this time?"""
        return bool(select.select([self.socket], [], [], seconds)[0])

    def send(self, data: bytes | str) -> None:
        self.socket.sendall(data.encode("latin-1") if isinstance(data, str) else data)

    def get(self, target: str = "/", *fields: str) -> Answer:
        return self.ask("GET", target, *fields)

    def ask(self, method: str, target: str, *fields: str, body: bytes | None = None) -> Answer:
        """One request with "Name: value" fields, and its answer."""
        lines = [f"{method} {target} HTTP/1.1", "Host: test", *fields]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join((*lines, "", "")).encode("latin-1") + (body or b""))
        return self.read_answer(method)

    def read_answer(self, method: str = "GET") -> Answer:
        """The next answer, whole. `method` is that of the request: HEAD has no body."""
        answer = self.read_head()
        has_body = method != "HEAD" and answer.status >= 200 and answer.status not in (204, 304)
        if has_body:
            answer.body = self.read_body(answer)
        return answer

    def read_head(self) -> Answer:
        version, status, reason = (self.read_line() + "  ").split(" ", 2)
        answer = Answer(version, int(status), reason.rstrip())
        while line := self.read_line():
            name, colon, value = line.partition(":")
            assert colon, f"no field: {line!r}"
            answer.headers.append((name, value.strip()))
        return answer

    def read_body(self, answer: Answer) -> bytes:
        length = answer.header("Content-Length")
        if answer.header("Transfer-Encoding") == "chunked":
            assert length is None, "both Transfer-Encoding and Content-Length"
            return b"".join(iter(self.read_chunk, b""))
        return self.read_until_close() if length is None else self.read_exactly(int(length))

    def read_chunk(self) -> bytes:
        """Empty: the last one, its trailers included."""
        size = int(self.read_line(), 16)
        data = self.read_exactly(size)
        while (line := self.read_line()) and size == 0:
            pass
        assert not line, f"no end of the chunk: {line!r}"
        return data

    def read_line(self) -> str:
        while b"\n" not in self._received:
            self._receive()
        line = self._take(self._received.index(b"\n") + 1)
        assert line.endswith(b"\r\n"), f"a line without CR: {line!r}"
        return line[:-2].decode("latin-1")

    def read_exactly(self, count: int) -> bytes:
        while len(self._received) < count:
            self._receive()
        return self._take(count)

    def read_until_close(self) -> bytes:
        """All that is still to come. A reset is an error (ConnectionResetError)."""
        while part := self.socket.recv(65536):
            self._received += part
        return self._take(len(self._received))

    def count_until_close(self) -> int:
        """How much is still to come, without keeping it."""
        count, buffer = len(self._take(len(self._received))), bytearray(1 << 20)
        while received := self.socket.recv_into(buffer):
            count += received
        return count

    def is_closed(self) -> bool:
        """Waits for the end of the connection; False if bytes come instead."""
        try:
            return not self._received and self.socket.recv(1, socket.MSG_PEEK) == b""
        except ConnectionResetError:
            return True

    def _take(self, count: int) -> bytes:
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _receive(self) -> None:
        part = self.socket.recv(65536)
        if not part:
            raise EOFError(f"the connection ended after {bytes(self._received[-200:])!r}")
        self._received += part
