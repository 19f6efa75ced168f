"""Content codings, undone by other libraries than the server's."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard

# As browsers: no window over 8 MiB (RFC 9659).
WINDOW_MAX = 8 << 20

CODINGS = ("gzip", "br", "zstd")


def decode(body: bytes, coding: str | None) -> bytes:
    """The content. An error if it is malformed or not complete."""
    if coding is None:
        return body
    if coding == "gzip":
        return gzip.decompress(body)
    if coding == "br":
        return brotli.decompress(body)
    assert coding == "zstd"
    decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW_MAX).decompressobj()
    content = decoder.decompress(body)
    assert decoder.eof, "the frame is not complete"
    return content


class Decoder:
    """Decodes what has come so far."""

    def __init__(self, coding: str) -> None:
        self._coding = coding
        if coding == "gzip":
            self._decoder = zlib.decompressobj(31)
        elif coding == "br":
            self._decoder = brotli.Decompressor()
        else:
            self._decoder = zstandard.ZstdDecompressor(max_window_size=WINDOW_MAX).decompressobj()

    def feed(self, data: bytes) -> bytes:
        if self._coding == "br":
            return self._decoder.process(data)
        return self._decoder.decompress(data)

    def has_ended(self) -> bool:
        return self._decoder.is_finished() if self._coding == "br" else self._decoder.eof
