// The panel of a run: what a program prints, the error that ends it, and the verdict.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { newLine, write, textOf, normalize, difference, errorOf, whyNot } = ours;
  // Limits below which a page lays out lines without a noticeable pause.
  const LINES_A_FRAME = 100;
  const LINE = 10_000; // characters

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (textContent, onclick) =>
    element("button", { type: "button", textContent, onclick });

  const shorten = (text) =>
    text.length > LINE ? `${text.slice(0, LINE)} … (${text.length - LINE} characters more)` : text;

  /**
   * The lines of a run.
   * @param {string} name the program's file name.
   * @param {(line: number) => void} goTo shows a line of the program.
   */
  const log = (name, goTo) => {
    const box = element("div", { className: "run-output", role: "log", tabIndex: 0 });
    box.ariaLabel = `Output of your run of ${name}`;
    let lines = [];
    let open = false; // whether the last line is incomplete
    let drawn = 0; // how many lines the page shows in their present form
    let frame = 0;
    let whenDrawn; // called once all lines are drawn

    const PLACE = new RegExp(`^(.*File "(?:/home/pyodide/)?${RegExp.escape?.(name) ?? name.replaceAll(".", "\\.")}", )(line (\\d+))(.*)$`);
    const link = (textContent, line) => {
      const made = element("a", { href: "#", textContent, className: "run-place" });
      made.onclick = (event) => {
        event.preventDefault();
        goTo(line);
      };
      return made;
    };
    const content = (text) => {
      const [, before, words, line, after] = PLACE.exec(text) ?? [];
      return line ? [before, link(words, Number(line)), after] : [shorten(text)];
    };
    const row = (line) =>
      element(
        "div",
        { className: "run-row" },
        element("span", { className: "run-time", textContent: `${(line.time / 1000).toFixed(2)} s ` }),
        element("span", {}, ...content(textOf(line))),
      );
    // Draw new lines once per frame, and no more than a frame has time for.
    const draw = () => {
      frame = 0;
      const { scrollTop, clientHeight, scrollHeight } = box;
      const atEnd = scrollTop + clientHeight > scrollHeight - 8;
      const until = Math.min(lines.length, drawn + LINES_A_FRAME);
      for (; drawn < until; drawn++) {
        if (box.children[drawn]) box.children[drawn].replaceWith(row(lines[drawn]));
        else box.append(row(lines[drawn]));
      }
      if (atEnd) box.scrollTop = box.scrollHeight;
      if (drawn < lines.length) return soon();
      whenDrawn?.();
      whenDrawn = undefined;
    };
    const soon = () => {
      // A page in the background has no frames.
      frame ||= document.hidden ? setTimeout(draw) : requestAnimationFrame(draw);
    };
    return {
      box,
      link,
      clear: () => {
        lines = [];
        open = false;
        drawn = 0;
        whenDrawn = undefined;
        box.replaceChildren();
      },
      print: ({ text, time }) => {
        const pieces = text.split("\n");
        if (open) {
          write(lines.at(-1), pieces.shift());
          drawn = Math.min(drawn, lines.length - 1);
        }
        for (const piece of pieces) {
          lines.push(newLine(time));
          write(lines.at(-1), piece);
        }
        // The text after the last line feed counts as a line only if it is not empty.
        if (pieces.length) open = pieces.at(-1) !== "";
        if (pieces.length && !open) lines.pop();
        soon();
      },
      /** Show the lines as they are compared; they are complete now. */
      tidy: (documented, done) => {
        const complete = lines.map(({ time, ...line }) => ({ time, text: textOf(line) }));
        const clean = normalize(complete, documented);
        const same = lines.findIndex((line, at) => textOf(line) !== clean[at]?.text);
        if (same >= 0) drawn = Math.min(drawn, same);
        lines = clean;
        while (box.children.length > lines.length) box.lastChild.remove();
        whenDrawn = () => done(lines);
        soon();
      },
      forgetEnd: () => (whenDrawn = undefined), // a stopped run must not report its end
    };
  };

  /** What the error that ended a program says, before its traceback. */
  const errorPanel = ({ start, message, text }, rows, name, link) => {
    const heading = element("p", { className: "run-message" }, message);
    const lines = [...text.matchAll(new RegExp(`File "${name}", line (\\d+)`, "g"))];
    if (lines.length) {
      const number = Number(lines.at(-1)[1]);
      heading.append(" (", link(`line ${number}`, number), ")");
    }
    const trace = element("div", { className: "run-trace", tabIndex: 0, role: "group" });
    trace.ariaLabel = "Traceback";
    trace.append(...rows.slice(start));
    const why = whyNot(text);
    const sentence = why ? [element("p", { className: "run-why", textContent: why })] : [];
    return element("div", { className: "run-error" }, heading, trace, ...sentence);
  };

  /** How a run compares with the documented one; `documented` is its box, if shown. */
  const verdictOn = ({ expected, lines, status, changed, documented }) => {
    const old = expected.output.replace(/\n$/, "").split("\n");
    const now = lines.map(({ text }) => text);
    const same = old.join("\n") === now.join("\n") && expected.status === status;
    const said = (textContent) => element("p", { textContent });
    const shown = (textContent) => element("pre", { textContent, tabIndex: 0 });
    if (same) return [said("Same as the documented output.")];
    if (!changed) return [said("Not the same as the documented output:"), shown(difference(old, now))];
    if (documented) return [said("You changed the program. The documented output is below.")];
    const exit = expected.status ? `\n(exit status ${expected.status})` : "";
    return [
      said("You changed the program. The documented output is:"),
      shown(expected.output + exit),
    ];
  };

  /**
   * A panel under a program.
   * @param {object} options
   * @param {string} options.name the program's file name.
   * @param {(line: number) => void} options.goTo shows a line of the program.
   * @param {() => void} options.again called when the reader wants another try.
   * @param {() => void} options.close called when the reader closes it.
   */
  const makePanel = ({ name, goTo, again, close }) => {
    const status = element("span", { role: "status", className: "run-status" });
    const againButton = button("Try again", again);
    const closeButton = button("Close", close);
    closeButton.ariaLabel = `Close your run of ${name}`;
    const printed = log(name, goTo);
    const error = element("div");
    const verdict = element("div", { className: "run-verdict", role: "status" });
    const box = element(
      "div",
      { className: "example-live" },
      element(
        "p",
        { className: "example-bar" },
        element("span", { textContent: "Your run", className: "run-title" }),
        status,
        element("span", { className: "example-actions" }, againButton, closeButton),
      ),
      printed.box,
      error,
      verdict,
    );
    return {
      box,
      againButton,
      print: printed.print,
      /** @param {"" | "good" | "bad"} how the sign before the words. */
      say: (words, how = "") => {
        // Progress is for the eye: a screen reader would not come to an end.
        status.ariaLive = words.startsWith("Loading") ? "off" : "polite";
        status.textContent = words;
        status.dataset.how = how;
      },
      clear: () => {
        printed.clear();
        error.replaceChildren();
        verdict.replaceChildren();
      },
      stop: printed.forgetEnd,
      /** Show a run that has ended: `{status, changed, expected, documented}`. */
      end: (run, done) =>
        printed.tidy(run.expected.output, (lines) => {
          const failure = run.status ? errorOf(lines) : undefined;
          if (failure) {
            const rows = [...printed.box.children];
            error.append(errorPanel(failure, rows, name, printed.link));
          }
          verdict.append(...verdictOn({ ...run, lines }));
          done();
        }),
    };
  };

  Object.assign(ours, { element, button, makePanel });
})();
