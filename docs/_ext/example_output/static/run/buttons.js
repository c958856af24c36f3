// The Run and Edit buttons of a program.
(() => {
  const { _, documentedLog, engageArtist, element, pythonOf } = window.exampleOutput;
  const { choice, makePanel, makePicture, makeProgram } = window.exampleOutput;
  const NEAR = 80; // milliseconds on a button after which a hand means it

  /** The boxes beside a program that show its documented run. */
  const documentedBeside = (box) => [
    ...box.parentElement.querySelectorAll(":scope > .example-output, :scope > .example-timeline"),
  ];

  /** Whether a program is an edited form of another one, and not a new one. */
  const isEdit = (before, now) => {
    const [old, lines] = [before, now].map((text) => text.split("\n").filter((line) => line.trim()));
    const kept = lines.filter((line) => old.includes(line)).length;
    return kept * 2 >= Math.max(old.length, lines.length);
  };

  /**
   * Let a button run a program, and stop it.
   * @param {object} options
   * @param {Element} options.box the box of the program.
   * @param {string} options.file its path among the examples.
   * @param {string[]} options.others the Pythons that run it, besides the usual one.
   * @param {HTMLButtonElement} options.runButton
   * @param {object} options.program what `makeProgram` returns.
   * @returns {{run: () => void, leave: () => void}} what starts it, and what ends all
   *   that it does.
   */
  const makeRun = ({ box, file, others, runButton, program }) => {
    const name = file.split("/").pop();
    let stop; // stops the program that runs
    let turn = 0; // the number of the run
    let text; // the program that runs, or has run
    let last; // the text and the log of the run before, if it came to its end
    const picture = makePicture({
      name,
      goTo: program.goTo,
      show: program.show,
      source: () => text,
      rows: () => panel.rows(),
    });
    const call = (words) => {
      // The accessible name includes the program, and begins with the visible label.
      runButton.textContent = words;
      runButton.ariaLabel = `${words} ${name}`;
    };
    const finish = (words, how) => {
      stop?.();
      stop = undefined;
      panel.stop();
      call(_("Run"));
      box.classList.remove("example-running");
      if (words !== undefined) panel.say(words, how);
      // A button that gets hidden loses the focus.
      const focused = document.activeElement === panel.againButton;
      panel.againButton.hidden = true;
      if (focused) runButton.focus();
    };
    const fail = () => {
      const focused = document.activeElement === runButton;
      finish(_("Python could not be loaded. Are you online?"), "bad");
      panel.againButton.hidden = false;
      if (focused) panel.againButton.focus();
    };
    /** Say what the tasks did, in a run that has ended or was stopped. */
    const conclude = async (state, other, tell, same = false) => {
      const mine = turn;
      let tasks;
      try {
        tasks = await picture.end(state, other, same);
      } catch (error) {
        console.error(error);
      }
      if (mine === turn) tell(tasks);
    };
    /** Tell others on the page that a run begins or has ended. */
    const announce = (what, python, checks) => {
      const detail = { python, name, text, checks };
      box.dispatchEvent(new CustomEvent(`example-${what}`, { bubbles: true, detail }));
    };
    const halt = (words, how = "bad") => {
      finish(words, how);
      conclude("stopped", "", (tasks) => panel.tellWaiting(tasks?.waiting ?? []));
    };
    /** What the panel and the picture are told of a run. */
    const listenTo = (python, changed) => {
      let version;
      let expected;
      const end = (status, lines) => {
        const words = status
          ? _("Ended, with exit status {status}, on Python {version}.", { status, version })
          : _("Ended, on Python {version}.", { version });
        finish(words, status ? "bad" : "good");
        const judge = (tasks) => panel.judge({ status, changed, expected, lines, tasks });
        // A program of the reader's own is compared with what it was before.
        const before = last && last.text !== text && isEdit(last.text, text) ? last.log : "";
        last = { text, log: picture.log() };
        announce("ended", python, expected?.checks);
        const other = expected ? documentedLog(python, name, program.original) : before;
        conclude("ended", other, judge, Boolean(expected && !changed));
      };
      return {
        loading: ({ words, share }) => {
          panel.say(words, "", share !== undefined);
          box.style.setProperty("--run-share", share ?? 1);
          box.classList.toggle("example-loading", share !== undefined);
        },
        ready: (found) => {
          version = found.python;
          expected = found.expected[file];
          panel.say(_("Starting Python …"));
          engageArtist(python).catch(console.error); // the end of the run tells it
          box.classList.remove("example-loading");
        },
        started: () => {
          panel.say(_("Running on Python {version} …", { version }));
          picture.on(version);
        },
        print: panel.print,
        events: picture.add,
        stopped: (why) => halt(why),
        crashed: (message) => halt(_("Python crashed: {message}", { message })),
        failed: fail,
        ended: (status) => panel.end({ status, expected }, (lines) => end(status, lines)),
      };
    };
    const run = () => {
      turn++;
      finish();
      panel.clear();
      program.forgetMark();
      box.after(panel.box);
      panel.pick(true);
      call(_("Stop"));
      box.classList.add("example-running");
      const python = pythonOf(others.find((minor) => minor === choice.get()));
      picture.begin(python);
      text = program.text();
      announce("begins", python);
      stop = python.start(name, text, listenTo(python, program.isChanged()));
    };
    const leave = () => {
      turn++;
      finish();
      picture.forget();
    };
    const panel = makePanel({
      name,
      others,
      goTo: program.goTo,
      again: run,
      picture,
      documented: documentedBeside(box),
      close: () => {
        leave();
        program.forgetMark();
        panel.pick(false);
        panel.box.remove();
        runButton.focus();
      },
    });
    runButton.addEventListener("click", () => (stop ? halt(_("Stopped."), "") : run()));
    return { run, leave };
  };

  /** Make the buttons work; `given` is the reader's version of the program, if any. */
  const prepare = (actions, given) => {
    const box = actions.closest(".example-source");
    box.classList.add("example-ready");
    const [runButton, editButton] = actions.querySelectorAll("button");
    const { file } = actions.dataset;
    const others = (actions.dataset.pythons ?? "").split(" ").filter(Boolean);
    let mine;
    const program = makeProgram({
      box,
      file,
      given,
      editButton,
      run: () => mine.run(),
      leave: () => runButton.focus(),
    });
    mine = makeRun({ box, file, others, runButton, program });
    // Another Python is fetched only when its Run is pressed.
    const approach = () => !others.includes(choice.get()) && pythonOf().approach();
    let near;
    const wait = () => clearTimeout(near);
    for (const kind of ["run-near", "pointerenter", "focus"]) {
      runButton.addEventListener(kind, () => {
        wait();
        near = setTimeout(approach, NEAR);
      });
    }
    // A click fetches by itself; after a failure, another fetch would start behind it.
    for (const kind of ["pointerleave", "blur", "click"]) runButton.addEventListener(kind, wait);
    box.querySelector("a.download")?.addEventListener("click", (event) => {
      if (!program.isChanged()) return;
      event.preventDefault();
      const href = URL.createObjectURL(new Blob([program.text()], { type: "text/x-python" }));
      element("a", { href, download: file.split("/").pop() }).click();
      URL.revokeObjectURL(href);
    });
    return { edit: program.edit, leave: mine.leave };
  };

  Object.assign(window.exampleOutput, { prepare });
})();
