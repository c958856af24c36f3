# /// script
# [tool.example-output]
# makes = ["bars.svg"]
# ///
"""Draw bars as SVG."""

HEIGHTS = (20, 45, 80)

bars = "".join(
    f'<rect x="{n * 30}" y="{100 - height}" width="20" height="{height}"/>\n'
    for n, height in enumerate(HEIGHTS)
)
with open("bars.svg", "w") as file:
    file.write(
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="100">\n'
        f"{bars}</svg>\n"
    )
