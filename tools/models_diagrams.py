"""models_diagrams.py [--check]: draws docs/models/NAME.svg, who waits for what under each model."""

from __future__ import annotations

import sys

from diagram import KERNEL, SERVER, SOCKET, Picture, row
from project import ROOT, write_or_check

FOLDER = ROOT / "docs" / "models"

SOCKET_END = SOCKET[0] + SOCKET[1]
KERNEL_END = KERNEL[0] + KERNEL[1]
LEFT = SERVER[0] + 12  # of what is in a process


def serial() -> Picture:
    p = Picture("serial", "One thread serves client 1 to its end; the others wait in the kernel.")
    p.client(1, "asks")
    p.socket(1, "asks")
    for number in (2, 3, 4):
        p.client(number, "waits")
        p.arrow((113, row(number)), (169, row(3)), "late")
    p.queue(row(3) - 46, (2, 3, 4))
    p.process(44, 206, "one process, one thread")
    p.thread(
        row(1) + 24,
        ["accept 1", "read, answer, read, answer …", "until 1 leaves"],
        LEFT,
        288,
        "asks",
    )
    p.arrow((SOCKET_END + 3, row(1)), (LEFT - 3, row(1)), "bytes", both=True)
    p.thread(row(3) + 24, ["then accept 2"], LEFT, 288, "idle")
    p.arrow(
        (SOCKET_END + 3, row(3)),
        (LEFT - 3, row(3) + 20),
        "late",
        label="not before 1 has left",
        at=(276, row(3) - 8),
        anchor="start",
        inside=True,
    )
    return p


def fork() -> Picture:
    p = Picture(
        "fork", "The parent accepts and forks; each connection has a process of its own.", 5
    )
    for number, state in ((1, "asks"), (2, "asks"), (3, "idle")):
        p.client(number, state)
        p.socket(number, state)
        p.process(row(number) - 20, 40, "", 590, 212)
        p.text(602, row(number) + 4.5, f"child, for client {number} alone")
        kind = "bytes" if state == "asks" else "watch"
        start, end = (SOCKET_END + 3, row(number)), (587, row(number))
        p.arrow(*((start, end) if kind == "bytes" else (end, start)), kind, both=kind == "bytes")
    p.client(4, "waits", "new")
    p.queue(row(4) - 24, (4,))
    p.arrow((113, row(4)), (169, row(4)), "late")
    p.process(row(4) + 2, 62, "parent", 590, 212)
    p.text(602, row(4) + 46, "accept, fork, close, again")
    p.arrow(
        (SOCKET_END + 3, row(4) + 12),
        (587, row(4) + 30),
        "wake",
        label="accept",
        at=(330, row(4) + 5),
        inside=True,
    )
    p.arrow((587, row(4) + 50), (587, row(1) + 12), "wake", (548, row(4) + 50), (548, row(1) + 12))
    p.text(540, row(3) + 30, "fork: a copy of", "label", "end")
    p.text(540, row(3) + 46, "the page tables", "label", "end")
    return p


def prefork() -> Picture:
    p = Picture(
        "prefork", "Processes forked in advance wait at one door; each serves one connection.", 5
    )
    p.client(1, "asks")
    p.client(2, "idle")
    p.client(3, "waits", "new")
    p.socket(1, "asks")
    p.socket(2, "idle")
    p.queue(row(3) - 24, (3,))
    p.arrow((113, row(3)), (169, row(3)), "late")
    said = {
        1: "has client 1",
        2: "has client 2, who is idle",
        3: "is let in",
        4: "sleeps at the door",
    }
    for number, text in said.items():
        p.process(row(number) - 20, 40, "", 560, 242)
        p.text(572, row(number) + 4.5, f"child {number}: {text}")
    p.arrow((SOCKET_END + 3, row(1)), (557, row(1)), "bytes", both=True)
    p.arrow((557, row(2)), (SOCKET_END + 3, row(2)), "watch")
    p.arrow(
        (SOCKET_END + 3, row(3)),
        (557, row(3)),
        "wake",
        label="wakes one: EPOLLEXCLUSIVE",
        at=(352, row(3) - 7),
        inside=True,
    )
    p.arrow((557, row(4)), (SOCKET_END + 3, row(3) + 14), "watch")
    p.process(row(5) - 18, 44, "", 560, 242)
    p.text(572, row(5) + 9, "parent: serves nobody, replaces")
    return p


