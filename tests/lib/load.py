"""Load: clients that ask one request after the other until they are told to stop."""

from __future__ import annotations

import threading
from collections import Counter

from server import Server


class Load:
    """Asks while its `with` lasts. `answers` counts the texts of 200s, `failures` has the rest."""

    def __init__(self, server: Server, clients: int = 4, path: str = "/") -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._server = server
        self._path = path
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._ask_on) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask_on(self) -> None:
        """One connection for all requests."""
        try:
            with self._server.connect(30) as wire:
                while not self._stop.is_set():
                    answer = wire.get(self._path)
                    self._note(answer.status, answer.text)
        except (OSError, EOFError) as error:
            self._note(0, repr(error))

    def _note(self, status: int, text: str) -> None:
        with self._lock:
            if status == 200:
                self.answers[text] += 1
            else:
                self.failures.append(f"{status} {text}")
