// The Run and Edit buttons of a program.
(() => {
  const { approach, element, makePanel, makeProgram, start } = window.exampleOutput;
  const NEAR = 80; // milliseconds on a button after which a hand means it

  /** Make the buttons work. */
  const prepare = (actions) => {
    const box = actions.closest(".example-source");
    box.classList.add("example-ready");
    const [runButton, editButton] = actions.querySelectorAll("button");
    const { file } = actions.dataset;
    const name = file.split("/").pop();
    let stop; // stops the program that runs
    const call = (words) => {
      // The accessible name includes the program, and begins with the visible label.
      runButton.textContent = words;
      runButton.ariaLabel = `${words} ${name}`;
    };

    const finish = (words, how) => {
      stop?.();
      stop = undefined;
      panel.stop();
      call("Run");
      box.classList.remove("example-running");
      if (words !== undefined) panel.say(words, how);
      // A button that gets hidden loses the focus.
      const focused = document.activeElement === panel.againButton;
      panel.againButton.hidden = true;
      if (focused) runButton.focus();
    };
    const fail = () => {
      const focused = document.activeElement === runButton;
      finish("Python could not be loaded. Are you online?", "bad");
      panel.againButton.hidden = false;
      if (focused) panel.againButton.focus();
    };
    const run = () => {
      finish();
      panel.clear();
      program.forgetMark();
      box.after(panel.box);
      call("Stop");
      box.classList.add("example-running");
      const changed = program.isChanged();
      let python;
      let expected;
      stop = start(name, program.text(), {
        loading: ({ words, share }) => {
          panel.say(words);
          box.style.setProperty("--run-share", share ?? 1);
          box.classList.toggle("example-loading", share !== undefined);
        },
        ready: (found) => {
          python = found.python;
          expected = found.expected[file];
          panel.say("Starting Python …");
          box.classList.remove("example-loading");
        },
        started: () => panel.say(`Running on Python ${python} …`),
        print: panel.print,
        stopped: (why) => finish(why, "bad"),
        crashed: (message) => finish(`Python crashed: ${message}`, "bad"),
        failed: fail,
        ended: (status) => {
          const documented = box.parentElement.querySelector(":scope > .example-output");
          panel.end({ status, changed, expected, documented }, () => {
            const code = status ? `, with exit status ${status}` : "";
            finish(`Ended${code}, on Python ${python}.`, status ? "bad" : "good");
          });
        },
      });
    };

    const program = makeProgram({ box, file, editButton, run, leave: () => runButton.focus() });
    const panel = makePanel({
      name,
      goTo: program.goTo,
      again: run,
      close: () => {
        finish();
        program.forgetMark();
        panel.box.remove();
        runButton.focus();
      },
    });
    runButton.addEventListener("click", () => (stop ? finish("Stopped.") : run()));
    let near;
    for (const kind of ["run-near", "pointerenter", "focus"]) {
      runButton.addEventListener(kind, () => (near = setTimeout(approach, NEAR)));
    }
    for (const kind of ["pointerleave", "blur"]) {
      runButton.addEventListener(kind, () => clearTimeout(near));
    }
    box.querySelector("a.download")?.addEventListener("click", (event) => {
      if (!program.isChanged()) return;
      event.preventDefault();
      const href = URL.createObjectURL(new Blob([program.text()], { type: "text/x-python" }));
      element("a", { href, download: name }).click();
      URL.revokeObjectURL(href);
    });
  };

  Object.assign(window.exampleOutput, { prepare });
})();
