// Judge the reader's program by the checks of the exercise on a page.
//
// The checks come with the expected outputs; `timeline/checks.py` reads them, in the
// Python that draws the pictures.
(() => {
  const box = document.querySelector(".exercise");
  if (!box) return;
  const { _, ngettext } = window.exampleOutput;
  const start = box.querySelector(".example-source");
  const rows = [...box.querySelector(".exercise-checks").children];
  const whys = rows.map(() => document.createElement("span"));
  for (const why of whys) why.className = "exercise-why";
  const status = box.querySelector(":scope > output");
  const say = (words) => (status.textContent = words);

  const words = { open: _("Open"), passed: _("Passed"), failed: _("Not yet") };
  const show = (failures) => {
    rows.forEach((row, number) => {
      const failure = failures?.[number];
      const state = failures ? (failure ? "failed" : "passed") : "open";
      row.dataset.state = state;
      row.firstChild.textContent = words[state];
      row.querySelector("p").append(whys[number]);
      whys[number].textContent = failure ?? "";
    });
  };
  const keep = () => {
    try {
      localStorage.setItem(`example-solved ${location.pathname}`, "yes");
    } catch {} // a browser may refuse to store anything
    document.dispatchEvent(new Event("example-solved"));
  };

  let turn = 0; // the number of the run
  box.addEventListener("example-begins", ({ target }) => {
    if (target !== start) return;
    turn++;
    show();
    say("");
  });
  const judge = async ({ python, name, text, checks }) => {
    const mine = turn;
    let reply;
    try {
      reply = await window.exampleOutput.judge(python, name, text, checks);
    } catch (error) {
      console.error(error);
      reply = { note: _("It could not be judged. Are you online?") };
    }
    if (mine !== turn) return;
    if (reply.note) return void say(reply.note);
    show(reply.failures);
    const passed = reply.failures.filter((failure) => !failure).length;
    const solved = passed === rows.length;
    say(
      solved
        ? ngettext("Solved: all {n} check passed.", "Solved: all {n} checks passed.", passed)
        : ngettext("{passed} of {n} check passed.", "{passed} of {n} checks passed.", rows.length, {
            passed,
          }),
    );
    if (solved) keep();
  };
  box.addEventListener("example-ended", ({ target, detail }) => {
    if (target === start) judge(detail);
  });
})();
