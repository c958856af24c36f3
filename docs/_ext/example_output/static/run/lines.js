// Step through a run line by line, with variables, forward and back.
(() => {
  const ours = window.exampleOutput;
  const { element, button } = ours;

  const tableOf = (variables) => {
    const rows = variables.map(([name, value, changed]) =>
      element(
        "tr",
        { className: changed ? "run-changed" : "" },
        element("th", { scope: "row", textContent: name }),
        element("td", {}, element("code", { textContent: value })),
        element("td", { textContent: changed ? "changed" : "" }),
      ),
    );
    return element("table", { className: "run-variables" }, element("tbody", {}, ...rows));
  };
  const said = (words, names) => element("p", {}, element("strong", {}, words), ` ${names.join(", ")}`);

  /**
   * A box that opens; then the program runs once more, and its lines can be stepped through.
   * @param {object} options
   * @param {string} options.name the program's file name.
   * @param {string} options.source the program.
   * @param {(lines: number[]) => void} options.show marks lines of the program.
   * @param {(line: number) => string} options.text a line of the program.
   */
  const makeStepper = ({ name, source, show, text }) => {
    const status = element("p", { role: "status" });
    const state = element("div");
    const place = element("input", { type: "range", min: 1, value: 1 });
    place.ariaLabel = `Line of ${name}`;
    const count = element("span", { className: "timeline-count" });
    const back = button("Back", () => go(-1));
    const next = button("Next line", () => go(1));
    const bar = element("div", { className: "timeline-bar", hidden: true }, back, next, place, count);
    const box = element(
      "details",
      { className: "what-if run-lines" },
      element("summary", { textContent: "Line by line, with variables" }),
      bar,
      status,
      state,
    );
    let moments;

    const draw = () => {
      const at = place.valueAsNumber - 1;
      const { line, words, variables, ready, timers } = moments[at];
      count.textContent = `${at + 1} of ${moments.length}`;
      place.ariaValueText = `${at + 1} of ${moments.length}`;
      status.textContent = `${words} is about to run line ${line}: ${text(line).trim()}`;
      const lists = [["Ready:", ready], ["Timers:", timers]].filter(([, names]) => names.length);
      state.replaceChildren(tableOf(variables), ...lists.map((list) => said(...list)));
      show([line]);
      // A button that gets disabled loses the focus.
      const focused = document.activeElement;
      back.disabled = at === 0;
      next.disabled = at === moments.length - 1;
      if (focused === back && back.disabled) next.focus();
      if (focused === next && next.disabled) back.focus();
    };
    const go = (by) => {
      place.value = place.valueAsNumber + by;
      draw();
    };
    place.addEventListener("input", draw);
    box.addEventListener("toggle", async () => {
      if (!box.open) return show([]);
      try {
        if (!moments) status.textContent = "Your program runs once more, in virtual time …";
        moments ??= await ours.linesOf(name, source);
      } catch (error) {
        console.error(error);
        status.textContent = "The lines could not be found out. Are you online?";
        return;
      }
      if (!moments.length) return void (status.textContent = "No line of it ran.");
      place.max = moments.length;
      bar.hidden = false;
      draw();
    });
    return box;
  };

  Object.assign(ours, { makeStepper });
})();
