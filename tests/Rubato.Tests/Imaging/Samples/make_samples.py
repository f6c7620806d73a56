"""Writes small PNG files of every colour type and bit depth, and beside each the pixels that it must give.

Standard library only, written from the PNG specification and independent of the C# reader:
    python3 make_samples.py
A .raw file holds [height, width, channels] bytes: samples as 8 bits, rounded to nearest, with alpha if the file has any.
"""
import random
import struct
import zlib
from fractions import Fraction
from pathlib import Path

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
NAMES = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgb-alpha"}
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack(samples, depth):
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def filtered(kind, row, above, distance):
    out = bytearray([kind])
    for i, value in enumerate(row):
        a = row[i - distance] if i >= distance else 0
        b = above[i]
        c = above[i - distance] if i >= distance else 0
        out.append((value - (0, a, b, (a + b) // 2, paeth(a, b, c))[kind]) % 256)
    return bytes(out)


def encode_pass(rows, depth, channels, kind):
    distance = max(1, depth * channels // 8)
    above, out = None, b""
    for row in rows:
        packed = pack([sample for pixel in row for sample in pixel], depth)
        out += filtered(kind, packed, above or bytes(len(packed)), distance)
        above, kind = packed, (kind + 1) % 5
    return out


def make(name, colour, depth, interlaced, transparent, width, height):
    rng = random.Random(name)
    channels, top = CHANNELS[colour], 2 ** depth - 1
    entries = min(2 ** depth, 200)
    pixels = [[[rng.randint(0, entries - 1 if colour == 3 else top) for _ in range(channels)]
               for _ in range(width)] for _ in range(height)]
    body, palette, alphas, key = b"", None, None, None
    if colour == 3:
        palette = [[rng.randint(0, 255) for _ in range(3)] for _ in range(entries)]
        body += chunk(b"PLTE", bytes(value for entry in palette for value in entry))
    if transparent and colour == 3:
        alphas = [rng.randint(0, 255) for _ in range(entries // 2)]
        body += chunk(b"tRNS", bytes(alphas))
    elif transparent:
        key = list(pixels[0][0])
        if width > 1:  # a colour that differs in the last bit alone, which 16 bits lose
            pixels[0][1] = key[:-1] + [key[-1] ^ 1]
        body += chunk(b"tRNS", b"".join(struct.pack(">H", value) for value in key))

    passes = ADAM7 if interlaced else ((0, 0, 1, 1),)
    data = b""
    for x, y, dx, dy in passes:
        rows = [row[x::dx] for row in pixels[y::dy]]
        if rows and rows[0]:
            data += encode_pass(rows, depth, channels, 1)
    compressed = zlib.compress(data)
    half = len(compressed) // 2
    body += chunk(b"IDAT", compressed[:half]) + chunk(b"IDAT", b"") + chunk(b"IDAT", compressed[half:])
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")

    raw = bytearray()
    for row in pixels:
        for pixel in row:
            if colour == 3:
                raw += bytes(palette[pixel[0]])
                if alphas:
                    raw.append(alphas[pixel[0]] if pixel[0] < len(alphas) else 255)
            else:
                raw += bytes(int(Fraction(sample * 255, top) + Fraction(1, 2)) for sample in pixel)
                if key:
                    raw.append(0 if pixel == key else 255)
    folder = Path(__file__).parent
    (folder / f"{name}.png").write_bytes(png)
    (folder / f"{name}.raw").write_bytes(bytes(raw))


for colour, depths in DEPTHS.items():
    for depth in depths:
        for interlaced in (False, True):
            for transparent in (False, True) if colour in (0, 2, 3) else (False,):
                if interlaced and transparent:
                    continue
                name = f"{NAMES[colour]}-{depth}" + "-interlaced" * interlaced + "-transparent" * transparent
                make(name, colour, depth, interlaced, transparent, 11, 9)
make("one-pixel-interlaced", 0, 1, True, False, 1, 1)
make("one-row-interlaced", 6, 8, True, False, 5, 1)
