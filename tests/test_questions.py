"""Questions that a reader can answer: their answers, and what stops a build."""

import re
from pathlib import Path

import pytest

from example_output.pages.questions import (
    QuestionError,
    choose,
    find_lines,
    last,
    mixed,
    order,
    raises,
)
from example_output.timeline.events import Event
from example_output.transcript import Transcript
from test_directives import Page, page, read, warnings  # noqa: F401  # a fixture

ABC = Transcript("a\nb\nc\n")

# -- The answers, from recordings alone ------------------------------------------------


def test_lines_are_mixed_and_never_in_the_right_order() -> None:
    assert order([ABC, ABC]) == ["a", "b", "c"]
    assert mixed(["a", "b", "c"]) == ["c", "b", "a"]
    assert mixed(["b", "a", "c"]) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("outputs", "varies", "cause"),
    [
        ([], False, "no recording"),
        ([ABC, Transcript("b\na\nc\n")], False, "not the same on every supported"),
        ([ABC], True, "the order of its lines varies"),
        (
            [Transcript("a\nb\na\n")],
            False,
            "two choices are equal: it prints 'a' twice",
        ),
        ([Transcript("a  b\na b\n")], False, "two choices are equal"),
        ([Transcript("a\n\nb\n")], False, "an empty line"),
        ([Transcript("a\n")], False, "it prints 1 lines"),
        ([Transcript("".join(f"{n}\n" for n in range(9)))], False, "it prints 9 lines"),
    ],
)
def test_lines_that_have_no_certain_order_are_refused(
    outputs: list[Transcript], varies: bool, cause: str
) -> None:
    with pytest.raises(QuestionError, match=cause):
        order(outputs, varies=varies)


def test_choices_are_outputs_in_an_order_that_says_nothing() -> None:
    outputs = {f"{n}.py": [Transcript(f"{n}\n")] for n in range(5)}
    found = choose("0.py", outputs)
    assert [one.program for one in found if one.right] == ["0.py"]
    again = choose("3.py", dict(reversed(outputs.items())))
    assert [one.text for one in again] == [one.text for one in found]
    assert [one.text for one in found] != sorted(one.text for one in found)


@pytest.mark.parametrize(
    ("others", "varying", "cause"),
    [
        ({}, [], "a choice of 1 thing"),
        ({f"{n}.py": [Transcript(str(n))] for n in range(8)}, [], "of 9 things"),
        ({"b.py": [Transcript("a\nb\nc")]}, [], "two choices are equal: a.py and b.py"),
        ({"b.py": []}, [], "of b.py: it has no recording"),
        ({"b.py": [ABC, Transcript("d\n")]}, [], "of b.py: the answer is not the same"),
        ({"b.py": [Transcript("c\nb\n")]}, ["b.py"], "order of the lines of b.py var"),
    ],
)
def test_choices_that_cannot_be_told_apart_are_refused(
    others: dict[str, list[Transcript]], varying: list[str], cause: str
) -> None:
    with pytest.raises(QuestionError, match=cause):
        choose("a.py", {"a.py": [ABC], **others}, varying)


SOURCE = """\
def work():
    print("in")
    raise ValueError("no")


def main():
    print("before")
    work()
    print("after")
"""
TRACEBACK = Transcript(
    "before\nin\nTraceback (most recent call last):\n"
    '  File "a.py", line 8, in main\n    work()\n'
    '  File "a.py", line 3, in work\n    raise ValueError("no")\n'
    '  File "<library>", in other\nValueError: no\n'
)
CHOICES = ["raise ValueError", "    work()", 'print("after")']


def test_the_line_that_raises_is_the_last_of_the_traceback_in_the_program() -> None:
    found = raises(SOURCE, CHOICES, [TRACEBACK], "a.py")
    assert [(one.text, one.right) for one in found] == [
        ('raise ValueError("no")', True),
        ("work()", False),
        ('print("after")', False),
    ]
    assert [one.verdict for one in found] == [
        "Line 3 raises ValueError: no",
        "The error passes through line 8 and is raised further down.",
        "Line 9 is not in the traceback.",
    ]