def thread() -> Picture:
    p = Picture("thread", "Threads wait at one door; each has one connection until that ends.")
    p.client(1, "asks")
    p.client(2, "idle")
    p.client(3, "asks", "slow")
    p.client(4, "waits")
    for number, state in ((1, "asks"), (2, "idle"), (3, "asks")):
        p.socket(number, state)
    p.queue(row(4) - 24, (4,))
    p.arrow((113, row(4)), (169, row(4)), "late")
    p.process(40, 206, "one process, three threads")
    said = {
        1: "thread 1 answers client 1",
        2: "thread 2 sleeps with client 2",
        3: "thread 3 reads, byte by byte",
    }
    for number, text in said.items():
        p.thread(row(number) + 6, [text], LEFT + 46, 242, "idle" if number == 2 else "asks")
    p.arrow((SOCKET_END + 3, row(1)), (LEFT + 43, row(1) + 4), "bytes", both=True)
    p.arrow((LEFT + 43, row(2) + 4), (SOCKET_END + 3, row(2)), "watch")
    p.arrow((SOCKET_END + 3, row(3)), (LEFT + 43, row(3) + 4), "bytes", both=True)
    p.arrow(
        (SOCKET_END + 3, row(4)),
        (LEFT + 43, row(4) - 2),
        "late",
        label="no thread is free",
        at=(340, row(4) - 12),
        inside=True,
    )
    p.text(LEFT + 46, row(4) + 4, "no fourth thread", "soft")
    return p


def pool() -> Picture:
    p = Picture("pool", "A selector watches who is idle; requests are handed to threads.", 5)
    states = {
        1: ("asks", ""),
        2: ("idle", ""),
        3: ("idle", ""),
        4: ("asks", "slow"),
        5: ("idle", ""),
    }
    for number, (state, note) in states.items():
        p.client(number, state, note)
        p.socket(number, state)
    p.process(40, 280, "one process")
    p.thread(row(3), ["selector", "watches the idle"], LEFT, 122, "asks")
    for number in (2, 3, 5):
        p.arrow((LEFT - 3, row(3) + 4 * (number - 3)), (SOCKET_END + 3, row(number)), "watch")
    p.thread(row(1) + 8, ["thread A serves 1"], 662, 132, "asks")
    p.thread(row(4), ["thread B reads 4"], 662, 132, "asks")
    p.thread(row(5) + 4, ["thread C is free"], 662, 132, "idle")
    p.arrow((SOCKET_END + 3, row(1)), (661, row(1) + 5), "bytes", both=True)
    p.arrow((SOCKET_END + 3, row(4)), (661, row(4)), "bytes", both=True)
    p.arrow(
        (LEFT + 40, row(3) - 26),
        (661, row(1) + 14),
        "wake",
        label="hand over",
        at=(560, row(2) - 8),
        anchor="middle",
    )
    p.arrow(
        (720, row(1) + 26),
        (LEFT + 125, row(3) - 4),
        "wake",
        (720, row(3) - 4),
        label="give back",
        at=(712, row(2) + 12),
        anchor="end",
    )
    return p


def spin() -> Picture:
    p = Picture("spin", "One loop asks every socket in turn whether it is ready, and never sleeps.")
    for number in (1, 2, 3, 4):
        p.client(number, "asks" if number == 3 else "idle")
        p.socket(number, "asks" if number == 3 else "idle")
        answer = "poll(3): 1" if number == 3 else f"poll({number}): 0"
        p.arrow(
            (LEFT - 3, row(number)),
            (SOCKET_END + 3, row(number)),
            "wake" if number == 3 else "watch",
            label=answer,
            at=(350, row(number) - 6),
            inside=True,
        )
    p.process(40, 206, "one process, one thread, one core at 100 %")
    p.thread(
        row(2) + 28,
        [
            "for each socket:",
            "a system call: is it ready?",
            "if so: read, answer",
            "and again at once, asked or not",
            "",
            "N idle sockets: N calls in vain,",
            "in every turn",
        ],
        LEFT,
        288,
        "asks",
    )
    return p


