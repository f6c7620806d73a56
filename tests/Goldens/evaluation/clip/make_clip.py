"""A CLIPModel of random weights in the layout of transformers, and the cosines of two texts and two pictures in it.

Plain Python in float64 and Pillow 9.4.0 alone: tokenizer, pictures, both transformers and the cosines are written down here
a second time. The weights are of float16 values.
"""
import json
import math
import pathlib
import random
import struct

from PIL import Image

HERE = pathlib.Path(__file__).parent
MERGES = ["p h", "o t", "ph ot", "phot o</w>", "o f</w>", "f r", "o g</w>", "fr og</w>"]
TEXTS = ["a photo of a frog", "a photo of a horse"]
TEXT = dict(hidden_size=24, intermediate_size=48, num_hidden_layers=2, num_attention_heads=3, vocab_size=512 + len(MERGES) + 2,
            max_position_embeddings=16, hidden_act="quick_gelu", layer_norm_eps=1e-5, eos_token_id=2, projection_dim=512)
VISION = dict(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, image_size=16, patch_size=8,
              num_channels=3, hidden_act="gelu", layer_norm_eps=1e-5, projection_dim=512)
CONFIG = dict(architectures=["CLIPModel"], model_type="clip", projection_dim=20, logit_scale_init_value=2.6592,
              text_config=TEXT, vision_config=VISION)
ACTIVATIONS = {"quick_gelu": lambda x: x / (1 + math.exp(-1.702 * x)), "gelu": lambda x: x / 2 * (1 + math.erf(x / math.sqrt(2)))}

# ---- weights ----------------------------------------------------------------------------------------------------------

rng = random.Random(11)
weights, shapes = {}, {}


def half(x):
    return struct.unpack("<e", struct.pack("<e", x))[0]


def make(name, shape, scale, mean=0.0):
    count = math.prod(shape)
    weights[name] = [half(mean + scale * rng.gauss(0, 1)) for _ in range(count)]
    shapes[name] = list(shape)


def make_linear(name, inputs, outputs, bias=True):
    make(name + ".weight", (outputs, inputs), inputs ** -0.5)
    if bias:
        make(name + ".bias", (outputs,), 0.2)


def make_norm(name, width):
    make(name + ".weight", (width,), 0.2, 1)
    make(name + ".bias", (width,), 0.2)


def make_encoder(prefix, c):
    width = c["hidden_size"]
    for i in range(c["num_hidden_layers"]):
        layer = f"{prefix}.layers.{i}."
        for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
            make_linear(layer + "self_attn." + part, width, width)
        make_norm(layer + "layer_norm1", width)
        make_linear(layer + "mlp.fc1", width, c["intermediate_size"])
        make_linear(layer + "mlp.fc2", c["intermediate_size"], width)
        make_norm(layer + "layer_norm2", width)


make("logit_scale", (), 0, 2.6592)
make("text_model.embeddings.token_embedding.weight", (TEXT["vocab_size"], TEXT["hidden_size"]), 1)
make("text_model.embeddings.position_embedding.weight", (TEXT["max_position_embeddings"], TEXT["hidden_size"]), 0.5)
make_encoder("text_model.encoder", TEXT)
make_norm("text_model.final_layer_norm", TEXT["hidden_size"])
make("vision_model.embeddings.class_embedding", (VISION["hidden_size"],), 1)
make("vision_model.embeddings.patch_embedding.weight", (VISION["hidden_size"], 3, 8, 8), 0.1)
make("vision_model.embeddings.position_embedding.weight", (5, VISION["hidden_size"]), 0.5)
make_norm("vision_model.pre_layrnorm", VISION["hidden_size"])
make_encoder("vision_model.encoder", VISION)
make_norm("vision_model.post_layernorm", VISION["hidden_size"])
make_linear("visual_projection", VISION["hidden_size"], CONFIG["projection_dim"], bias=False)
make_linear("text_projection", TEXT["hidden_size"], CONFIG["projection_dim"], bias=False)

# ---- networks: a matrix is a list of rows -----------------------------------------------------------------------------


def linear(name, rows):
    outputs, inputs = shapes[name + ".weight"]
    w, b = weights[name + ".weight"], weights.get(name + ".bias", [0.0] * outputs)
    return [[b[o] + sum(w[o * inputs + i] * row[i] for i in range(inputs)) for o in range(outputs)] for row in rows]


def norm(name, rows, eps):
    result = []
    for row in rows:
        mean = sum(row) / len(row)
        deviation = math.sqrt(sum((x - mean) ** 2 for x in row) / len(row) + eps)
        result.append([(x - mean) / deviation * w + b
                       for x, w, b in zip(row, weights[name + ".weight"], weights[name + ".bias"])])
    return result


def add(a, b):
    return [[x + y for x, y in zip(p, q)] for p, q in zip(a, b)]


def attention(name, rows, heads, causal):
    q, k, v = (linear(f"{name}.{part}_proj", rows) for part in "qkv")
    width = len(rows[0]) // heads
    result = [[] for _ in rows]
    for head in range(heads):
        own = slice(head * width, (head + 1) * width)
        for i in range(len(rows)):
            seen = range(i + 1 if causal else len(rows))
            odds = [math.exp(sum(a * b for a, b in zip(q[i][own], k[j][own])) / math.sqrt(width)) for j in seen]
            result[i] += [sum(o * v[j][own][c] for o, j in zip(odds, seen)) / sum(odds) for c in range(width)]
    return linear(name + ".out_proj", result)


