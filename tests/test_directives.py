"""What the directives put on a page, one miniature page at a time."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx.testing.util import SphinxTestApp

from conftest import Project, slow

PROGRAM = '''\
"""A program with parts."""


def first():
    print("one")  # [start]
    print("two")
    # [end]


first()
'''
OTHER = PROGRAM.replace('"two"', '"three"')

Page = Callable[..., SphinxTestApp]


@pytest.fixture
def page(project: Callable[[str], Project], app: Callable[..., SphinxTestApp]) -> Page:
    """Build the basic root with this text on its third page, and two more examples.

    Once in a test.  ``examples__a.py="…"`` writes a file ``examples/a.py``.
    """

    def build(text: str, builder: str = "html", **files: str) -> SphinxTestApp:
        root = project("basic")
        root.write("third.md", f"# Third\n\n{text}\n")
        root.write("examples/parts.py", PROGRAM)
        root.write("examples/other.py", OTHER)
        for name, content in files.items():
            root.write(name.replace("__", "/"), content)
        return app(root, builder)

    return build


def directive(*options: str, name: str = "parts.py", kind: str = "example") -> str:
    return "\n".join([f"```{{{kind}}} {name}", *options, "```"])


def resolved(app: SphinxTestApp, docname: str = "third") -> nodes.document:
    """A page as the builder writes it, with its outputs."""
    return app.env.get_and_resolve_doctree(docname, app.builder, tags=app.tags)


def read(app: SphinxTestApp, docname: str = "third") -> str:
    """What a reader sees of a page."""
    return re.sub(r"<[^>]+>", "", Path(app.outdir, f"{docname}.html").read_text())


def blocks(app: SphinxTestApp, docname: str = "third") -> list[nodes.literal_block]:
    """The literal blocks of a page."""
    return list(resolved(app, docname).findall(nodes.literal_block))


def warnings(app: SphinxTestApp, kind: str) -> list[str]:
    """The warnings of one type, without colours."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    found = re.findall(r"(?s)(?:^|\n)([^\n]*?: WARNING: .*? \[[\w.]+\])", text)
    return [warning for warning in found if f"[example_output.{kind}]" in warning]


def test_the_file_and_its_output_are_shown(page: Page) -> None:
    app = page("", "html")
    source, output = (block.astext() for block in blocks(app, "index"))
    assert source == Path(app.srcdir, "examples/hello.py").read_text()
    assert output == "hello\ngoodbye\n"


def test_prose_can_stand_between_a_program_and_its_output(page: Page) -> None:
    app = page("")
    text = resolved(app, "second").astext()
    order = ["raise ValueError", "Between a program", "so far, so good\nTraceback"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert len(blocks(app, "second")) == 2


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ([], PROGRAM),
        ([":pyobject: first"], PROGRAM.split("\n\n\n")[1].replace("    # [end]", "")),
        ([":lines: 4-5"], 'def first():\n    print("one")  # [start]'),
        slow([":start-at: def first", ":end-at: one"], None),
        ([":start-after: '[start]'", ":end-before: '[end]'"], '    print("two")'),
        slow(
            [":start-after: '[start]'", ":end-before: '[end]'", ":dedent: 4"],
            'print("two")',
        ),
        slow([":lines: 5", ":prepend: above", ":append: below"], None),
        ([":diff: other.py"], None),
    ],
)
def test_literalincludes_options_choose_what_is_shown(
    page: Page, options: list[str], shown: str | None
) -> None:
    app = page(directive(*options))
    block, output = blocks(app)
    if shown is not None:
        assert block.astext().rstrip("\n") == shown.rstrip("\n")
    elif ":diff: other.py" in options:
        assert block["language"] == "udiff"
        assert '-    print("three")\n+    print("two")' in block.astext()
    elif ":prepend: above" in options:
        assert block.astext().splitlines()[::2] == ["above", "below"]
    else:
        assert block.astext().splitlines()[0] == "def first():"
    assert output.astext() == "one\ntwo\n"
    assert not app.warning.getvalue().count("parts.py'")  # nothing not found


@pytest.mark.parametrize(
    ("option", "markup"),
    [
        (":caption: A caption", "A caption"),
        slow(":caption:", "parts.py"),
        (":name: chosen", 'id="chosen"'),
        slow(":class: chosen", "chosen"),
        slow(":linenos:", 'class="linenos"'),
        (":emphasize-lines: 5", 'class="hll"'),
        (":emphasize-text: two", 'class="hll"'),
        slow(":language: text", "highlight-text"),
    ],
)
def test_literalincludes_options_choose_how_it_is_shown(
    page: Page, option: str, markup: str
) -> None:
    app = page(directive(option))
    html = Path(app.outdir, "third.html").read_text()
    source = html[html.index('class="example-source') : html.index("example-output")]
    assert markup in source


def test_named_example_can_be_referenced(page: Page) -> None:
    app = page(directive(":name: chosen", ":caption: Title") + "\n\n[Link](#chosen)")
    html = Path(app.outdir, "third.html").read_text()
    assert 'href="#chosen"' in html
    assert not warnings(app, "missing")


