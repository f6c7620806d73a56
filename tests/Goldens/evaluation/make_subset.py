#!/usr/bin/env python3
"""Cuts the goldens here, and the statistics in models/evaluation, from the project's full files.

Usage: make_subset.py CLASSIFIER LPIPS CIFAR10-SAMPLE REPOSITORY
Only bytes are copied; nothing is computed.
"""
import json
import os
import struct
import sys

SIZES = {"F64": 8, "F32": 4, "F16": 2, "U8": 1}


def read(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    return {
        name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def rows(tensor, indices):
    dtype, shape, data = tensor
    row = len(data) // shape[0]
    return dtype, [len(indices), *shape[1:]], b"".join(data[i * row : (i + 1) * row] for i in indices)


def write(path, tensors, metadata):
    header, data = {"__metadata__": metadata}, b""
    for name, (dtype, shape, piece) in sorted(tensors.items(), key=lambda item: (-SIZES[item[1][0]], item[0])):
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(piece)]}
        data += piece
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def main(classifier, lpips, sample, repository):
    here = os.path.join(repository, "tests", "Goldens", "evaluation")

    # The first test picture of each class; record 1000 of the sample is test picture 0.
    golden = read(os.path.join(classifier, "golden_sample200.safetensors"))
    labels = golden["labels"][2]
    chosen = [labels.index(c) for c in range(10)]
    with open(sample, "rb") as file:
        records = file.read()
    pixels = b"".join(records[(1000 + i) * 3073 + 1 : (1000 + i + 1) * 3073] for i in chosen)
    tensors = {name: rows(golden[name], chosen) for name in ("features_f64", "logits_f64", "labels")}
    tensors["pixels"] = ("U8", [10, 3, 32, 32], pixels)
    write(os.path.join(here, "resnet56.safetensors"), tensors,
          {"pictures": "CIFAR-10 test pictures " + " ".join(map(str, chosen))})

    statistics = read(os.path.join(classifier, "feature_statistics.safetensors"))
    sets = lambda *names: {key: value for key, value in statistics.items() if key.rsplit("_", 1)[0] in names}
    write(os.path.join(here, "statistics.safetensors"), sets("train2000first", "train10000first"), {})
    write(os.path.join(repository, "models", "evaluation", "feature_statistics.safetensors"),
          sets("train50000", "test1017"),
          {"features": "ResNet-56 (resnet56.safetensors)", "train50000": "all training pictures of CIFAR-10",
           "test1017": "the first 1,017 test pictures of CIFAR-10"})

    pairs = read(os.path.join(lpips, "golden_pairs.safetensors"))
    chosen = [0, 1, 4, 19]
    kept = ("image_a", "image_b", "uncalibrated", "uncalibrated_per_slice",
            "with_squeeze_heads", "with_squeeze_heads_per_slice")
    tensors = {name: rows(pairs[name], chosen) for name in kept}
    tensors |= {name: pairs[name] for name in ("slice2_of_first_image", "slice7_of_first_image")}
    write(os.path.join(here, "pairs.safetensors"), tensors, {"pairs": "0, 1, 4 and 19 of the full set"})


if __name__ == "__main__":
    main(*sys.argv[1:])