def encode(prefix, h, c, causal):
    act = ACTIVATIONS[c["hidden_act"]]
    for i in range(c["num_hidden_layers"]):
        layer, eps = f"{prefix}.layers.{i}.", c["layer_norm_eps"]
        h = add(h, attention(layer + "self_attn", norm(layer + "layer_norm1", h, eps), c["num_attention_heads"], causal))
        inner = [[act(x) for x in row] for row in linear(layer + "mlp.fc1", norm(layer + "layer_norm2", h, eps))]
        h = add(h, linear(layer + "mlp.fc2", inner))
    return h


def row_of(name, index):
    width = shapes[name][1]
    return weights[name][index * width:(index + 1) * width]


def embed_text(text):
    ids = tokens(text)
    h = [[a + b for a, b in zip(row_of("text_model.embeddings.token_embedding.weight", token),
                                row_of("text_model.embeddings.position_embedding.weight", i))] for i, token in enumerate(ids)]
    last = norm("text_model.final_layer_norm", encode("text_model.encoder", h, TEXT, True), TEXT["layer_norm_eps"])
    return linear("text_projection", [last[ids.index(max(ids))]])[0]


def embed_image(path):
    image = Image.open(path).convert("RGB")
    side, short = VISION["image_size"], min(image.size)
    width, height = (int(side * n / short) for n in image.size)
    left, top = (width - side) // 2, (height - side) // 2
    image = image.resize((width, height), Image.BICUBIC).crop((left, top, left + side, top + side))
    mean, deviation = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
    x = [[[(image.getpixel((i, j))[c] / 255 - mean[c]) / deviation[c] for i in range(side)] for j in range(side)] for c in range(3)]
    patch, w = VISION["patch_size"], weights["vision_model.embeddings.patch_embedding.weight"]
    taps = 3 * patch * patch
    h = [weights["vision_model.embeddings.class_embedding"]]
    for j in range(0, side, patch):
        for i in range(0, side, patch):
            square = [x[c][j + b][i + a] for c in range(3) for b in range(patch) for a in range(patch)]
            h.append([sum(s * t for s, t in zip(square, w[o * taps:(o + 1) * taps])) for o in range(VISION["hidden_size"])])
    h = add(h, [row_of("vision_model.embeddings.position_embedding.weight", i) for i in range(len(h))])
    eps = VISION["layer_norm_eps"]
    h = encode("vision_model.encoder", norm("vision_model.pre_layrnorm", h, eps), VISION, False)
    return linear("visual_projection", norm("vision_model.post_layernorm", h[:1], eps))[0]


# ---- tokenizer ----------------------------------------------------------------------------------------------------------


def tokens(text):
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    symbols = [chr(b) for b in printable] + [chr(256 + i) for i in range(256 - len(printable))]
    joined = [tuple(line.split()) for line in MERGES]
    vocabulary = symbols + [s + "</w>" for s in symbols] + ["".join(pair) for pair in joined]
    ids = [len(vocabulary)]
    for word in text.split():
        parts = [*word[:-1], word[-1] + "</w>"]
        while True:
            pairs = [pair for pair in joined if pair in zip(parts, parts[1:])]
            if not pairs:
                break
            at = list(zip(parts, parts[1:])).index(pairs[0])
            parts[at:at + 2] = ["".join(pairs[0])]
        ids += [vocabulary.index(part) for part in parts]
    return ids + [len(vocabulary) + 1]


# ---- files --------------------------------------------------------------------------------------------------------------


def write_weights(path):
    header, data = {}, b""
    for name, values in weights.items():
        stored = struct.pack(f"<{len(values)}e", *values)
        header[name] = dict(dtype="F16", shape=shapes[name], data_offsets=[len(data), len(data) + len(stored)])
        data += stored
    for half_, count in (("text", 16), ("vision", 5)):   # what files of before 2024 hold besides
        stored = struct.pack(f"<{count}q", *range(count))
        header[f"{half_}_model.embeddings.position_ids"] = dict(
            dtype="I64", shape=[1, count], data_offsets=[len(data), len(data) + len(stored)])
        data += stored
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_picture(name, width, height, f):
    image = Image.new("RGB", (width, height))
    image.putdata([tuple(int(127.5 + 127.5 * math.sin(f(x, y, c))) for c in range(3)) for y in range(height) for x in range(width)])
    image.save(HERE / name)


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


write_picture("a.png", 32, 32, lambda x, y, c: 0.3 * x + 0.1 * y * c + c)
write_picture("b.png", 40, 27, lambda x, y, c: 0.02 * x * y - 0.2 * c * x)
write_weights(HERE / "model.safetensors")
(HERE / "config.json").write_text(json.dumps(CONFIG, indent=1) + "\n")
(HERE / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n")
images, texts = [embed_image(HERE / name) for name in ("a.png", "b.png")], [embed_text(text) for text in TEXTS]
(HERE / "cosines.json").write_text(json.dumps(dict(
    texts=TEXTS, pictures=["a.png", "b.png"], text_to_image=[[cosine(image, text) for text in texts] for image in images],
    image_to_image=cosine(*images)), indent=1) + "\n")
