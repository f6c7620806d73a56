"""Writes small safetensors files, each with one fault, named after it. Standard library only: python3 make_damaged.py"""
import json
import struct
from pathlib import Path


def make(name, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    content = struct.pack("<Q", len(text) if length is None else length) + text + data
    (Path(__file__).parent / f"{name}.safetensors").write_bytes(content)


def tensor(dtype="F32", shape=(2, 2), offsets=(0, 16)):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


make("zip-behind-the-data", {"w": tensor()}, bytes(16) + b"PK\x05\x06" + bytes(18))
make("pickle-by-another-name", b"\x80\x02}q\0.", length=0x8002)
make("cut-off-in-the-data", {"w": tensor()}, bytes(9))
make("cut-off-in-the-header", json.dumps({"w": tensor()}).encode()[:20], length=60)
make("header-of-100-million", {"w": tensor()}, bytes(16), length=100_000_000)
make("tensors-on-one-range", {"a": tensor(), "b": tensor()}, bytes(16))
make("hole-between-tensors", {"a": tensor(), "b": tensor(offsets=(20, 36))}, bytes(36))
make("shape-overflows", {"w": tensor(shape=(2**62, 4), offsets=(0, 0))})
make("metadata-holds-an-object", {"__metadata__": {"a": {}}})
make("null-byte-after-header", b"{}\0")