def test_the_bar_has_the_name_and_a_download_of_the_whole_file(page: Page) -> None:
    app = page(directive(":pyobject: first"))
    html = Path(app.outdir, "third.html").read_text()
    bar = html[html.index('class="example-source') :]
    assert ">parts.py<" in re.sub(r"</?span[^>]*>", "", bar[: bar.index("highlight")])
    link = re.search(r'href="(_downloads/[^"]+/parts\.py)"', bar)
    assert link is not None
    assert Path(app.outdir, link[1]).read_text() == PROGRAM


def test_excerpt_has_the_whole_file_hidden_beside_it(
    page: Page,
) -> None:
    app = page(directive(":pyobject: first") + "\n\n" + directive())
    html = Path(app.outdir, "third.html").read_text()
    (hidden,) = re.findall(
        r'(?s)<pre class="example-complete"[^>]*hidden="hidden">\n(.*?)</pre>', html
    )
    assert hidden == PROGRAM.replace("&", "&amp;").replace("<", "&lt;")


def test_the_output_bar_says_the_command_the_python_and_the_status(
    page: Page,
) -> None:
    app = page("")
    text = read(app, "second")
    assert re.search(r"\$ python fails\.py Python 3\.\d+\.\d+", text)
    assert "Exit status: 1" in text


def test_prompt_cannot_be_selected(page: Page) -> None:
    app = page("")
    html = Path(app.outdir, "index.html").read_text()
    assert '<span class="example-prompt">$ </span>' in html
    css = Path(app.outdir, "_static/example_output.css").read_text()
    (rule,) = re.findall(r"\.example-prompt \{([^}]*)\}", css)
    assert "user-select: none;" in rule


def test_empty_output_is_stated(page: Page) -> None:
    files = {
        "examples__quiet.py": "pass\n",
        "examples__quiet.out": "$ python quiet.py\n",
    }
    app = page(directive(name="quiet.py"), **files)
    text = resolved(app).astext()
    assert "No output." in text


def test_repeated_example_has_unique_ids(page: Page) -> None:
    app = page(
        "\n\n".join([directive(), directive(), directive(kind="example-output")])
    )
    html = Path(app.outdir, "third.html").read_text()
    ids = re.findall(r'id="((?:example|output)-parts[^"]*)"', html)
    assert ids == [
        "example-parts",
        "output-parts",
        "example-parts-2",
        "output-parts-2",
        "output-parts-3",
    ]
    every = re.findall(r'\bid="([^"]+)"', html)
    assert len(every) == len(set(every))


@pytest.mark.parametrize(
    ("text", "count"), [slow("nowhere", "on no line"), ("print", "on 2 lines")]
)
def test_highlighted_text_must_be_on_exactly_one_line(
    page: Page, text: str, count: str
) -> None:
    app = page(directive(f":emphasize-text: {text}"))
    (warning,) = warnings(app, "anchor")
    assert f"third.md:3: WARNING: parts.py: the text '{text}' is {count}" in warning
    assert app.statuscode == 1


NESTED = {
    "in a note": (":::{{note}}\n{}\n:::", 4),
    "in a list": ("- item\n\n  {}", 5),
    "in a tab of its own": ("> quoted\n>\n> {}", 5),
    "in a directive in a directive": (
        "`````{{note}}\n````{{tip}}\n{}\n````\n`````",
        5,
    ),
    "in fences of colons, after text": (
        "::::{{note}}\nText.\n\n:::{{tip}}\n{}\n:::\n::::",
        7,
    ),
}


@pytest.mark.parametrize("name", ["none.py", "../conf.py"])
@pytest.mark.parametrize("place", NESTED)
def test_missing_example_fails_at_its_line(page: Page, name: str, place: str) -> None:
    template, line = NESTED[place]
    margin = re.search(r"(?m)^(.*)\{\}", template)
    assert margin is not None
    prefix = margin[1] if margin[1].startswith(">") else " " * len(margin[1])
    text = directive(name=name).replace("\n", f"\n{prefix}")
    app = page(template.format(text))
    kind = "outside" if ".." in name else "missing"
    (warning,) = warnings(app, kind)
    assert f"third.md:{line}: WARNING: {name}: " in warning
    assert app.statuscode == 1
    html = Path(app.outdir, "third.html").read_text()
    assert f"There is no example {name} to show." in html


@pytest.mark.parametrize(
    ("name", "kind"), [("none.py", "missing"), slow("../conf.py", "outside")]
)
def test_diff_with_a_missing_example_fails(page: Page, name: str, kind: str) -> None:
    app = page(directive(f":diff: {name}"))
    (warning,) = warnings(app, kind)
    assert f"third.md:3: WARNING: {name}: " in warning
    assert blocks(app)[0].astext() == PROGRAM


def test_diff_is_only_what_has_changed(page: Page) -> None:
    old = '"""Say one."""\n\nimport sys\n\nprint("one")\n'
    new = '"""Say two."""\n\nimport sys\n\nprint("two")\n'
    files = {"examples__old_one.py": old, "examples__new_one.py": new}
    app = page(directive(":diff: old_one.py\n:no-output:", name="new_one.py"), **files)
    (block,) = blocks(app)
    assert block.astext().split("\n") == [
        " import sys", " ", '-print("one")', '+print("two")',
    ]  # fmt: skip
    assert "changes to old_one.py" in read(app, "third")


