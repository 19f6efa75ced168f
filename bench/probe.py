"""Questions to a server before it is measured: does it answer, and what it should?"""

from __future__ import annotations

import http.client
import socket
import time

from bench.tree import ServerFailed, Tree
from bench.workloads import Workload

READY_SECONDS_MAX = 10.0
POLL_SECONDS = 0.0005
PIPELINE_SECONDS_MAX = 3.0


def wait_until_ready(tree: Tree, port: int, workload: Workload) -> None:
    """Returns at the first answer of status 200."""
    deadline = time.monotonic() + READY_SECONDS_MAX
    last = "no answer"
    while time.monotonic() < deadline:
        if tree.has_ended:
            raise ServerFailed(f"ended at start: {tree.last_words() or 'without a word'}")
        try:
            status, body, _ = ask(connect(port), workload)
            if status == 200:
                return
            last = f"status {status}: {body[:60]!r}"
        except (OSError, http.client.HTTPException) as error:
            last = repr(error)
        time.sleep(POLL_SECONDS)
    raise ServerFailed(f"not ready after {READY_SECONDS_MAX:.0f} s: {last}")


def check(port: int, workload: Workload) -> list[str]:
    """Fails if an answer is wrong; returns remarks for the notes."""
    connection = connect(port)
    remarks = []
    try:
        for _ in range(2):
            status, body, keeps = ask(connection, workload)
            if status != 200 or body != workload.answer:
                raise ServerFailed(
                    f"answers {status} with {len(body)} bytes ({body[:40]!r}), "
                    f"expected 200 with {len(workload.answer)}"
                )
            if not keeps:
                remarks = ["closes its connections"]
        if workload.pipelined > 1:
            check_pipelining(port, workload)
    except (OSError, http.client.HTTPException) as error:
        raise ServerFailed(f"broken answer: {error!r}") from error
    finally:
        connection.close()
    return remarks


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS_MAX)


def ask(connection: http.client.HTTPConnection, workload: Workload) -> tuple[int, bytes, bool]:
    """(status, body, whether the connection stays open)."""
    method = "POST" if workload.body else "GET"
    connection.request(method, workload.path, workload.body or None)
    response = connection.getresponse()
    return response.status, response.read(), not response.will_close


def check_pipelining(port: int, workload: Workload) -> None:
    """All requests of one write must be answered, in one connection."""
    request = f"GET {workload.path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PIPELINE_SECONDS_MAX) as client:
        client.sendall(request * workload.pipelined)
        try:
            while received.count(workload.answer) < workload.pipelined:
                if not (data := client.recv(65536)):
                    break
                received += data
        except TimeoutError:
            pass
    answers = received.count(workload.answer)
    if answers < workload.pipelined:
        raise ServerFailed(f"answers {answers} of {workload.pipelined} pipelined requests")
