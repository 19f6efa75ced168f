"""Crowd: many connections at once, whose bytes reach the server in the pieces that were meant."""

from __future__ import annotations

import contextlib
import itertools
import re
import socket
import struct
from collections.abc import Iterable, Sequence

from server import Server
from wire import Wire

CONNECTIONS_MAX = 400
SECONDS_MAX = 30
RESET_AT_CLOSE = struct.pack("ii", 1, 0)
# What differs from one answer to the next, or with the time at which bytes arrive.
PASSING = re.compile(rb"HTTP/1\.1 100 Continue\r\n\r\n|Date: [^\r]*\r\n")
STATUS = re.compile(rb"^HTTP/1\.1 (\d{3}) ", re.MULTILINE)


def converse(
    server: Server, conversations: Iterable[Sequence[bytes]], says_the_end: bool = True
) -> list[bytes]:
    """What each gets to hear until the server closes, without dates and 100s.

    A conversation is a list of pieces; the server has looked at one before it is sent the next.
    After the last one the client says that it sends no more, or waits for the server to lose
    patience.
    """
    waiting, heard = iter(conversations), []
    while batch := list(itertools.islice(waiting, CONNECTIONS_MAX)):
        heard += converse_at_once(server, batch, says_the_end)
    return heard


def converse_at_once(
    server: Server, batch: list[Sequence[bytes]], says_the_end: bool
) -> list[bytes]:
    with contextlib.ExitStack() as stack:
        clock = stack.enter_context(server.connect(SECONDS_MAX))
        lines = [stack.enter_context(open_line(server)) for _ in batch]
        for turn, pieces in enumerate(itertools.zip_longest(*batch)):
            if turn > 0:
                wait_for_a_turn(clock)
            for line, piece in zip(lines, pieces):
                send(line, piece)
        for line in lines if says_the_end else ():
            shut_write(line)
        return [PASSING.sub(b"", receive_all(line)) for line in lines]


def wait_for_a_turn(clock: Wire) -> None:
    """A server that waits for all its connections at once answers this after what came before."""
    for _ in range(2):
        assert clock.ask("OPTIONS", "*").status == 204


def open_line(server: Server) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", server.port), SECONDS_MAX)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    return line


def send(line: socket.socket, piece: bytes | None) -> None:
    if piece:
        with contextlib.suppress(ConnectionError):  # the server has said its last word already
            line.sendall(piece)


def shut_write(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_WR)


def receive_all(line: socket.socket) -> bytes:
    received = bytearray()
    with contextlib.suppress(ConnectionResetError):
        while part := line.recv(65536):
            received += part
    return bytes(received)


def outcome(output: bytes) -> str:
    """In short: "200 200", "400 Host is missing", "nothing"."""
    statuses = [status.decode() for status in STATUS.findall(output)]
    if statuses and statuses[-1] >= "400":
        _, _, page = output.rpartition(b"\r\n\r\n")
        statuses += page.decode("latin-1").splitlines()[1:]
    return " ".join(statuses) or "nothing"