@pytest.mark.parametrize(
    ("texts", "output", "cause"),
    [
        (CHOICES, ABC, "there is no traceback"),
        (CHOICES, Transcript(TRACEBACK.output * 2), "it has 2 tracebacks"),
        (CHOICES[1:], TRACEBACK, "right line is none of the choices: it is line 3"),
        (["work()", "nowhere"], TRACEBACK, "the text 'work\\(\\)' is on 2 lines"),
        (["nowhere"], TRACEBACK, "the text 'nowhere' is on no line"),
        (["raise", "ValueError"], TRACEBACK, "two choices are equal: both are line 3"),
        (["raise"], TRACEBACK, "a choice of 1 thing"),
    ],
)
def test_lines_that_do_not_say_what_raises_are_refused(
    texts: list[str], output: Transcript, cause: str
) -> None:
    with pytest.raises(QuestionError, match=cause):
        raises(SOURCE, texts, [output], "a.py")


def printed(line: int, time: float, text: str) -> Event:
    return Event(1, time, "Task-1", "print", line, what=text)


EVENTS = [
    printed(7, 0, "before"),
    printed(2, 0, "in"),
    printed(7, 1, "before"),
    Event(2, 2, "Task-1", "finish"),
]


def test_the_line_that_is_reached_last_is_that_of_the_last_print() -> None:
    texts = ['print("in")', 'print("before")', 'print("after")']
    found = last(SOURCE, texts, [EVENTS])
    assert [one.right for one in found] == [False, True, False]
    assert [one.verdict for one in found] == [
        "Line 2 is reached earlier, at 0 s: Task-1 prints “in”.",
        "Line 7 is reached last, at 1 s: Task-1 prints “before”.",
        "Line 9 is never reached.",
    ]


@pytest.mark.parametrize(
    ("texts", "timelines", "cause"),
    [
        (["in", "before"], [], "no recording"),
        (["in", "before"], [EVENTS, EVENTS[:2]], "not the same on every"),
        (["in", "before"], [[]], "nothing is printed"),
        (["in", "after"], [EVENTS], "none of the choices: it is line 7"),
        (["before", "raise"], [EVENTS], "line 3 prints nothing"),
    ],
)
def test_lines_that_do_not_say_what_is_last_are_refused(
    texts: list[str], timelines: list[list[Event]], cause: str
) -> None:
    texts = [f'print("{text}' if text != "raise" else text for text in texts]
    with pytest.raises(QuestionError, match=cause):
        last(SOURCE, texts, timelines)


def test_lines_are_in_the_order_of_the_program() -> None:
    assert find_lines(SOURCE, ["raise", "def work"]) == [1, 3]


# -- What stops a build ----------------------------------------------------------------


def question(*options: str, body: str = "Because.") -> str:
    return "\n".join([":::{predict} What does it print?", *options, "", body, ":::"])


VARIES = '# /// script\n# [tool.example-output]\n# order = "varies"\n# ///\n'
FILES = {
    "examples__abc.py": 'print("a")\nprint("b")\n',
    "examples__abc.out": "$ python abc.py\na\nb\n",
    "examples__same.py": 'print("a\\nb")\n',
    "examples__same.out": "$ python same.py\na\nb\n",
    "examples__varies.py": f'{VARIES}print("c\\nd")\n',
    "examples__varies.out": "$ python varies.py\nc\nd\n",
    "examples__new.py": "print('a')\n",
    "examples__new.out": "$ python new.py\na\n",
    "examples__new.from-3.99.out": "$ python new.py\nb\n",
}


WITHOUT_ONE_ANSWER = [
    ([":choose: abc.py", ":others: same.py"], "equal: abc.py and same.py", "Ask"),
    ([":order: varies.py"], "the order of its lines varies", "Ask about another"),
    ([":choose: abc.py", ":others: varies.py"], "lines of varies.py varies", "Ask"),
    ([":choose: abc.py", ":others: new.py"], "not the same on every", "Ask"),
    ([":choose: abc.py"], "the option 'others' is missing", "Add it"),
    ([":raises: abc.py", ":lines: a"], "there is no traceback", "Ask"),
    ([":last: abc.py", ":lines: a"], "it has no recording", "Record it"),
]


