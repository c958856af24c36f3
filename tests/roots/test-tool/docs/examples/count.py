# /// script
# [tool.example-output]
# arguments = ["--words"]
# stdin = """
# call Ada
# call Grace
# """
# ///
"""Count what standard input holds."""

import sys

text = sys.stdin.read()
print(len(text.split()) if "--words" in sys.argv else len(text.splitlines()))
