// Judge the reader's program by the checks of the exercise on a page.
//
// The checks are in the page as text; `timeline/checks.py` reads them, in the Python that
// draws the pictures.  That an exercise is solved is kept in this browser alone.
(() => {
  const { _, ngettext } = window.exampleOutput;
  const box = document.querySelector(".exercise");
  const data = box?.querySelector(".exercise-data");
  const start = box?.querySelector(".example-source");
  // Where nothing can be run, the checks stay a plain list.
  if (!data || !start.querySelector(".example-actions button")) return;
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const list = box.querySelector(".exercise-checks");
  const rows = [...list.children].map((item) => {
    const mark = element("strong", { className: "exercise-mark" });
    const why = element("p", { className: "exercise-why" });
    item.prepend(mark);
    item.append(why);
    return { item, mark, why };
  });
  // It enters the page with what was kept, so that only what is new is announced.
  const status = element("p", { className: "exercise-status", role: "status" });

  const show = (failures) => {
    rows.forEach(({ item, mark, why }, number) => {
      const failure = failures?.[number];
      const state = failures ? (failure ? "failed" : "passed") : "open";
      item.dataset.state = state;
      mark.textContent = { open: _("Open"), passed: _("Passed"), failed: _("Not yet") }[state];
      why.textContent = failure ?? "";
    });
  };

  // A browser may refuse to store anything.
  const key = `example-solved ${location.pathname}`;
  const isSolved = () => {
    try {
      return Boolean(localStorage.getItem(key));
    } catch {
      return false;
    }
  };
  const keep = () => {
    try {
      localStorage.setItem(key, "yes");
    } catch {}
    box.classList.add("exercise-solved");
    document.dispatchEvent(new Event("example-solved"));
  };

  let turn = 0; // the number of the run
  box.addEventListener("example-begins", ({ target }) => {
    if (target !== start) return;
    turn++;
    show();
    status.textContent = "";
  });
  const judge = async ({ python, name, text }) => {
    const mine = turn;
    let reply;
    try {
      reply = await window.exampleOutput.judge(python, name, text, data.textContent);
    } catch (error) {
      console.error(error);
      reply = { note: _("It could not be judged. Are you online?") };
    }
    if (mine !== turn) return;
    if (reply.note) return void (status.textContent = reply.note);
    show(reply.failures);
    const passed = reply.failures.filter((failure) => !failure).length;
    const solved = passed === rows.length;
    status.textContent = solved
      ? ngettext("Solved: all {n} check passed.", "Solved: all {n} checks passed.", passed)
      : ngettext("{passed} of {n} check passed.", "{passed} of {n} checks passed.", rows.length, {
          passed,
        });
    if (solved) keep();
  };
  box.addEventListener("example-ended", ({ target, detail }) => {
    if (target === start) judge(detail);
  });

  box.role = "group";
  box.ariaLabel = _("Exercise");
  show();
  if (isSolved()) {
    box.classList.add("exercise-solved");
    status.textContent = _("You have solved it before.");
  }
  list.after(status);
})();