def test_question_without_one_answer_stops_the_build_at_its_line(
    page: Page,  # noqa: F811
) -> None:
    top = "---\norphan: true\n---\n\n# Asks\n\n"
    pages = {
        f"asks{number}.md": f"{top}{question(*options)}\n"
        for number, (options, _, _) in enumerate(WITHOUT_ONE_ANSWER)
    }
    app = page("", **FILES, **pages)
    found = warnings(app, "predict")
    assert len(found) == len(WITHOUT_ONE_ANSWER)
    for number, (_, cause, cure) in enumerate(WITHOUT_ONE_ANSWER):
        [warning] = [one for one in found if f"asks{number}.md:7: WARNING: " in one]
        assert cause in warning
        assert f"\n{cure}" in warning
    assert app.statuscode == 1


def test_second_question_and_missing_example_stop_the_build(
    page: Page,  # noqa: F811
) -> None:
    twice = question(":order: abc.py")
    app = page(f"{twice}\n\n{twice}\n\n{question(':order: acb.py')}", **FILES)
    (warning,) = warnings(app, "predict")
    assert "third.md:9: WARNING: abc.py: " in warning
    assert "its page has a question already" in warning
    (warning,) = warnings(app, "missing")
    assert "third.md:15: WARNING: acb.py: " in warning


def test_question_of_no_kind_or_of_two_is_refused(page: Page) -> None:  # noqa: F811
    hard = question(":order: abc.py", ":level: very hard")
    lists = "```{practice-list} hard exercises\n```"
    both = question(":order: abc.py", ":last: abc.py")
    app = page(f"{both}\n\n{hard}\n\n{lists}", **FILES)
    said = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    assert "third.md:3: ERROR: a question needs one of" in said
    for line, wrong in ((12, "very hard"), (17, "exercises")):
        (report,) = [one for one in said.splitlines() if f'"{wrong}" unknown' in one]
        assert f"third.md:{line}: " in report
        assert "hard" in report.partition("choose from")[2]


@pytest.mark.parametrize("builder", ["html", "epub", "text", "latex"])
def test_without_a_script_the_answer_is_under_the_question(
    page: Page,  # noqa: F811
    builder: str,
) -> None:
    kinds = ("hard questions", "easy questions", "questions", "hard")
    lists = "\n\n".join(f"```{{practice-list}} {kind}\n```" for kind in kinds)
    asked = question(":choose: abc.py", ":others: hello.py", ":level: hard")
    app = page(f"{asked}\n\n{lists}", builder, **FILES)
    assert not warnings(app, "predict")
    if builder == "html":
        text = Path(app.outdir, "third.html").read_text("utf-8")
        assert text.count("practice.js") == text.count("practice.css") == 1
        others = Path(app.outdir, "index.html").read_text("utf-8")
        assert "practice." not in others
        assert '<details class="what-if">\n<summary>The answer</summary>' in text
        # To where the page of the other shows it.
        assert 'href="index.html#example-hello"' in text
        text = read(app)
    elif builder == "epub":
        text = Path(app.outdir, "third.xhtml").read_text("utf-8")
        assert "practice.js" not in text
        assert '<details class="what-if">' in text
        text = re.sub(r"<[^>]+>", "", text)
    else:
        (book,) = Path(app.outdir).glob("*.tex" if builder == "latex" else "third.txt")
        text = book.read_text("utf-8")
    if builder != "latex":
        assert text.count("Third: What does it print?") == 2
        assert text.count("Third: What does it print? (hard)") == 1
    for part in ("What does it print?", "The answer", "abc.py", "prints this", "Becau"):
        assert part in text, part
    assert text.index("What does it print?") < text.index("The answer:")
