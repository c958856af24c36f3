// The picture of the reader's own run: it grows while the program runs, and can be
// replayed afterwards.
(() => {
  const ours = window.exampleOutput;
  const { _, element, draw } = ours;
  const PLACE = /^#run-(line|printed)-(\d+)$/; // links of `timeline/live.py`
  let count = 0; // of pictures, for ids

  const wordsOf = (reply, goTo) => {
    const item = ([text, line]) => {
      const sentence = element("p", {}, text);
      if (line) {
        const place = element("a", { href: `#run-line-${line}`, textContent: _("line {line}", { line }) });
        sentence.append(" (", place, ")");
      }
      return element("li", {}, sentence);
    };
    const rows = reply.words.flatMap(([time, events]) => [
      element("dt", { textContent: time }),
      element("dd", {}, element("ul", { className: "simple" }, ...events.map(item))),
    ]);
    const title = element("summary", { textContent: _("The same in words") });
    return element("details", { className: "what-if" }, title, element("dl", {}, ...rows));
  };

  /**
   * @param {object} options
   * @param {string} options.name the program's file name.
   * @param {(line: number) => void} options.goTo shows a line of the program.
   * @param {(lines: number[]) => void} options.show marks lines of the program.
   * @param {() => string} options.source the program that ran.
   * @param {() => Element[]} options.rows the lines that the run printed.
   */
  const makePicture = ({ name, goTo, show, source, rows }) => {
    const identifier = `run-${++count}`;
    const where = element("span", { className: "run-where" });
    const title = element("span", { className: "timeline-title", textContent: _("What its tasks did") });
    const bar = element("p", { className: "example-bar" }, title, " ", where);
    const content = element("div");
    const box = element("div", { className: "example-timeline run-timeline", hidden: true }, bar, content);
    box.addEventListener("click", (event) => {
      const [, kind, number] = PLACE.exec(event.target.closest("a")?.getAttribute("href")) ?? [];
      if (!kind) return;
      event.preventDefault();
      if (kind === "line") goTo(Number(number));
      else rows()[number - 1]?.scrollIntoView({ block: "nearest" });
    });

    let log = "";
    let turn = 0; // the number of the run
    let python; // on which it runs
    let running = false;
    let busy = false;
    let late = false; // whether events have come since the last picture was asked for
    let endPlayer;

    const ask = (state, documented = "", same = false) =>
      draw(python, { raw: log, name, identifier, state, documented, same });
    const paint = (reply) => {
      box.hidden = !reply.picture && !reply.note;
      const picture = element("div", { className: "timeline-picture", innerHTML: reply.picture });
      picture.dataset.ticks = JSON.stringify(reply.ticks);
      const key = element("div", { innerHTML: reply.key });
      for (const lane of picture.querySelectorAll(".tl-name, .tl-head")) {
        lane.classList.toggle("tl-changed", reply.changed.includes(lane.textContent));
      }
      const note = reply.note ? [element("p", { className: "example-note", textContent: reply.note })] : [];
      content.replaceChildren(...note, picture, key);
      return picture;
    };
    const grow = async () => {
      if (!running) return;
      if (busy) return void (late = true);
      [busy, late] = [true, false];
      const mine = turn;
      try {
        const reply = await ask("runs");
        if (running && mine === turn) {
          paint(reply);
          show([reply.ticks.at(-1)?.[1]].filter(Boolean));
        }
      } catch (error) {
        console.error(error); // the end of the run tells it
      }
      busy = false;
      if (late) grow(); // also if another run has begun meanwhile
    };
    const play = (picture, reply) => {
      const lines = source().split("\n");
      const text = (line) => lines[line - 1] ?? "";
      const player = element("div", { className: "timeline-player" });
      player.dataset.name = _("your run of {name}", { name });
      const words = wordsOf(reply, goTo);
      picture.before(player);
      content.append(words, ours.makeStepper({ python, name, source: source(), show, text }));
      const total = Math.max(0, ...reply.ticks.map(([, , first, lines]) => first + lines - 1));
      // Where a later line has overwritten others, they cannot be told apart.
      const output = (number) => (rows().length === total ? rows()[number - 1] : null);
      endPlayer = ours.prepareTimeline(box, { output, show, text });
    };
    /** Forget the run; pictures that are still asked for are not shown. */
    const leave = (runs) => {
      turn++;
      running = runs;
      late = false;
      endPlayer?.();
      endPlayer = undefined;
    };
    return {
      box,
      /** A run begins on a Python. */
      begin: (on) => {
        python = on;
        leave(true);
        log = "";
        content.replaceChildren();
        box.hidden = true;
      },
      log: () => log,
      /** It runs on a Python of this version. */
      on: (version) => (where.textContent = _("Python {version}, in this page", { version })),
      /** What the observer has logged. */
      add: (text) => {
        log += text;
        grow();
      },
      /** The run is over: returns the last reply, or `undefined` if there is none. */
      end: async (state, documented, same) => {
        leave(false);
        const mine = turn;
        show([]);
        const reply = log ? await ask(state, await documented, same) : undefined;
        if (mine !== turn || !reply) return undefined;
        const picture = paint(reply);
        if (reply.picture) play(picture, reply);
        return reply;
      },
      forget: () => {
        leave(false);
        show([]);
      },
    };
  };

  Object.assign(ours, { makePicture });
})();
