"""Middle squares of pictures by Pillow (9.4.0): what CLIP's image processor does before it takes means off.

The pictures themselves are a formula, so that only the results are kept: WIDTHxHEIGHT-SIDE.png.
"""
import pathlib

from PIL import Image


def picture(width, height):
    image = Image.new("RGB", (width, height))
    image.putdata([tuple((7 * x * x + 13 * y * (c + 1) + 3 * x * y + 50 * c) % 256 for c in range(3))
                   for y in range(height) for x in range(width)])
    return image


def middle(image, side):
    short = min(image.size)
    width, height = (int(side * n / short) for n in image.size)
    left, top = (width - side) // 2, (height - side) // 2
    return image.resize((width, height), Image.BICUBIC).crop((left, top, left + side, top + side))


for width, height, side in [(60, 41, 24), (10, 13, 24), (3, 50, 16), (301, 7, 5), (24, 24, 24), (32, 32, 40)]:
    middle(picture(width, height), side).save(pathlib.Path(__file__).with_name(f"{width}x{height}-{side}.png"))
