// The panel of a run: what a program prints, the error that ends it, and the verdict.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _, ngettext, choice, newLine, write, textOf, normalize, difference, errorOf, whyNot } = ours;
  // Limits below which a page lays out lines without a noticeable pause.
  const LINES_A_FRAME = 100;
  const LINES_A_GROUP = 100;
  const LINE = 10_000; // characters
  const LONG = 1_000; // those of a line that is wrapped: nobody scrolls so far aside

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (textContent, onclick) =>
    element("button", { type: "button", textContent, onclick });

  const shorten = (text) =>
    text.length > LINE
      ? ngettext("{text} … ({n} character more)", "{text} … ({n} characters more)", text.length - LINE, {
          text: text.slice(0, LINE),
        })
      : text;

  /**
   * The lines of a run.
   * @param {string} name the program's file name.
   * @param {(line: number) => void} goTo shows a line of the program.
   */
  const makeLog = (name, goTo) => {
    const box = element("div", { className: "run-output", role: "log", tabIndex: 0 });
    box.ariaLabel = _("Output of your run of {name}", { name });
    let lines = [];
    let rows = [];
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
        { className: textOf(line).length > LONG ? "run-row run-long" : "run-row" },
        element("span", { className: "run-time", textContent: `${ours.decimal((line.time / 1000).toFixed(2))} s ` }),
        element("span", {}, ...content(textOf(line))),
      );
    // In groups, since a browser looks at all children of a box that has got a new one.
    const add = (row) => {
      if (rows.length % LINES_A_GROUP === 0) box.append(element("div"));
      box.lastChild.append(row);
      rows.push(row);
    };
    const redraw = (place, row) => {
      rows[place].replaceWith(row);
      rows[place] = row;
    };
    // Draw new lines once per frame, and no more than a frame has time for.
    const draw = () => {
      frame = 0;
      const { scrollTop, clientHeight, scrollHeight } = box;
      const atEnd = scrollTop + clientHeight > scrollHeight - 8;
      const until = Math.min(lines.length, drawn + LINES_A_FRAME);
      for (; drawn < until; drawn++) {
        if (rows[drawn]) redraw(drawn, row(lines[drawn]));
        else add(row(lines[drawn]));
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
      rows: () => rows,
      clear: () => {
        lines = [];
        rows = [];
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
        while (rows.length > lines.length) rows.pop().remove();
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
      heading.append(" (", link(_("line {line}", { line: number }), number), ")");
    }
    const trace = element("div", { className: "run-trace", tabIndex: 0, role: "group" });
    trace.ariaLabel = _("Traceback");
    trace.append(...rows.slice(start));
    const why = whyNot(text);
    const sentence = why ? [element("p", { className: "run-why", textContent: why })] : [];
    return element("div", { className: "run-error" }, heading, trace, ...sentence);
  };

  const said = (textContent) => element("p", { textContent });
  const shown = (textContent) => element("pre", { textContent, tabIndex: 0 });
  const listed = (heading, sentences) => [
    element("p", { className: "run-heading", textContent: heading }),
    element("ul", {}, ...sentences.map((textContent) => element("li", { textContent }))),
  ];

  /** What an unchanged program did, compared with the documented run. */
  const verdictOnSame = (same, old, now, tasks) => {
    if (!same) return [said(_("Not the same as the documented output:")), shown(difference(old, now))];
    const { changes, busy } = tasks ?? {};
    if (changes?.length === 0) {
      const also = busy ? [said(busy)] : [];
      return [said(_("Same as the documented output, and its tasks did the same.")), ...also];
    }
    if (changes) return listed(_("Same as the documented output, but its tasks did not do the same:"), changes);
    return [said(_("Same as the documented output. What its tasks did could not be compared."))];
  };
  /** What the last change did to a program that is documented nowhere. */
  const verdictOnOwn = ({ changes } = {}) => {
    if (!changes) return [];
    if (changes.length) return listed(_("What your change did"), changes);
    return [said(_("Its tasks did the same as in your last run."))];
  };
  /**
   * How a run compares with the documented one.
   * @param {object} run
   * @param {{output: string, status: number}} [run.expected] what is documented, if anything.
   * @param {boolean} run.visible whether the page shows it.
   * @param {object} [run.tasks] the reply of `timeline/live.py`, if there is one.
   */
  const verdictOn = ({ expected, lines, status, changed, visible, tasks }) => {
    if (!expected) return verdictOnOwn(tasks);
    const old = expected.output.replace(/\n$/, "").split("\n");
    const now = lines.map(({ text }) => text);
    const same = old.join("\n") === now.join("\n") && expected.status === status;
    if (!changed) return verdictOnSame(same, old, now, tasks);
    const { changes, busy } = tasks ?? {};
    const found = changes?.length ? listed(_("What your change did"), changes) : [];
    if (changes?.length === 0) found.push(said(_("You changed the program, and its tasks do the same.")));
    if (!changes) found.push(said(_("You changed the program.")));
    if (busy) found.push(said(busy));
    if (same) found.push(said(_("It prints what is documented.")));
    else if (!visible) {
      const { status } = expected;
      const exit = status ? `\n${_("(exit status {status})", { status })}` : "";
      found.push(said(_("The documented output is:")), shown(expected.output + exit));
    }
    return found;
  };

  /**
   * Buttons that show either the documented run or the reader's.
   * @param {string} name the program's file name.
   * @param {Element[]} documented the boxes of the documented run.
   * @param {Element[]} own those of the reader's.
   */
  const makeSwitch = (name, documented, own) => {
    const pick = (mine) => {
      for (const box of documented) box.classList.toggle("example-behind", mine);
      for (const box of own) box.classList.toggle("example-behind", !mine);
      left.ariaPressed = String(!mine);
      right.ariaPressed = String(mine);
    };
    const left = button(_("Documented"), () => pick(false));
    const right = button(_("Your run"), () => pick(true));
    const box = element("span", { className: "run-switch", role: "group" }, left, right);
    box.ariaLabel = _("Which run of {name} is shown", { name });
    return { box, pick };
  };

  /**
   * Where the reader chooses the Python of the next run.
   * @param {string} name the program's file name.
   * @param {string[]} others the Pythons that run it, besides the usual one.
   * @param {() => void} again called when another one is chosen.
   */
  const makeChooser = (name, others, again) => {
    const { usual } = choice;
    const all = [...others, usual].sort((a, b) => a.slice(2) - b.slice(2));
    const options = all.map((minor) => element("option", { value: minor, textContent: minor }));
    const menu = element("select", {}, ...options);
    menu.ariaLabel = _("Python that runs {name}", { name });
    const show = () => (menu.value = others.includes(choice.get()) ? choice.get() : usual);
    menu.addEventListener("change", () => {
      choice.set(menu.value);
      again();
    });
    choice.listen(show);
    show();
    const label = element("label", {}, _("Run it on Python "), menu);
    return element("p", { className: "run-python", hidden: !others.length }, label);
  };

  /**
   * A panel under a program.
   * @param {object} options
   * @param {string} options.name the program's file name.
   * @param {string[]} options.others the Pythons that run it, besides the usual one.
   * @param {(line: number) => void} options.goTo shows a line of the program.
   * @param {() => void} options.again called when the reader wants another try.
   * @param {() => void} options.close called when the reader closes it.
   * @param {object} options.picture the picture of the run.
   * @param {Element[]} options.documented the boxes of the documented run, if shown.
   */
  const makePanel = ({ name, others, goTo, again, close, picture, documented }) => {
    const status = element("span", { role: "status", className: "run-status" });
    const againButton = button(_("Try again"), again);
    const closeButton = button(_("Close"), close);
    closeButton.ariaLabel = _("Close your run of {name}", { name });
    const printed = makeLog(name, goTo);
    const error = element("div");
    const verdict = element("div", { className: "run-verdict", role: "status" });
    const chooser = makeChooser(name, others, again);
    const content = element("div", {}, printed.box, error, verdict, chooser, picture.box);
    const which = makeSwitch(name, documented, [content]);
    const title = element("span", { textContent: _("Your run"), className: "run-title" });
    const bar = element(
      "p",
      { className: "example-bar" },
      documented.length ? which.box : title,
      status,
      element("span", { className: "example-actions" }, againButton, closeButton),
    );
    const box = element("div", { className: "example-live" }, bar, content);
    return {
      box,
      againButton,
      print: printed.print,
      rows: printed.rows,
      /** Show the reader's run, or the documented one. */
      pick: which.pick,
      /**
       * @param {"" | "good" | "bad"} how the sign before the words.
       * @param {boolean} loading progress, which is for the eye: a screen reader would not
       *   come to an end.
       */
      say: (words, how = "", loading = false) => {
        status.ariaLive = loading ? "off" : "polite";
        status.textContent = words;
        status.dataset.how = how;
      },
      clear: () => {
        printed.clear();
        error.replaceChildren();
        verdict.replaceChildren();
      },
      stop: printed.forgetEnd,
      /** Show a run that has ended: `{status, expected}`; `done` gets its lines. */
      end: ({ status: code, expected }, done) =>
        printed.tidy(expected?.output ?? "", (lines) => {
          const failure = code ? errorOf(lines) : undefined;
          if (failure) {
            error.append(errorPanel(failure, printed.rows(), name, printed.link));
          }
          done(lines);
        }),
      /** Say how a run compares with the documented one. */
      judge: (run) =>
        verdict.append(...verdictOn({ ...run, visible: documented.length > 0 })),
      /** Name the tasks that waited when a run was stopped. */
      tellWaiting: (sentences) => {
        if (sentences.length) verdict.append(...listed(_("When it was stopped:"), sentences));
      },
    };
  };

  Object.assign(ours, { element, button, makePanel });
})();