def test_diff_of_equal_files_is_empty(page: Page) -> None:
    app = page(directive(":diff: parts.py"))
    assert blocks(app)[0].astext() == ""


def test_problem_in_an_included_file_names_that_file(page: Page) -> None:
    part = "A part.\n\n" + directive(name="none.py") + "\n"
    app = page("```{include} parts/part.md\n```", **{"parts__part.md": part})
    (warning,) = warnings(app, "missing")
    assert "parts/part.md:3: WARNING: " in warning


def test_misspelt_name_gets_a_suggestion(page: Page) -> None:
    (warning,) = warnings(page(directive(name="part.py")), "missing")
    assert "Did you mean parts.py?" in warning


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("example-warning-types", ["example_output.drift", "example_output.orphan"]),
        ("example-rules", ["<library>", "address-1"]),
        ("example-options", ["example_output_timeout", "example_output_jobs"]),
    ],
)
def test_reference_lists_come_from_the_code(
    page: Page, kind: str, words: list[str]
) -> None:
    app = page(f"```{{{kind}}}\n```")
    text = resolved(app).astext()
    assert all(word in text for word in words)


def test_reading_order_and_languages(page: Page) -> None:
    source, output = blocks(page(""), "index")
    assert source["language"] == "python"
    assert output["language"] == "none"


def test_doctree_stores_bars_compactly(page: Page) -> None:
    # A thousand bars in full took 13 MB.
    app = page("```{example} hello.py\n```")
    kept = next(app.env.get_doctree("third").findall(nodes.container))
    elements = [node.tagname for node in kept.findall(nodes.Element)]
    assert elements[:3] == ["container", "container", "source_bar"]
    assert elements[3:] == ["literal_block", "output_placeholder"]


@pytest.mark.parametrize("builder", ["html", "text"])
def test_bars_resolve_to_plain_paragraphs(page: Page, builder: str) -> None:
    app = page("```{example} hello.py\n```", builder)
    told = [paragraph.astext() for paragraph in resolved(app).findall(nodes.paragraph)]
    # Only a site has the file beside its pages.
    assert told[0].strip() == (
        "hello.py Download hello.py" if builder == "html" else "hello.py"
    )
    assert re.fullmatch(r"\$ python hello\.py Python 3\.\d+\.\d+", told[1])


@pytest.mark.parametrize(
    ("kind", "word"), [("example", "zebra"), slow("example-output", "python")]
)
def test_search_index_contains_the_text_of_bars(
    page: Page, kind: str, word: str
) -> None:
    # Neither word is in the program, in its output, or in the prose.
    options = [":no-output:"] if kind == "example" else []
    text = directive(*options, name="zebra.py", kind=kind)
    app = page(text, **{"examples__zebra.py": "print(1)\n"})
    index = Path(app.outdir, "searchindex.js").read_text()
    terms = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    found = terms["terms"][word]
    pages = [terms["docnames"][n] for n in ([found] if type(found) is int else found)]
    assert "third" in pages


def test_download_is_a_standard_reference(page: Page) -> None:
    app = page(directive(":pyobject: first"))
    (link,) = resolved(app).findall(addnodes.download_reference)
    assert link["filename"] == "examples/parts.py"


# -- Second names --------------------------------------------------------------------

OTHER_EXTENSION = """\
from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Theirs(SphinxDirective):
    has_content = True
    optional_arguments = 9

    def run(self):
        return [nodes.paragraph("", "Theirs.")]


def setup(app):
    app.add_directive("example", Theirs, override=True)
    app.add_role("written", lambda *_: ([nodes.Text("theirs")], []), override=True)
"""


def test_names_that_another_extension_has_taken(
    project: Callable[[str], Project],
) -> None:
    root = project("basic")
    root.write("theirs.py", OTHER_EXTENSION)
    conf = "import sys\nsys.path.insert(0, '.')\n" + root.read("conf.py")
    conf = conf.replace('"myst_parser"]', '"myst_parser", "theirs"]')
    root.write("conf.py", conf)
    done = root.build()
    assert done.status == 1
    assert (
        "conf.py:1: WARNING: example: the directive of this name is that of another "
        "extension, theirs.Theirs\nWrite example-program in pages and suppress this "
        "warning, or name example_output after that extension in conf.py"
    ) in done.plain
    assert "written: the role of this name is that of another extension" in done.plain
    for page in ("index.md", "second.md"):
        text = root.read(page)
        root.write(page, text.replace("{example} ", "{example-program} "))
    more = (
        "\n```{example-what-if} What if?\n{example-printed}`hello`, because of "
        '{example-written}`print("hello")`\n```\n'
    )
    root.write("index.md", root.read("index.md") + more)
    root.write("conf.py", f"{conf}suppress_warnings = ['example_output.taken']\n")
    done = root.build()
    assert done.status == 0, done.plain
    page = root.html()
    assert "example-written" in page
    assert '<details class="what-if' in page
    assert "example-example" not in page
