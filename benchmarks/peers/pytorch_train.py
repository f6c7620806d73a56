"""Times a training step of a class-conditional UNet2DModel in PyTorch: forward, backward, AdamW, EMA.

Usage: pytorch_train.py CONFIG.json [--batch 64] [--seconds 20] [--form fp32|autocast] [--compile]
CONFIG.json is the unet/config.json of a model folder in diffusers layout (levels DownBlock2D and AttnDownBlock2D,
steps by convolution). Prints one line: images a second, median of the steps, and the range.
"""
import argparse
import json
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Resnet(nn.Module):
    def __init__(self, inputs, outputs, embedding, groups, scale_shift):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(groups, inputs), nn.GroupNorm(groups, outputs)
        self.conv1, self.conv2 = nn.Conv2d(inputs, outputs, 3, padding=1), nn.Conv2d(outputs, outputs, 3, padding=1)
        self.scale_shift = scale_shift
        self.time_emb_proj = nn.Linear(embedding, 2 * outputs if scale_shift else outputs)
        self.conv_shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, e):
        h, e = self.conv1(F.silu(self.norm1(x))), self.time_emb_proj(e)[:, :, None, None]
        if self.scale_shift:
            scale, shift = e.chunk(2, 1)
            h = self.norm2(h) * (1 + scale) + shift
        else:
            h = self.norm2(h + e)
        return self.conv_shortcut(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    def __init__(self, channels, width, groups):
        super().__init__()
        self.heads = channels // width
        self.group_norm = nn.GroupNorm(groups, channels)
        self.to_q, self.to_k, self.to_v, self.to_out = (nn.Linear(channels, channels) for _ in range(4))

    def forward(self, x):
        n, c, height, width = x.shape
        h = self.group_norm(x).flatten(2).transpose(1, 2)
        q, k, v = (f(h).view(n, -1, self.heads, c // self.heads).transpose(1, 2) for f in (self.to_q, self.to_k, self.to_v))
        h = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, -1, c)
        return x + self.to_out(h).transpose(1, 2).view(n, c, height, width)


class UNet(nn.Module):
    def __init__(self, c):
        super().__init__()
        channels, layers, groups = c["block_out_channels"], c["layers_per_block"], c["norm_num_groups"]
        self.first, embedding = channels[0], c.get("time_embedding_dim") or 4 * channels[0]
        resnet = lambda x, own: Resnet(x, own, embedding, groups, c.get("resnet_time_scale_shift") == "scale_shift")
        attention = lambda n: Attention(n, c["attention_head_dim"] or n, groups)
        self.time1, self.time2 = nn.Linear(self.first, embedding), nn.Linear(embedding, embedding)
        self.classes = nn.Embedding(c["num_class_embeds"], embedding)
        self.conv_in = nn.Conv2d(c["in_channels"], self.first, 3, padding=1)
        self.down, self.up, states, x = nn.ModuleList(), nn.ModuleList(), [self.first], self.first
        for i, own in enumerate(channels):
            for _ in range(layers):
                attn = attention(own) if c["down_block_types"][i].startswith("Attn") else None
                self.down.append(nn.ModuleList([resnet(x, own)] + ([attn] if attn else [])))
                x = own
                states.append(x)
            if i < len(channels) - 1:
                self.down.append(nn.ModuleList([nn.Conv2d(x, x, 3, stride=2, padding=1)]))
                states.append(x)
        self.mid1, self.mid2 = resnet(x, x), resnet(x, x)
        self.mid = attention(x)
        for i, own in enumerate(reversed(channels)):
            for _ in range(layers + 1):
                attn = attention(own) if c["up_block_types"][i].startswith("Attn") else None
                self.up.append(nn.ModuleList([resnet(x + states.pop(), own)] + ([attn] if attn else [])))
                x = own
            if i < len(channels) - 1:
                self.up.append(nn.ModuleList([nn.Conv2d(x, x, 3, padding=1)]))
        self.norm_out, self.conv_out = nn.GroupNorm(groups, x), nn.Conv2d(x, c["out_channels"], 3, padding=1)

    def forward(self, x, t, labels):
        half = self.first // 2
        angles = t[:, None] * torch.exp(-math.log(10000) * torch.arange(half) / half)
        e = self.time2(F.silu(self.time1(torch.cat([angles.cos(), angles.sin()], 1))))
        e = F.silu(e + self.classes(labels))
        h = self.conv_in(x)
        states = [h]
        for block in self.down:
            h = block[0](h) if isinstance(block[0], nn.Conv2d) else block[0](h, e)
            for attention in list(block)[1:]:
                h = attention(h)
            states.append(h)
        h = self.mid2(self.mid(self.mid1(h, e)), e)
        for block in self.up:
            if isinstance(block[0], nn.Conv2d):
                h = block[0](F.interpolate(h, scale_factor=2.0, mode="nearest"))
                continue
            h = block[0](torch.cat([h, states.pop()], 1), e)
            for attention in list(block)[1:]:
                h = attention(h)
        return self.conv_out(F.silu(self.norm_out(h)))


parser = argparse.ArgumentParser()
parser.add_argument("config")
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--seconds", type=float, default=20)
parser.add_argument("--form", choices=["fp32", "autocast"], default="fp32")
parser.add_argument("--compile", action="store_true")
a = parser.parse_args()
config = json.load(open(a.config))
torch.manual_seed(0)
model = UNet(config).to(memory_format=torch.channels_last)
average = [p.detach().clone() for p in model.parameters()]
optimiser = torch.optim.AdamW(model.parameters(), lr=3e-4, fused=True)
height, width = (config["sample_size"] if isinstance(config["sample_size"], list) else [config["sample_size"]] * 2)
x = torch.randn(a.batch, config["in_channels"], height, width).contiguous(memory_format=torch.channels_last)
t, labels = torch.rand(a.batch) * 999, torch.randint(0, config["num_class_embeds"], (a.batch,))
target = torch.randn_like(x)
forward = torch.compile(model, dynamic=False) if a.compile else model


def step():
    with torch.autocast("cpu", torch.bfloat16, enabled=a.form == "autocast"):
        y = forward(x, t, labels)
    loss = ((y.float() - target) ** 2).mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    torch._foreach_lerp_(average, [p.detach() for p in model.parameters()], 0.001)


step()
step()
times, end = [], time.perf_counter() + a.seconds
while time.perf_counter() < end or len(times) < 5:
    begin = time.perf_counter()
    step()
    times.append(time.perf_counter() - begin)
times.sort()
median = times[len(times) // 2]
parameters = sum(p.numel() for p in model.parameters())
print(f"PyTorch {torch.__version__} {a.form}{' compiled' if a.compile else ''}, batch {a.batch}, {parameters / 1e6:.2f} M weights: "
      f"{a.batch / median:.1f} images/s, {median * 1e3:.0f} ms a step [{times[0] * 1e3:.0f}-{times[-1] * 1e3:.0f}]")