def listed(p: Picture, title: str, texts: list[str], width: float) -> None:
    """What select and poll have in common: a list that crosses the border in every wait."""
    for number in (1, 2, 3, 4):
        state = "asks" if number == 3 else "idle"
        p.client(number, state)
        p.socket(number, state)
        p.arrow((317, row(2) + 24), (SOCKET_END + 3, row(number)), "watch")
    p.rect(320, row(2) - 12, 116, 74, "box", 4)
    p.lines(328, row(2) + 6, ["one call:", "asks all N,", "sleeps with all,", "or tells"])
    p.process(40, 206, "one process, one thread")
    p.text(LEFT, row(1) + 10, title, "soft")
    p.cells(LEFT, row(1) + 18, texts, width)
    p.arrow((LEFT - 3, row(1) + 29), (439, row(2) - 4), "wake", label="in", at=(462, row(1) + 30))
    p.arrow((439, row(2) + 40), (LEFT - 3, row(3) - 2), "wake", label="out", at=(466, row(3) - 20))


def select() -> Picture:
    p = Picture("select", "Every wait copies three sets of bits into the kernel and back.")
    listed(
        p,
        "the sets: a bit for each descriptor",
        ["0", "0", "0", "1", "1", "1", "1", "…", "1023"][:8],
        26,
    )
    p.text(LEFT + 216, row(1) + 33, "1,024 bits", "soft")
    p.cells(LEFT, row(3) - 14, ["0", "0", "0", "0", "0", "1", "0", "…"], 26)
    p.lines(
        LEFT,
        row(3) + 28,
        ["the program walks the sets to find 3,", "and copies them anew before the next wait"],
    )
    return p


def poll() -> Picture:
    p = Picture("poll", "Every wait hands the kernel the whole list of connections.")
    listed(p, "the list: a pollfd for each descriptor", ["1 IN", "2 IN", "3 IN", "4 IN", "… N"], 56)
    p.cells(LEFT, row(3) - 14, ["", "", "3 IN", "", "…"], 56)
    p.lines(
        LEFT,
        row(3) + 28,
        ["the program walks the list to find 3;", "8 bytes a descriptor, no bound at 1,024"],
    )
    return p


def told(p: Picture) -> None:
    """What the two epolls have in common: the list stays in the kernel."""
    for number in (1, 2, 3, 4):
        state = "asks" if number == 3 else "idle"
        p.client(number, state)
        p.socket(number, state)
    p.rect(310, row(1) - 14, 126, 178, "box", 4)
    p.text(320, row(1) + 4, "epoll", "")
    p.lines(320, row(1) + 26, ["interest list"])
    p.cells(320, row(1) + 34, ["1", "2", "3", "4"], 26)
    p.lines(320, row(3) - 14, ["ready list"])
    p.cells(320, row(3) - 6, ["3"], 26, "asks")
    for number in (1, 2, 4):
        p.arrow((307, row(1) + 45), (SOCKET_END + 3, row(number)), "watch")
    p.arrow((SOCKET_END + 3, row(3)), (317, row(3) + 4), "wake")
    p.process(40, 206, "one process, one thread")


def epoll_lt() -> Picture:
    p = Picture(
        "epoll-lt", "The kernel keeps the list and tells who is ready, as long as they are."
    )
    told(p)
    p.thread(
        row(1) + 26,
        ["epoll_wait: sleeps", "costs what is ready, not what is there"],
        LEFT,
        288,
        "asks",
    )
    p.arrow((349, row(3) + 5), (LEFT + 40, row(2) + 6), "wake", (LEFT + 40, row(3) + 5))
    p.lines(320, row(3) + 34, ["stays as long as", "there are bytes"])
    p.lines(
        LEFT,
        row(3) + 30,
        ["who leaves bytes unread is told again", "by the next wait: nothing is forgotten"],
    )
    return p


def epoll_et() -> Picture:
    p = Picture("epoll-et", "The kernel tells once when something arrives.")
    told(p)
    p.thread(row(1) + 26, ["epoll_wait: sleeps", "told once: “3 has changed”"], LEFT, 288, "asks")
    p.arrow((349, row(3) + 5), (LEFT + 40, row(2) + 6), "wake", (LEFT + 40, row(3) + 5))
    p.lines(320, row(3) + 34, ["goes off the list", "as it is told"])
    p.lines(
        LEFT,
        row(3) + 30,
        ["reads until it would block; who stops", "earlier must remember, or 3 waits for ever"],
    )
    return p


