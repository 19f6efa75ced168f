"""attackers.py KIND PORT CONNECTIONS: clients that only want to be in the way, until they end.

Says "ready" when all connections are open. Each does a little once in a second; those that the
server closes are opened anew, as an attacker would. Loopback only.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
import time

TURNS_A_SECOND = 10

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
WHOLE = HEAD + b"\r\n"


class Client:
    """One connection of a kind; `attack` is called every second."""

    begun = b""
    dribble = b""
    receive_bytes = 0

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        if self.receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.receive_bytes)
        self.socket.settimeout(10)
        self.socket.connect(("127.0.0.1", port))
        self.socket.sendall(self.begun)
        self.socket.setblocking(False)

    def attack(self) -> None:
        """OSError: the server has closed the connection."""
        if self.dribble:
            self.socket.send(self.dribble)
        with contextlib.suppress(BlockingIOError):
            if not self.receive_bytes and not self.socket.recv(65536):
                raise ConnectionError

    def close(self) -> None:
        """At once, so that the kernel keeps nothing."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Idle(Client):
    begun = WHOLE


class SlowHead(Client):
    begun = HEAD
    dribble = b"X: y\r\n"


class SlowBody(Client):
    begun = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
    dribble = b"x"


class SlowReader(Client):
    begun = b"GET /10m.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"
    receive_bytes = 4096

    def attack(self) -> None:
        if not self.socket.recv(1):
            raise ConnectionError


class SmallPieces(Client):
    """A whole request, byte by byte."""

    def attack(self) -> None:
        for byte in WHOLE:
            self.socket.send(bytes([byte]))
        super().attack()


class Flood(Client):
    """Connects and leaves."""

    def attack(self) -> None:
        raise ConnectionError


KINDS = {
    "idle": Idle,
    "heads": SlowHead,
    "bodies": SlowBody,
    "readers": SlowReader,
    "pieces": SmallPieces,
    "flood": Flood,
}


def attacked(kind: type[Client], client: Client | None, port: int) -> Client | None:
    """The client after its turn, or another in its place; None where none was let in."""
    try:
        if client is None:
            return kind(port)
        client.attack()
    except BlockingIOError:
        return client
    except OSError:
        if client is not None:
            client.close()
        return None
    return client


def main(kind: type[Client], port: int, count: int) -> None:
    clients: list[Client | None] = [kind(port) for _ in range(count)]
    print("ready", flush=True)
    turn = 0
    while True:
        began = time.monotonic()
        for i in range(turn % TURNS_A_SECOND, count, TURNS_A_SECOND):
            clients[i] = attacked(kind, clients[i], port)
        turn += 1
        time.sleep(max(0.0, 1 / TURNS_A_SECOND - (time.monotonic() - began)))


if __name__ == "__main__":
    main(KINDS[sys.argv[1]], int(sys.argv[2]), int(sys.argv[3]))
