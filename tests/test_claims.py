"""What pages say about their programs: quotations, facts, questions."""

import re
from collections.abc import Callable

import pytest
from docutils import nodes
from docutils.utils import new_document

from conftest import Project, slow
from example_output.pages.claims import FACTS, Claim, FactError, fact, refute
from example_output.transcript import Transcript
from site_extensions.claims_list import General, claims, listed

TRACEBACK = """\
before
Traceback (most recent call last):
  File "x.py", line 3, in <module>
    f()
ValueError: bad input
after
"""
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "x.py", line 3, in <module>
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
"""


@pytest.mark.parametrize(
    ("words", "output", "answer"),
    [
        ("lines", "a\n\nb\n", "3"),
        ("lines task", "task 1\nmain\ntask 2\n", "2"),
        ("status", "", "3"),
        ("exception", TRACEBACK, "ValueError"),
        ("message", TRACEBACK, "bad input"),
        ("exception", GROUP, "ExceptionGroup"),
        ("match", "took 2 s\n", None),
        (r"match took (\d+) s", "took 2 s\n", "2"),
        (r"match took (\d+) s", "took 2 s\ntook 3 s\n", None),
        (r"match took (\d+", "took 2 s\n", None),
        ("exception", "no traceback\n", None),
        ("colour", "red\n", None),
    ],
)
def test_a_fact_comes_from_the_recording(
    words: str, output: str, answer: str | None
) -> None:
    kind, _, argument = words.partition(" ")
    if answer is None:
        with pytest.raises(FactError):
            fact(kind, argument, Transcript(output, 3))
    else:
        assert fact(kind, argument, Transcript(output, 3)) == answer


def test_every_fact_documents_its_usage() -> None:
    assert all(known.usage.startswith(f"{kind} NAME") for kind, known in FACTS.items())


def test_wrong_quotation_suggests_the_intended_line() -> None:
    claim = Claim("main corutine done", "output", "page.md:3")
    problem = refute(claim, ["started\n  main coroutine done\n"])
    assert problem
    assert problem.text == (
        "'main corutine done': no output on this page has this text\n"
        "Did you mean 'main coroutine done'?"
    )


def test_correct_quotation_is_accepted() -> None:
    claim = Claim("coroutine d", "output", "page.md:3")
    assert refute(claim, ["started\n", "main coroutine done\n"]) is None


PAGE = """\
# First

```{example} hello.py
```