def uring() -> Picture:
    p = Picture("uring", "Wishes and answers lie in two rings that kernel and program share.")
    for number in (1, 2, 3, 4):
        state = "asks" if number == 3 else "idle"
        p.client(number, state)
        p.socket(number, state)
        p.arrow(
            *(
                ((SOCKET_END + 3, row(3)), (393, row(3) + 4))
                if number == 3
                else ((329, row(2)), (SOCKET_END + 3, row(number)))
            ),
            "wake" if number == 3 else "watch",
        )
    p.rect(332, row(2) - 14, 56, 28, "box", 4)
    p.text(360, row(2) + 4.5, "polls", "", "middle")
    p.process(40, 206, "one process, one thread", 560, 242)
    p.rect(396, row(1) + 8, 136, 46, "thread", 4)
    p.text(404, row(1) + 26, "submission ring", "soft")
    p.text(404, row(1) + 44, "watch 1, 2, 3, 4", "code")
    p.rect(396, row(3) - 22, 136, 46, "asks", 4)
    p.text(404, row(3) - 4, "completion ring", "soft")
    p.text(404, row(3) + 14, "3: POLLIN", "code")
    p.arrow((393, row(1) + 38), (378, row(2) - 17), "wake")
    p.thread(row(1) + 32, ["writes wishes"], 574, 214)
    p.arrow((571, row(1) + 31), (535, row(1) + 31), "wake")
    p.thread(row(2) + 24, ["io_uring_enter: one call"], 574, 214, "asks")
    p.thread(row(3) + 12, ["reads answers, without a call"], 574, 214)
    p.arrow((535, row(3) + 1), (571, row(3) + 8), "wake")
    p.text(360, row(4) + 24, "rings: memory of both", "soft", "start")
    return p


def coroutine() -> Picture:
    p = Picture(
        "coroutine", "A loop for each core; every connection is a coroutine on one of them.", 5
    )
    for number, state in ((1, "asks"), (2, "idle"), (4, "asks"), (5, "idle")):
        p.client(number, state)
        p.socket(number, state)
    p.client(3, "asks", "new")
    p.queue(row(3) - 26, (3,))
    p.arrow((113, row(3)), (169, row(3)), "bytes")
    p.process(40, 280, "one process")
    for first, name in ((1, "core 1"), (4, "core 2")):
        middle = row(first) + 25
        p.rect(316, middle - 24, 108, 48, "box", 4)
        p.text(370, middle - 4, "epoll", "", "middle")
        p.text(370, middle + 13, "edges", "soft", "middle")
        for number in (first, first + 1):
            state = "wake" if number == first else "watch"
            ends = ((SOCKET_END + 3, row(number)), (313, middle + (number - first) * 16 - 8))
            p.arrow(*(ends if state == "wake" else ends[::-1]), state)
        p.rect(LEFT, middle - 30, 288, 78 if first == 1 else 66, "thread", 6)
        p.text(LEFT + 10, middle - 12, f"loop on {name}", "")
        for number in (first, first + 1):
            x = LEFT + 10 + 136 * (number - first)
            p.rect(x, middle - 2, 130, 26, "asks" if number == first else "idle", 13)
            p.text(x + 65, middle + 15, f"coroutine {number}", "soft", "middle")
        p.arrow((427, middle), (LEFT - 3, middle), "wake")
    p.text(LEFT + 10, row(1) + 66, "a waiting one: a few hundred bytes", "soft")
    p.arrow(
        (SOCKET_END + 3, row(3)),
        (340, row(1) + 52),
        "wake",
        (340, row(3)),
        label="wakes one loop",
        at=(350, row(3) - 4),
        anchor="start",
        inside=True,
    )
    p.arrow((334, row(4) - 1), (SOCKET_END + 3, row(3) + 14), "watch", (334, row(3) + 14))
    return p


SCENES = {
    "serial": serial,
    "fork": fork,
    "prefork": prefork,
    "thread": thread,
    "pool": pool,
    "spin": spin,
    "select": select,
    "poll": poll,
    "epoll-lt": epoll_lt,
    "epoll-et": epoll_et,
    "uring": uring,
    "coroutine": coroutine,
}


def main() -> int:
    exit_code = 0
    for name, scene in SCENES.items():
        exit_code |= write_or_check(FOLDER / f"{name}.svg", scene().svg(), "--check" in sys.argv)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
