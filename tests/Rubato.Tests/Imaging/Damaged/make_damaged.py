"""Writes small PNG files, each with one fault, named after it. Standard library only: python3 make_damaged.py"""
import struct
import zlib
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind, data=b""):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width=4, height=4, depth=8, colour=0, interlace=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def data(raw=b"\0abcd" * 4):
    return chunk(b"IDAT", zlib.compress(raw))


END = chunk(b"IEND")
BOMB = zlib.compress(bytes(8 << 20), 9)
FILES = {
    "cut-off-in-image-data": SIGNATURE + header() + data()[:-9],
    "bad-check-sum": SIGNATURE + header() + data()[:-1] + b"!" + END,
    "more-data-than-pixels": SIGNATURE + header() + data(b"\0abcd" * 5) + END,
    "less-data-than-pixels": SIGNATURE + header() + data(b"\0abcd" * 3) + END,
    "huge-size-tiny-data": SIGNATURE + header(16384, 4096, 16, 6) + data() + END,
    "image-data-bomb": SIGNATURE + header() + chunk(b"IDAT", BOMB) + END,
    "text-bomb": SIGNATURE + header() + chunk(b"zTXt", b"k\0\0" + BOMB) + data() + END,
    "interlaced-cut-off": SIGNATURE + header(interlace=1) + data(b"\0a" * 3) + END,
    "palette-index-too-large": SIGNATURE + header(colour=3) + chunk(b"PLTE", b"rgb") + data() + END,
    "jpeg-by-another-name": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(32),
}
for name, content in FILES.items():
    (Path(__file__).parent / f"{name}.png").write_bytes(content)