It prints {printed}`goodbye` by {written}`print("goodbye")`, in
{example-fact}`lines hello.py` lines.
"""


@pytest.fixture
def root(project: Callable[[str], Project]) -> Project:
    """The basic root, with a page that makes claims."""
    root = project("basic")
    root.write("index.md", PAGE + root.read("index.md").partition("\n")[2])
    return root


def test_true_claims_pass_and_are_rendered(root: Project) -> None:
    done = root.build()
    assert done.status == 0, done.plain
    text = re.sub(r"<[^>]+>", "", root.html())
    assert "It prints goodbye by print(&quot;goodbye&quot;), in\n2 lines." in text


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("{printed}`goodbye`", "{printed}`bye-bye`", "no output on this page has"),
        slow('{written}`print("g', '{written}`echo("g', "no program on this page has"),
        ("`lines hello.py`", "`exception hello.py`", "its recording does not contain"),
        slow("`lines hello.py`", "`colour hello.py`", "'colour' is none of lines, "),
        slow("`lines hello.py`", "`lines hallo.py`", "Did you mean hello.py?"),
    ],
)
def test_a_false_claim_fails_at_its_line_in_every_build(
    root: Project, old: str, new: str, cause: str
) -> None:
    root.replace("index.md", old, new)
    (line,) = [
        n for n, t in enumerate(root.read("index.md").split("\n"), 1) if new in t
    ]
    for _ in range(2):
        done = root.build()
        assert done.status == 1
        assert cause in done.plain
        assert re.search(rf"index\.md:{line}: WARNING: .*", done.plain)
    root.replace("index.md", new, old)
    assert root.build().status == 0


def test_changed_example_fails_the_claims_about_it(
    root: Project,
) -> None:
    assert root.build().status == 0
    root.replace("examples/hello.py", '"goodbye"', '"farewell"')
    done = root.build()
    assert done.status == 1
    # The page is read again: in both is a claim about what is no longer there.
    assert "'goodbye': no output on this page has this text" in done.plain
    assert "'print(\"goodbye\")': no program on this page has this text" in done.plain
    assert done.plain.count("[example_output.claim]") == 2


def test_quotation_may_come_from_any_recording_on_the_page(root: Project) -> None:
    recording = root.read("examples/hello.out")
    root.write("examples/hello.from-3.99.out", recording.replace("hello\n", "hi\n"))
    root.replace("index.md", "{printed}`goodbye`", "{printed}`hi`")
    done = root.build()
    assert done.status == 0, done.plain


def test_example_used_only_in_a_fact_is_on_no_page(root: Project) -> None:
    root.write("examples/spoken.py", 'print("of")\n')
    root.write("examples/spoken.out", "$ python spoken.py\nof\n")
    root.write(
        "index.md", root.read("index.md") + "\n{example-fact}`lines spoken.py`\n"
    )
    done = root.build()
    assert done.status == 1
    assert "spoken.py: it is on no page" in done.plain


def test_claims_are_checked_in_parallel_builds(root: Project) -> None:
    root.replace("index.md", "{printed}`goodbye`", "{printed}`bye-bye`")
    root.replace("index.md", "{written}`print", "{written}`echo")
    done = root.build("-j", "2")
    assert done.plain.count("[example_output.claim]") == 2


QUESTION = """
:::{what-if} What does it print the *second* time?
```{example} hello.py
```
The same.
:::
"""


def test_answer_is_folded_under_its_question(root: Project) -> None:
    root.write("index.md", root.read("index.md") + QUESTION)
    assert root.build().status == 0
    page = root.html()
    start = '<details class="what-if">\n<summary>What does it print the '
    assert f"{start}<em>second</em> time?</summary>" in page
    answer = page.partition("</summary>")[2].partition("</details>")[0]
    assert "goodbye" in answer
    assert "The same." in answer


def test_link_in_a_question_is_refused(root: Project) -> None:
    asked = QUESTION.replace("*second*", "[second](https://example.org)")
    root.write("index.md", root.read("index.md") + asked)
    done = root.build("-W")
    assert done.status == 1
    assert "a question unfolds its answer, so it can hold no link" in done.plain


@pytest.mark.parametrize("builder", ["text", "latex", "man", "epub"])
def test_every_builder_has_the_question_and_the_answer(
    root: Project, builder: str
) -> None:
    root.write("index.md", root.read("index.md") + QUESTION)
    done = root.build(builder=builder)
    assert done.status == 0, done.plain
    if builder == "text":
        text = root.read("_build/text/index.txt")
        assert text.index("second") < text.index("The same.")


# -- The list of claims ----------------------------------------------------------------


def section(title: str, *children: nodes.Node) -> nodes.section:
    return nodes.section("", nodes.title("", title), *children)


def paragraph(*children: nodes.Node | str) -> nodes.paragraph:
    found = [nodes.Text(c) if isinstance(c, str) else c for c in children]
    return nodes.paragraph("", "", *found)


def claimed(*children: nodes.Node) -> list[tuple[str, list[str]]]:
    """The claims of a page that has these parts, and their evidence."""
    document = new_document("page.md")
    document += section("Page", *children)
    return [(claim.sentence, claim.evidence) for claim in claims(document, "page")]


DOCS = "https://docs.python.org/3/library/f.html#f"
PROGRAM = nodes.container(
    "", nodes.paragraph("", "All of it."), example="a.py", classes=["example"]
)


def test_only_general_sentences_are_listed_each_for_itself() -> None:
    text = paragraph("A task never runs.\nIt is late.\nEach one ends.\n")
    assert claimed(text) == [("A task never runs.", []), ("Each one ends.", [])]
    assert claimed(section("Related", paragraph("All pages."))) == []


def test_evidence_is_in_the_sentence_or_else_a_program_of_the_section() -> None:
    quote = nodes.literal("", "x()", classes=["example-written"])
    link = nodes.reference("", "source", refuri="https://example.org")
    name = nodes.reference("", "", nodes.literal("", "f()"), refuri=DOCS)
    quoted = paragraph("It always calls ", quote, ".\nNone has ", name, ".")
    assert claimed(quoted) == [
        ("It always calls x().", ["quotes `x()`"]),
        ("None has f().", []),
    ]
    linked = paragraph("Every one: see ", link, ".")
    assert claimed(linked) == [
        ("Every one: see source.", ["links to https://example.org"])
    ]
    shown: list[nodes.Node] = [paragraph("It always ends."), PROGRAM.deepcopy()]
    assert claimed(*shown) == [("It always ends.", ["shows a.py"])]
    assert claimed(*shown, section("Other", paragraph("It never ends."))) == [
        ("It always ends.", ["shows a.py"]),
        ("It never ends.", []),
    ]


def test_claims_without_evidence_come_first() -> None:
    found = [
        General("page", "A", "All.", ["shows a.py"]),
        General("page", "B", "None."),
    ]
    text = listed(found)
    assert "2 sentences speak in general; 1 of them" in text
    assert text.index("- None.") < text.index("## All") < text.index("- All.")
