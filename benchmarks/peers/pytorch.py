"""PyTorch as a peer of `kernels`: reads case names, prints the time of its fastest form as JSON lines.

Best settings that we know: OMP_NUM_THREADS=<cores> OMP_PROC_BIND=true OMP_PLACES="{0},{1}", tcmalloc in LD_PRELOAD,
OpenBLAS built for OpenMP.
"""
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

torch.set_grad_enabled(False)
cases = {}


def linear(dtype, m, n, k):
    x, w, b = (torch.randn(*shape, dtype=dtype) for shape in ((m, k), (n, k), (n,)))
    yield "eager", lambda: F.linear(x, w, b)
    packed = torch.ops.mkldnn._reorder_linear_weight(w, m)
    yield "packed", lambda: torch.ops.mkldnn._linear_pointwise(x, packed, b, "none", [], "")


def conv(dtype, batch, channels, size):
    x = torch.randn(batch, channels, size, size, dtype=dtype).to(memory_format=torch.channels_last)
    w, b = torch.randn(channels, channels, 3, 3, dtype=dtype), torch.randn(channels, dtype=dtype)
    last = w.to(memory_format=torch.channels_last)
    yield "eager", lambda: F.conv2d(x, last, b, padding=1)
    packed = torch._C._nn.mkldnn_reorder_conv2d_weight(w.to_mkldnn(), [1, 1], [1, 1], [1, 1], 1, x.shape)
    yield "packed", lambda: torch.ops.mkldnn._convolution_pointwise(
        x, packed, b, [1, 1], [1, 1], [1, 1], 1, "none", [], "")


def attention(dtype, tokens, heads, depth):
    # The layout that a projection leaves: [B, T, heads, d].
    q, k, v = (torch.randn(1, tokens, heads, depth, dtype=dtype).transpose(1, 2) for _ in range(3))
    yield "sdpa", lambda: F.scaled_dot_product_attention(q, k, v)
    scale = depth ** -0.5
    yield "unfused", lambda: torch.softmax(q @ k.transpose(2, 3) * scale, -1) @ v


def groupnorm(dtype, size, channels):
    x = torch.randn(1, channels, size, size, dtype=dtype).to(memory_format=torch.channels_last)
    w, b = torch.randn(channels, dtype=dtype), torch.randn(channels, dtype=dtype)
    yield "eager", lambda: F.silu(F.group_norm(x, 32, w, b))


def conv_gradient(mask):
    def cases(dtype, batch, channels, size):
        x, dy = (torch.randn(batch, channels, size, size, dtype=dtype).to(memory_format=torch.channels_last) for _ in range(2))
        w = torch.randn(channels, channels, 3, 3, dtype=dtype).to(memory_format=torch.channels_last)
        yield "eager", lambda: torch.ops.aten.convolution_backward(
            dy, x, w, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, mask)
    return cases


def backward(make):
    """The backward pass alone: the graph is kept."""
    with torch.enable_grad():
        leaves, y = make()
    dy = torch.randn_like(y)
    return lambda: torch.autograd.grad(y, leaves, dy, retain_graph=True)


def attention_gradient(dtype, batch, tokens, heads, depth):
    def make():
        q, k, v = (torch.randn(batch, tokens, heads, depth, dtype=dtype, requires_grad=True) for _ in range(3))
        return (q, k, v), F.scaled_dot_product_attention(*(t.transpose(1, 2) for t in (q, k, v)))
    yield "sdpa", backward(make)


def groupnorm_gradient(dtype, batch, size, channels):
    def make():
        x = torch.randn(batch, channels, size, size, dtype=dtype).to(memory_format=torch.channels_last).requires_grad_()
        w, b = (torch.randn(channels, dtype=dtype, requires_grad=True) for _ in range(2))
        return (x, w, b), F.silu(F.group_norm(x, 32, w, b))
    yield "eager", backward(make)


makers = {
    "matmul": linear, "conv": conv, "attention": attention, "groupnorm": groupnorm,
    "conv input gradient": conv_gradient([True, False, False]), "conv weight gradient": conv_gradient([False, True, False]),
    "attention gradient": attention_gradient, "groupnorm gradient": groupnorm_gradient,
}


def lower_quartile(work, budget=0.12, fewest=5, most=2000):
    work()
    times = []
    while len(times) < fewest or (sum(times) < budget and len(times) < most):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 4]


def forms(name):
    dtype = torch.bfloat16 if name.startswith("bf16 ") else torch.float32
    words = name.removeprefix("bf16 ").split()
    kind, sizes = " ".join(w for w in words if not w.isdigit()), [w for w in words if w.isdigit()]
    found = []
    if kind in makers:
        try:
            for form in makers[kind](dtype, *map(int, sizes)):
                start = time.perf_counter()
                form[1]()
                found.append((time.perf_counter() - start, form))
        except (RuntimeError, AttributeError, ValueError) as problem:  # a form that this build lacks
            print(f"{name}: {str(problem).splitlines()[0]}", file=sys.stderr)
    # A form that is hopelessly slow would take minutes to lose.
    return [form for seconds, form in found if seconds < 2 or seconds == min(found)[0]]


print(json.dumps({"peer": f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, "
                          f"OMP_PLACES={os.environ.get('OMP_PLACES')}, LD_PRELOAD={os.environ.get('LD_PRELOAD')}"}), flush=True)
for line in sys.stdin:
    name = line.strip()
    if name not in cases:
        cases[name] = forms(name)
    best = min(((lower_quartile(work), form) for form, work in cases[name]), default=(None, None))
    print(json.dumps({"case": name, "seconds": best[0], "form": best[1]}), flush=True)
