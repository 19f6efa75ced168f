"""The same bytes, read by us and by h11: the same requests, or a rule that says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import h11

import suites
from crowd import converse, outcome
from server import ROOT, Server

# What we refuse and h11 serves, which leaves much to the program that uses it.
OUR_RULES = {
    "400 LF without CR before it": "RFC 9112 2.2: MAY be taken for the end of a line",
    "400 control byte in the head": "RFC 9110 5.5: of these h11 takes some",
    "400 request line is not 'METHOD TARGET HTTP/1.1'": "RFC 9110 9.1: methods are case-sensitive",
    "400 character in the target that must be percent-encoded": "RFC 9112 3.2: no fragments",
    "400 target is neither a path nor an http URI": "RFC 9112 3.2: one of four forms",
    "400 Host is not the host of the target": "RFC 9112 3.2.2: else it is of two sites",
    "421 https target on a connection that is not secured": "RFC 9110 7.4: MUST be rejected",
    "505 only HTTP/1.1 and HTTP/1.0 are served": "RFC 9110 15.6.6",
    "501 CONNECT is not served": "RFC 9110 9.3.6: an origin server need not be a tunnel",
    "431 too many header fields": "RFC 9110 5.4: h11 does not count them",
    "400 white space before a field name": "RFC 9112 5.2: refused or unfolded",
    "400 several Content-Type fields": "RFC 9110 5.3: sent once",
    "400 malformed Content-Length": "RFC 9112 6.3: a list of equal lengths MAY be taken for one",
    "400 both Content-Length and Transfer-Encoding": "RFC 9112 6.1: MAY be refused",
    "400 Transfer-Encoding in HTTP/1.0": "RFC 9112 6.1: faulty framing",
    "400 malformed chunk extension": "RFC 9112 7.1.1: h11 drops what stands behind the size",
    "400 CR without LF after it": "RFC 9112 2.2: the same, of a bare CR",
    "400 trailer field that only a head may have": "RFC 9110 6.5.1",
}
# What h11 refuses and we serve.
THEIR_RULES = {
    "no request line received": "RFC 9112 2.2: an empty line SHOULD be skipped",
}

HEAD = re.compile(rb"HTTP/1\.1 2\d\d .*?\r\n\r\n", re.DOTALL)


class Request(NamedTuple):
    method: str
    content: bytes


def read_by_h11(data: bytes) -> tuple[list[Request], str]:
    """What it serves, and why it refuses what follows."""
    served, connection = [], h11.Connection(h11.SERVER)
    connection.receive_data(data)
    method, content = "", b""
    try:
        while (event := connection.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.Request):
                method, content = event.method.decode(), b""
            elif isinstance(event, h11.Data):
                content += event.data
            elif isinstance(event, h11.EndOfMessage):
                served.append(Request(method, content))
                connection.send(h11.Response(status_code=404, headers=[("Content-Length", "0")]))
                connection.send(h11.EndOfMessage())
                if connection.states != {h11.CLIENT: h11.DONE, h11.SERVER: h11.DONE}:
                    break  # it ends here
                connection.start_next_cycle()
    except h11.RemoteProtocolError as error:
        return served, str(error)
    return served, ""


def read_by_us(output: bytes) -> list[Request]:
    """What the application says that it was asked."""
    served = []
    while head := HEAD.match(output):
        length = re.search(rb"\nContent-Length: (\d+)", head[0])
        end = head.end() + (int(length[1]) if length else 0)
        page, output = output[head.end() : end], output[end:]
        method = re.search(rb"^REQUEST_METHOD: (.*)$", page, re.MULTILINE)
        size = re.search(rb"^CONTENT_LENGTH: (\d+)$", page, re.MULTILINE)
        content = page[-1 - int(size[1]) : -1] if size else b""
        # No page: for HEAD, and for OPTIONS of the server as a whole.
        served.append(Request(method[1].decode() if method else "", content))
    return served


def explain(output: bytes, data: bytes) -> str:
    """The rule for the first difference; empty if there is none."""
    ours, (theirs, error) = read_by_us(output), read_by_h11(data)
    for mine, other in zip(ours, theirs):
        assert mine.method in (other.method, ""), data
        assert mine.content == other.content, data
    if len(ours) < len(theirs):
        return " ".join(outcome(output).split()[len(ours) :])
    return error if len(ours) > len(theirs) else ""


def test_h11_reads_the_same(start: Callable[..., Server]) -> None:
    messages = [suites.with_host(case.data)
                for case in suites.gunicorn_cases() + suites.llhttp_cases()]  # fmt: skip
    corpus = ROOT / "tests/fuzz/corpus/request_parser"
    messages += [path.read_bytes() for path in corpus.iterdir()]
    heard = converse(start("tell"), [[message] for message in messages])
    rules = {explain(output, message) for output, message in zip(heard, messages)} - {""}
    assert rules == OUR_RULES.keys() | THEIR_RULES.keys()
