// Step through a run line by line, with variables, forward and back: the documented run,
// from what is recorded of it, and the reader's own.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _ } = ours;
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const button = (textContent, onclick) =>
    element("button", { type: "button", textContent, onclick });

  /** What is recorded in English, in the language of the page. */
  const spoken = (words) =>
    words
      .replace(/\b(?:the program|a callback|a task)\b/, (found) => _(found))
      .replace(/ in (?=\S+\(\)$|[\d.]+ s$)/, _(" in "));

  const tableOf = (variables) => {
    const rows = variables.map(([name, value, changed]) =>
      element(
        "tr",
        { className: changed ? "run-changed" : "" },
        element("th", { scope: "row", textContent: name }),
        element("td", {}, element("code", { textContent: value })),
        element("td", { textContent: changed ? _("changed") : "" }),
      ),
    );
    return element("table", { className: "run-variables" }, element("tbody", {}, ...rows));
  };
  const said = (words, names) => element("p", {}, element("strong", {}, words), ` ${names.join(", ")}`);

  const aboutToRun = (who, line, text) =>
    _("{who} is about to run line {line}: {text}", { who, line, text });
  const stateOf = ([, , variables, ready, timers]) => {
    const lists = [[_("Ready:"), ready], [_("Timers:"), timers.map(spoken)]];
    const shown = lists.filter(([, names]) => names.length);
    return [tableOf(variables), ...shown.map((list) => said(...list))];
  };
  /** Disable a button that leads nowhere; it would lose the focus to the page. */
  const disableAtEnds = (back, next, at, last) => {
    const focused = document.activeElement;
    back.disabled = at === 0;
    next.disabled = at === last;
    if (focused === back && back.disabled) next.focus();
    if (focused === next && next.disabled) back.focus();
  };

  /**
   * Let a `<details>` step through a run when it is opened.
   * @param {HTMLDetailsElement} box
   * @param {object} options
   * @param {string} options.name the program's file name.
   * @param {string} options.wait what is said until the lines are there.
   * @param {() => Promise<Array>} options.find the moments; see `timeline/lines.py`.
   * @param {(lines: number[]) => void} options.show marks lines of the program.
   * @param {(line: number) => string} options.text a line of the program.
   */
  const fillStepper = (box, { name, wait, find, show, text }) => {
    const status = element("p", { role: "status" });
    const state = element("div");
    const place = element("input", { type: "range", min: 1, value: 1 });
    place.ariaLabel = _("Line of {name}", { name });
    const count = element("span", { className: "timeline-count" });
    const back = button(_("Back"), () => go(-1));
    const next = button(_("Next line"), () => go(1));
    const bar = element("div", { className: "timeline-bar", hidden: true }, back, next, place, count);
    box.append(bar, status, state);
    let moments;

    const draw = () => {
      const at = place.valueAsNumber - 1;
      const [line, who] = moments[at];
      count.textContent = _("{at} of {all}", { at: at + 1, all: moments.length });
      place.ariaValueText = count.textContent;
      status.textContent = aboutToRun(spoken(who), line, text(line).trim());
      state.replaceChildren(...stateOf(moments[at]));
      show([line]);
      disableAtEnds(back, next, at, moments.length - 1);
    };
    const go = (by) => {
      place.value = place.valueAsNumber + by;
      draw();
    };
    place.addEventListener("input", draw);
    const open = async () => {
      if (!box.open) return show([]);
      try {
        if (!moments) status.textContent = wait;
        moments ??= await find();
      } catch (error) {
        console.error(error);
        status.textContent = _("The lines could not be found out. Are you online?");
        return;
      }
      if (!moments.length) return void (status.textContent = _("No line of it ran."));
      place.max = moments.length;
      bar.hidden = false;
      draw();
    };
    box.addEventListener("toggle", open);
    open();
  };

  /**
   * A box for the reader's own run: when it is opened, the program runs once more.
   * @param {object} options as above, and `python`, on which `source` runs.
   */
  const makeStepper = ({ python, name, source, show, text }) => {
    const title = element("summary", { textContent: _("Line by line, with variables") });
    const box = element("details", { className: "what-if run-lines" }, title);
    const wait = _("Your program runs once more, in virtual time …");
    const find = () => ours.linesOf(python, name, source);
    fillStepper(box, { name, wait, find, show, text });
    return box;
  };

  Object.assign(ours, { fillStepper, makeStepper });
})();
