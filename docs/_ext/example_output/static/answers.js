// Judge the reader's answer to the question of a page, and show what was answered, or
// solved, before.
//
// The right answer and what is said of each choice are in the page, folded under the
// question, for readers without a script.  An answer is kept in this browser alone.
(() => {
  const ours = window.exampleOutput;
  const { _ } = ours;

  // A browser may refuse to store anything.
  const stored = (what) => {
    try {
      return localStorage.getItem(`example-${what} ${location.pathname}`);
    } catch {}
  };
  const keep = (answer) => {
    try {
      localStorage.setItem(`example-predict ${location.pathname}`, JSON.stringify(answer));
    } catch {}
  };
  const kept = () => {
    try {
      return [JSON.parse(stored("predict"))].flat();
    } catch {
      return [];
    }
  };

  /** Show what was kept.  It leaves the page meanwhile, so that only news is announced. */
  const restore = (status, show) => {
    const place = document.createComment("");
    status.replaceWith(place);
    show();
    place.replaceWith(status);
  };

  const solved = document.querySelector(".exercise > output");
  if (solved && stored("solved")) {
    restore(solved, () => (solved.textContent = _("You have solved it before.")));
  }

  const box = document.querySelector(".predict");
  if (!box) return;
  // Blanks are all alike.
  const words = (text) => text.split(/\s+/).join(" ").trim();
  const textOf = (item) => words(item.querySelector("pre, code").textContent);
  const choices = box.querySelector(".predict-choices");
  const items = () => [...choices.children];
  const why = box.querySelector(".predict-why");
  const status = box.querySelector(":scope > output");

  const say = (state, ...parts) => {
    status.dataset.state = state;
    status.replaceChildren(...parts.map((part) => part.cloneNode?.(true) ?? part));
    status.querySelector(".predict-mark")?.remove();
    for (const one of status.querySelectorAll("[id]")) one.removeAttribute("id");
  };
  const judge = (right, ...parts) => {
    const word = document.createElement("strong");
    word.textContent = right ? _("Right. ") : _("No. ");
    say(right ? "passed" : "failed", word, ...parts, ...(right && why ? [why] : []));
  };

  /** Let the reader choose; returns what a button does. */
  const choose = () => {
    const verdicts = [...box.querySelectorAll(".predict-verdicts > li")];
    const answer = (number) => {
      items().forEach((item, n) => {
        item.querySelector("button").ariaPressed = String(n === number);
      });
      const verdict = verdicts[number];
      judge(verdict.matches(".predict-right"), ...verdict.querySelector("p").childNodes);
    };
    const before = items().findIndex((item) => textOf(item) === kept()[0]);
    if (before >= 0) restore(status, () => answer(before));
    return (button) => {
      const item = button.closest("li");
      answer(items().indexOf(item));
      keep(textOf(item));
    };
  };

  /** Say whether the items are in the right order, which is that of `right`. */
  const checkOrder = (right) => {
    const given = items().map(textOf);
    const wrong = given.findIndex((text, place) => text !== right[place]);
    if (wrong < 0) return judge(true, _("It prints them in this order."));
    const known = { text: given[wrong], line: wrong };
    const next = _("It begins right, up to line {line}; “{text}” does not come next.", known);
    judge(false, wrong ? next : _("“{text}” does not come first.", known));
  };
  /** Let the reader move lines; returns what a button does. */
  const order = () => {
    const right = box.querySelector(".what-if pre").textContent.trim().split("\n").map(words);
    const count = right.length;
    const settle = () => {
      for (const [place, one] of items().entries()) {
        const [up, down] = one.querySelectorAll("button");
        // Not disabled: that would take the focus away.
        up.ariaDisabled = String(place === 0);
        down.ariaDisabled = String(place === count - 1);
      }
    };
    const move = (item, button) => {
      const isUp = button.matches(":first-child");
      const other = isUp ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      // The other one moves, so that the button keeps the focus.
      if (isUp) item.after(other);
      else item.before(other);
      settle();
      const known = { text: textOf(item), line: items().indexOf(item) + 1, count };
      say("moved", _("“{text}” is now line {line} of {count}.", known));
    };
    const before = kept();
    const known = before.map((text) => items().find((item) => textOf(item) === text));
    if (new Set(known).size === count && known.every(Boolean)) {
      choices.append(...known);
      settle();
      restore(status, () => checkOrder(right));
    }
    return (button) => {
      const item = button.closest("li");
      if (item) return move(item, button);
      checkOrder(right);
      keep(items().map(textOf));
    };
  };

  ours.answer = box.matches(".predict-order") ? order() : choose();
})();
