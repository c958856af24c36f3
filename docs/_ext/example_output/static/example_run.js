// Run an example, or an edited copy of it, in the page.  It runs in CPython, built for
// WebAssembly, which is fetched from this site at the first Run.
(() => {
  const BASE = new URL("playground/", document.currentScript.src).href;
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (textContent, onclick) =>
    element("button", { type: "button", textContent, onclick });
  // Limits below which a page lays out lines without a noticeable pause.
  const LINES_A_FRAME = 200;
  const LINE = 10_000; // characters

  // -- The runtime: fetched once per page --------------------------------------------

  const PATIENCE = 60_000; // milliseconds without data before a start fails
  let arrived = 0; // when data last arrived
  let leave; // aborts all current fetches
  let fetched;
  let spare;

  const get = async (name) => {
    const answer = await fetch(BASE + name, { signal: leave.signal });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${answer.statusText}`);
    const note = new TransformStream({
      transform: (chunk, controller) => {
        arrived = performance.now();
        controller.enqueue(chunk);
      },
    });
    return new Response(answer.body.pipeThrough(note));
  };
  const compile = async () => {
    const { body } = await get("pyodide.bin");
    const stream = body.pipeThrough(new DecompressionStream("gzip"));
    const headers = { "Content-Type": "application/wasm" };
    return WebAssembly.compileStreaming(new Response(stream, { headers }));
  };
  const runtime = () => {
    leave ??= new AbortController();
    fetched ??= Promise.all([
      compile(),
      get("library.bin").then((answer) => answer.arrayBuffer()),
      get("prepare.py").then((answer) => answer.text()),
      get("runtime.json").then((answer) => answer.json()),
      get("expected.json").then((answer) => answer.json()),
    ]).catch((error) => {
      // The next Run tries again, even if this one was stopped meanwhile.
      leave = fetched = undefined;
      throw error;
    });
    return fetched;
  };

  // A worker runs one program.  The next worker starts meanwhile.
  let entry;
  const hire = () => {
    // A worker that starts from a blob has the policy of this page; one that starts from
    // an address would have none.
    entry ??= URL.createObjectURL(
      new Blob([`import ${JSON.stringify(`${BASE}worker.js`)};`], { type: "text/javascript" }),
    );
    const worker = new Worker(entry, { type: "module" });
    worker.ready = new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = () => reject(new Error("worker.js did not load"));
    });
    // A run awaits this, and handles a failure; a spare worker ignores it.
    worker.ready.catch(() => {});
    return worker;
  };
  const worker = () => {
    const next = spare ?? hire();
    spare = hire();
    return next;
  };
  // After a failed start, the next one begins from scratch.
  const forget = () => {
    leave?.abort();
    spare?.terminate();
    leave = fetched = spare = undefined;
  };

  // -- Normalize the output: a port of `normalize.normalize` --------------------------

  const LIBRARY = /^(?:<frozen |\/lib\/(?:python314\.zip|rest\.zip|python3\.14)\/)/;
  const FRAME = /^([ |]*)  File "([^"]+)", line \d+(?:,? in .*)?$/;
  const TRACEBACK = /^[ |+]*(?:Exception Group )?Traceback \(most recent call last\):$/;
  const CARETS = /^[ |]*[~^][~^ ]*$/;
  const MORE = /^[ |]*(?:    \.\.\.<\d+ lines>\.\.\.|  \[Previous line repeated \d+ more times?\])$/;

  const frameEnd = (lines, start, margin, inside) => {
    let end = start;
    for (; end < lines.length; end++) {
      const { text } = lines[end];
      const indented = text.startsWith(`${margin}    `);
      const carets = CARETS.test(lines[end + 1]?.text ?? "");
      const belongs = indented && (inside || end === start || carets);
      if (!(CARETS.test(text) || MORE.test(text) || belongs)) break;
    }
    return end;
  };
  const fold = (lines) => {
    const found = [];
    let inside = false;
    for (let at = 0; at < lines.length; ) {
      const frame = FRAME.exec(lines[at].text);
      if (!frame) {
        inside = TRACEBACK.test(lines[at].text);
        found.push(lines[at++]);
        continue;
      }
      const end = frameEnd(lines, at + 1, frame[1], inside);
      if (LIBRARY.test(frame[2])) {
        const text = `${frame[1]}  ...`;
        if (found.at(-1)?.text !== text) found.push({ ...lines[at], text });
      } else {
        found.push(...lines.slice(at, end).filter(({ text }) => !CARETS.test(text)));
      }
      at = end;
    }
    return found;
  };
  const normalize = (lines) => {
    const seen = new Map();
    const visible = (text) =>
      text
        .replace(/\r$/, "")
        .replace(/\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])/g, "")
        .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (control) => {
          return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
        });
    const clean = (text) =>
      text
        .replace(/\/home\/pyodide[/\\]/g, "")
        .replaceAll("/home/pyodide", ".")
        .replace(
          /\/lib\/(?:python314\.zip|rest\.zip|python3\.14)\/([^\s:'"]*)(:\d+)?/g,
          (_, path, line) => `<library>/${path}${line ? ":..." : ""}`,
        )
        .replace(/\b(at |id=)0x([0-9A-Fa-f]+)\b/g, (_, before, digits) => {
          const number = BigInt(`0x${digits}`);
          if (!seen.has(number)) seen.set(number, `address-${seen.size + 1}`);
          return before + seen.get(number);
        });
    const plain = lines.map((line) => ({ ...line, text: visible(line.text) }));
    return fold(plain).map((line) => ({ ...line, text: clean(line.text) }));
  };
  // For the tests, which compare it with the original.
  window.exampleOutputNormalize = (text) =>
    normalize(text.split("\n").map((line) => ({ text: line })))
      .map(({ text: line }) => line)
      .join("\n");

  const difference = (old, now) => {
    const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = now.length - 1; j >= 0; j--) {
        lengths[i][j] =
          old[i] === now[j]
            ? lengths[i + 1][j + 1] + 1
            : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
      }
    }
    const rows = [];
    let [i, j] = [0, 0];
    while (i < old.length || j < now.length) {
      if (i < old.length && j < now.length && old[i] === now[j]) {
        rows.push(`  ${old[i++]}`);
        j++;
      } else if (j === now.length || (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
        rows.push(`- ${old[i++]}`);
      } else {
        rows.push(`+ ${now[j++]}`);
      }
    }
    return rows.join("\n");
  };

  // -- One example ----------------------------------------------------------------------

  const prepare = (actions) => {
    const box = actions.closest(".example-source");
    const [runButton, editButton] = actions.querySelectorAll("button");
    const { file } = actions.dataset;
    const name = file.split("/").pop();
    const shown = box.querySelector(".highlight pre");
    const original = (box.querySelector(".example-complete") ?? shown).textContent;
    const block = shown.closest('div[class*="highlight-"]');
    let editor;
    let running;
    // The accessible name includes the program, and begins with the visible label.
    const call = (control, text) => {
      control.textContent = text;
      control.ariaLabel = `${text} ${name}`;
    };
    // The visible text is what runs.
    const source = () => (block.hidden ? editor.value : original);
    const changed = () => source().trimEnd() !== original.trimEnd();

    // The panel under the program, shown from the first run on.
    const status = element("span", { role: "status", className: "run-status" });
    const stopButton = button("Stop", () => finish("Stopped."));
    const againButton = button("Try again", () => start());
    const closeButton = button("Close", () => {
      finish();
      panel.remove();
      runButton.focus();
    });
    const output = element("div", { className: "run-output", role: "log", tabIndex: 0 });
    output.ariaLabel = `Output of your run of ${name}`;
    const verdict = element("div", { className: "run-verdict", role: "status" });
    const panel = element(
      "div",
      { className: "example-live" },
      element(
        "p",
        { className: "example-bar" },
        element("span", { textContent: "Your run" }),
        status,
        element("span", { className: "example-actions" }, againButton, stopButton, closeButton),
      ),
      output,
      verdict,
    );

    let lines = [];
    let open = false; // whether the last line is incomplete
    let drawn = 0; // how many lines the page shows in their present form
    let frame = 0;
    let whenDrawn; // called once all lines are drawn

    const shorten = (text) =>
      text.length > LINE
        ? `${text.slice(0, LINE)} … (${text.length - LINE} characters more)`
        : text;
    // Draw new lines once per frame, and no more than a frame has time for.
    const draw = () => {
      frame = 0;
      const { scrollTop, clientHeight, scrollHeight } = output;
      const atEnd = scrollTop + clientHeight > scrollHeight - 8;
      const until = Math.min(lines.length, drawn + LINES_A_FRAME);
      for (; drawn < until; drawn++) {
        const { text, time } = lines[drawn];
        const row = element(
          "div",
          {},
          element("span", { className: "run-time", textContent: `${(time / 1000).toFixed(2)} s ` }),
          element("span", { textContent: shorten(text) }),
        );
        if (output.children[drawn]) output.children[drawn].replaceWith(row);
        else output.append(row);
      }
      if (atEnd) output.scrollTop = output.scrollHeight;
      if (drawn < lines.length) return soon();
      whenDrawn?.();
    };
    const soon = () => {
      // A page in the background has no frames.
      frame ||= document.hidden ? setTimeout(draw) : requestAnimationFrame(draw);
    };
    const print = ({ text, time }) => {
      const pieces = text.split("\n");
      if (open) {
        lines.at(-1).text += pieces.shift();
        drawn = Math.min(drawn, lines.length - 1);
      }
      lines.push(...pieces.map((piece) => ({ text: piece, time })));
      // The text after the last line feed counts as a line only if it is not empty.
      if (pieces.length) open = pieces.at(-1) !== "";
      if (pieces.length && !open) lines.pop();
      soon();
    };
    const tidy = () => {
      const clean = normalize(lines);
      const same = lines.findIndex(({ text }, at) => text !== clean[at]?.text);
      if (same >= 0) drawn = Math.min(drawn, same);
      lines = clean;
      while (output.children.length > lines.length) output.lastChild.remove();
    };

    const finish = (text, failed = false) => {
      // A button that gets disabled or hidden loses the focus.
      const focused = document.activeElement;
      running?.terminate();
      running = undefined;
      whenDrawn = undefined; // a stopped run must not report its end
      call(runButton, "Run");
      stopButton.disabled = true;
      againButton.hidden = !failed;
      if (text !== undefined) status.textContent = text;
      status.classList.toggle("run-failed", failed);
      if (focused === stopButton || focused === againButton) {
        (failed ? againButton : runButton).focus();
      }
    };
    const compare = (expected, code) => {
      const old = expected.output.replace(/\n$/, "").split("\n");
      const now = lines.map(({ text }) => text);
      const same = old.join("\n") === now.join("\n") && expected.status === code;
      const documented = (title, text) => [
        element("p", { textContent: title }),
        element("pre", { textContent: text, tabIndex: 0 }),
      ];
      const exit = expected.status ? `\n(exit status ${expected.status})` : "";
      if (same) {
        verdict.append(element("p", { textContent: "Same as the documented output." }));
      } else if (changed()) {
        verdict.append(
          ...documented("You changed the program. The documented output is:", expected.output + exit),
        );
      } else {
        verdict.append(
          ...documented("Not the same as the documented output:", difference(old, now)),
        );
      }
    };

    const start = async () => {
      finish();
      lines = [];
      open = false;
      drawn = 0;
      output.replaceChildren();
      verdict.replaceChildren();
      box.after(panel);
      status.textContent = "Starting Python …";
      stopButton.disabled = false;
      call(runButton, "Run again");
      const mine = (running = worker());
      const fail = (error) => {
        clearInterval(watch);
        if (running !== mine) return;
        console.error(error);
        forget();
        finish("Python could not be loaded. Are you online?", true);
      };
      arrived = performance.now();
      const watch = setInterval(() => {
        if (running !== mine) clearInterval(watch);
        else if (performance.now() - arrived > PATIENCE) fail("no data arrives");
      }, 1000);
      try {
        const loaded = await Promise.all([runtime(), mine.ready]);
        const [module, library, prepare, { lock, rest, python }, expected] = loaded[0];
        if (running !== mine) return;
        mine.onerror = fail;
        mine.onmessage = ({ data }) => {
          if (running !== mine) return;
          if (data.started) {
            clearInterval(watch);
            mine.onerror = ({ message }) => finish(`Python crashed: ${message}`);
            status.textContent = `Running on Python ${python} …`;
          }
          if (data.text) print(data);
          if (data.unloadable) fail(data.unloadable);
          if (data.limit) finish(`Stopped after ${data.limit} of output.`);
          if (data.deadlock) {
            finish("Stopped: it waits for something that can never happen.");
          }
          if (data.broken) finish(`Python crashed: ${data.broken}`);
          if (data.status === undefined) return;
          tidy();
          soon();
          whenDrawn = () => {
            const code = data.status ? `, with exit status ${data.status}` : "";
            finish(`Ended${code}, on Python ${python}.`);
            compare(expected[file], data.status);
          };
        };
        mine.postMessage({ name, source: source(), prepare, lock, module, library, rest });
      } catch (error) {
        fail(error);
      }
    };

    // -- Editing ------------------------------------------------------------------------

    const resetButton = button("Reset", () => {
      editor.value = original;
      fit();
      editor.focus();
    });
    const copyButton = button("Copy", async () => {
      let copied = true;
      try {
        await navigator.clipboard.writeText(source());
      } catch {
        // Without https, only pages from this machine have the clipboard API.
        editor.select();
        copied = document.execCommand("copy");
      }
      copyButton.textContent = copied ? "Copied" : "Not copied";
      setTimeout(() => (copyButton.textContent = "Copy"), 2000);
    });
    const fit = () => {
      editor.rows = editor.value.split("\n").length + 1;
    };
    const keys = (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        start();
      } else if (event.key === "Enter" && !event.isComposing) {
        const before = editor.value.slice(0, editor.selectionStart);
        const line = before.slice(before.lastIndexOf("\n") + 1);
        const indent = /^ */.exec(line)[0] + (/:\s*$/.test(line) ? "    " : "");
        event.preventDefault();
        // Setting the value could not be undone.
        document.execCommand("insertText", false, `\n${indent}`);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        runButton.focus();
      }
    };
    const makeEditor = () => {
      editor = element("textarea", {
        className: "example-editor",
        value: original,
        spellcheck: false,
        autocapitalize: "off",
        onkeydown: keys,
        oninput: () => fit(),
      });
      editor.setAttribute("autocomplete", "off");
      editor.ariaLabel = `The program ${name}. Control and Enter run it, Escape leaves it.`;
      block.after(editor);
      editButton.after(resetButton, copyButton);
      fit();
      editor.setSelectionRange(0, 0);
    };
    const edit = () => {
      if (!editor) makeEditor();
      const editing = !block.hidden;
      block.hidden = editing;
      for (const part of [editor, resetButton, copyButton]) part.hidden = !editing;
      call(editButton, editing ? "Original" : "Edit");
      if (editing) editor.focus();
    };
    editButton.addEventListener("click", edit);
    runButton.addEventListener("click", start);
    box.querySelector("a.download")?.addEventListener("click", (event) => {
      if (!changed()) return;
      event.preventDefault();
      const href = URL.createObjectURL(new Blob([source()], { type: "text/x-python" }));
      element("a", { href, download: name }).click();
      URL.revokeObjectURL(href);
    });
  };

  const missing =
    location.protocol === "file:"
      ? "A page that is opened as a file cannot run it: download it."
      : typeof Worker === "undefined" ||
          typeof WebAssembly === "undefined" ||
          typeof DecompressionStream === "undefined"
        ? "This browser cannot run it: download it."
        : "";
  for (const actions of document.querySelectorAll(".example-actions[data-file]")) {
    if (missing) {
      actions.replaceChildren(element("span", { className: "example-no-run", textContent: missing }));
    } else {
      prepare(actions);
    }
  }
})();
