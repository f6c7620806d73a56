"""Features of one picture in FID's Inception with weights of a formula, inception.safetensors, and its convolutions, inception.tsv.

PyTorch 2.14.1 on a CPU, float64, torch.nn.functional alone; the network is written down here a second time, after pytorch-fid
(mseitzer/pytorch-fid, inception.py) and torchvision. The weights are 21.8 million numbers, so that both sides compute them.
"""
import json
import math
import pathlib
import struct
import sys

import torch
import torch.nn.functional as F


convolutions = []


def uniform(name, count):
    """Numbers from -1 to 1, of 24 bits: a hash of the name (FNV-1a) and the place."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2 ** 32
    h = (torch.arange(count, dtype=torch.int64) * 2654435761 + seed) % 2 ** 32
    for factor in (2246822519, 3266489917):
        h = (h ^ (h >> 15)) * factor % 2 ** 32
    h = h ^ (h >> 16)
    return (h >> 8).double() / 2 ** 23 - 1


def conv(x, name, outputs, kernel, stride=1, padding=0):
    inputs = x.shape[1]
    shape = (outputs, inputs, *kernel)
    convolutions.append((name, *shape))
    scale = math.sqrt(6 / (inputs * kernel[0] * kernel[1]))
    weight = (uniform(name + ".conv.weight", math.prod(shape)) * scale).float().double().reshape(shape)
    gain, bias, mean, variance = (uniform(f"{name}.bn.{part}", outputs) for part in ("weight", "bias", "running_mean", "running_var"))
    gain, bias, mean, variance = ((1 + 0.25 * gain).float().double(), (0.125 * bias).float().double(), (0.125 * mean).float().double(),
                                  (1 + 0.25 * variance).float().double())
    return F.relu(F.batch_norm(F.conv2d(x, weight, stride=stride, padding=padding), mean, variance, gain, bias, eps=0.001))


def mean(x):
    return F.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)


def block_a(x, n, pooled):
    five = conv(conv(x, n + "branch5x5_1", 48, (1, 1)), n + "branch5x5_2", 64, (5, 5), padding=2)
    three = conv(conv(x, n + "branch3x3dbl_1", 64, (1, 1)), n + "branch3x3dbl_2", 96, (3, 3), padding=1)
    three = conv(three, n + "branch3x3dbl_3", 96, (3, 3), padding=1)
    return torch.cat([conv(x, n + "branch1x1", 64, (1, 1)), five, three, conv(mean(x), n + "branch_pool", pooled, (1, 1))], 1)


def block_b(x, n):
    three = conv(conv(x, n + "branch3x3dbl_1", 64, (1, 1)), n + "branch3x3dbl_2", 96, (3, 3), padding=1)
    return torch.cat([conv(x, n + "branch3x3", 384, (3, 3), 2), conv(three, n + "branch3x3dbl_3", 96, (3, 3), 2),
                      F.max_pool2d(x, 3, stride=2)], 1)


def block_c(x, n, c):
    seven = conv(conv(x, n + "branch7x7_1", c, (1, 1)), n + "branch7x7_2", c, (1, 7), padding=(0, 3))
    seven = conv(seven, n + "branch7x7_3", 192, (7, 1), padding=(3, 0))
    twice = conv(conv(x, n + "branch7x7dbl_1", c, (1, 1)), n + "branch7x7dbl_2", c, (7, 1), padding=(3, 0))
    twice = conv(twice, n + "branch7x7dbl_3", c, (1, 7), padding=(0, 3))
    twice = conv(twice, n + "branch7x7dbl_4", c, (7, 1), padding=(3, 0))
    twice = conv(twice, n + "branch7x7dbl_5", 192, (1, 7), padding=(0, 3))
    return torch.cat([conv(x, n + "branch1x1", 192, (1, 1)), seven, twice, conv(mean(x), n + "branch_pool", 192, (1, 1))], 1)


def block_d(x, n):
    three = conv(conv(x, n + "branch3x3_1", 192, (1, 1)), n + "branch3x3_2", 320, (3, 3), 2)
    seven = conv(conv(x, n + "branch7x7x3_1", 192, (1, 1)), n + "branch7x7x3_2", 192, (1, 7), padding=(0, 3))
    seven = conv(conv(seven, n + "branch7x7x3_3", 192, (7, 1), padding=(3, 0)), n + "branch7x7x3_4", 192, (3, 3), 2)
    return torch.cat([three, seven, F.max_pool2d(x, 3, stride=2)], 1)


def block_e(x, n, pool):
    def lines(y, name):
        return torch.cat([conv(y, name + "a", 384, (1, 3), padding=(0, 1)), conv(y, name + "b", 384, (3, 1), padding=(1, 0))], 1)

    twice = conv(conv(x, n + "branch3x3dbl_1", 448, (1, 1)), n + "branch3x3dbl_2", 384, (3, 3), padding=1)
    return torch.cat([conv(x, n + "branch1x1", 320, (1, 1)), lines(conv(x, n + "branch3x3_1", 384, (1, 1)), n + "branch3x3_2"),
                      lines(twice, n + "branch3x3dbl_3"), conv(pool(x), n + "branch_pool", 192, (1, 1))], 1)


def features(x):
    x = 2 * F.interpolate(x, size=(299, 299), mode="bilinear", align_corners=False) - 1
    x = conv(conv(x, "Conv2d_1a_3x3", 32, (3, 3), 2), "Conv2d_2a_3x3", 32, (3, 3))
    x = F.max_pool2d(conv(x, "Conv2d_2b_3x3", 64, (3, 3), padding=1), 3, stride=2)
    x = F.max_pool2d(conv(conv(x, "Conv2d_3b_1x1", 80, (1, 1)), "Conv2d_4a_3x3", 192, (3, 3)), 3, stride=2)
    for name, pooled in (("5b", 32), ("5c", 64), ("5d", 64)):
        x = block_a(x, f"Mixed_{name}.", pooled)
    x = block_b(x, "Mixed_6a.")
    for name, inner in (("6b", 128), ("6c", 160), ("6d", 160), ("6e", 192)):
        x = block_c(x, f"Mixed_{name}.", inner)
    x = block_d(x, "Mixed_7a.")
    x = block_e(x, "Mixed_7b.", mean)
    x = block_e(x, "Mixed_7c.", lambda y: F.max_pool2d(y, 3, stride=1, padding=1))
    return x.mean((2, 3))[0]


x, y, c = torch.meshgrid(torch.arange(32), torch.arange(32), torch.arange(3), indexing="xy")   # [y, x, c]
pixels = (7 * x * x + 13 * y * (c + 1) + 3 * x * y + 50 * c) % 256
with torch.no_grad():
    result = features((pixels.double() / 255).permute(2, 0, 1)[None]).tolist()
header = json.dumps({"features_f64": {"dtype": "F64", "shape": [2048], "data_offsets": [0, 8 * 2048]}}).encode()
header += b" " * (-len(header) % 8)
pathlib.Path(sys.argv[1]).write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<2048d", *result))
pathlib.Path(sys.argv[1]).with_suffix(".tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in convolutions))
print(min(result), max(result), sum(result) / 2048)
