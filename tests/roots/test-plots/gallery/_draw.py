"""What all plots share."""

from PIL import Image, ImageDraw


def curve(name, values, size=(240, 120)):
    """Save a picture of a curve with values from -1 to 1."""
    picture = Image.new("RGB", size, "white")
    step = size[0] / (len(values) - 1)
    points = [(n * step, size[1] * (1 - v) / 2) for n, v in enumerate(values)]
    ImageDraw.Draw(picture).line(points, fill="#0b57d0", width=2)
    picture.save(name)
