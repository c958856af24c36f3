# /// script
# [tool.example-output]
# makes = ["sine.png", "sine.csv"]
# ///
"""Draw a sine wave."""

import csv
import math

from _draw import curve

values = [math.sin(n * math.pi / 24) for n in range(97)]
curve("sine.png", values)
with open("sine.csv", "w", newline="") as file:
    csv.writer(file).writerows(
        (n, f"{value:.2f}") for n, value in enumerate(values[:4])
    )
print(f"{max(values):.1f} at most")
