"""Applications that start other processes."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time

TEXT = [("Content-Type", "text/plain")]


def pieces_of_a_child(raised):
    yield b"begun, "
    if os.fork() == 0:
        raise raised
    yield b"ended"


class Closing(list):
    def close(self):
        if os.fork() == 0:
            sys.exit("close in the child")


def leave(how):
    """What the child of a fork does instead of its parent's work."""
    if how == "exit":
        sys.exit(7)
    if how == "exit-text":
        sys.exit("the child says why")
    if how == "raise":
        raise LookupError("raised by the child")
    return [b"forged " * 1000]


def fork(environ, start_response):
    """/fork/… forks; /streamed and /closing do so later; other paths are echoed."""
    path = environ["PATH_INFO"]
    if path == "/streamed":
        start_response("200 OK", TEXT)
        return pieces_of_a_child(LookupError("raised in the iteration"))
    if path == "/closing":
        start_response("200 OK", TEXT)
        return Closing([b"closing"])
    if not path.startswith("/fork/"):
        start_response("200 OK", TEXT)
        return [f"{path} {os.getpid()}".encode()]
    child = os.fork()
    if child == 0:
        return leave(path[6:])
    status = os.waitpid(child, 0)[1]
    start_response("200 OK", TEXT)
    return [f"{os.WIFEXITED(status)} {os.WEXITSTATUS(status)}".encode()]


def use_request_in_child(environ, start_response):
    """The child tells what became of its attempts to read, to write and to serve on."""
    ours, theirs = os.pipe()
    write = start_response("200 OK", TEXT)
    if os.fork() == 0:
        for attempt in (environ["wsgi.input"].read, lambda: write(b"forged")):
            try:
                os.write(theirs, repr(attempt()).encode())
            except RuntimeError as error:
                os.write(theirs, f"{error}\n".encode())
        sys.exit()
    os.close(theirs)
    with open(ours, "rb") as told:
        return [told.read(), environ["wsgi.input"].read()]


def live_on(environ, start_response):
    """A child that stays until it is told to go; the answer is its id."""
    child = os.fork()
    if child == 0:
        signal.pause()
    start_response("200 OK", TEXT)
    return [str(child).encode()]


def fork_in_thread(environ, start_response):
    """A thread of the application forks while its request waits for it."""
    ended = []

    def start():
        child = os.fork()
        if child == 0:
            os._exit(5)
        ended.append(os.waitpid(child, 0)[1])

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    start_response("200 OK", TEXT)
    return [str(os.WEXITSTATUS(ended[0])).encode()]


def send_signals(environ, start_response):
    """How processes end by a signal: one of multiprocessing, and one of subprocess."""
    number = getattr(signal, environ["PATH_INFO"][1:])
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=(30,))
    forked.start()
    os.kill(forked.pid, number)
    forked.join(10)
    codes = [forked.exitcode]
    forked.kill()
    # The second may use vfork, the third may not.
    for options in ({}, {"preexec_fn": int}):
        with subprocess.Popen(["sleep", "30"], **options) as program:
            program.send_signal(number)
            codes.append(program.wait(10))
    start_response("200 OK", TEXT)
    return [repr(codes).encode()]


gone = threading.Semaphore(0)


def wait_for_go(environ, start_response):
    """/wait is answered when /go was asked for."""
    if environ["PATH_INFO"] == "/wait":
        environ["wsgi.errors"].write("waiting now\n")
        gone.acquire()
    else:
        gone.release()
    start_response("200 OK", TEXT)
    return [b"done"]


def handle_interrupts(environ, start_response):
    start_response("200 OK", TEXT)
    return [b"%d" % len(interrupts)]


interrupts = []
if os.environ.get("HANDLE_INTERRUPTS"):
    signal.signal(signal.SIGINT, lambda *_: interrupts.append(1))

if os.environ.get("FORK_AT_IMPORT"):
    os.fork()
