// Take the reader's answer to the question of a page, and say whether it is right.
//
// The right answer and what is said of each choice are in the page, folded under the
// question, for readers without a script.  An answer is kept in this browser alone.
(() => {
  const { _ } = window.exampleOutput;
  const box = document.querySelector(".predict");
  if (!box) return;
  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  // Blanks are all alike.
  const words = (text) => text.split(/\s+/).join(" ").trim();
  const textOf = (item) => words(item.querySelector("pre, code").textContent);
  const choices = box.querySelector(".predict-choices");
  const items = () => [...choices.children];
  const why = box.querySelector(".predict-why");
  // It enters the page with what was kept, so that only what is new is announced.
  const status = element("div", { className: "predict-status", role: "status" });

  const say = (state, ...parts) => {
    status.dataset.state = state;
    status.replaceChildren(...parts.map((part) => part.cloneNode?.(true) ?? part));
    status.querySelector(".predict-mark")?.remove();
    for (const one of status.querySelectorAll("[id]")) one.removeAttribute("id");
  };
  const judge = (right, ...parts) => {
    const word = element("strong", { textContent: right ? _("Right. ") : _("No. ") });
    say(right ? "right" : "wrong", word, ...parts, ...(right && why ? [why] : []));
  };

  // A browser may refuse to store anything.
  const key = `example-predict ${location.pathname}`;
  const keep = (answer) => {
    try {
      localStorage.setItem(key, JSON.stringify(answer));
    } catch {}
  };
  const kept = () => {
    try {
      return [JSON.parse(localStorage.getItem(key))].flat();
    } catch {
      return [];
    }
  };

  const button = (textContent, onclick, more) =>
    element("button", { type: "button", textContent, onclick, ...more });

  const choose = () => {
    const verdicts = [...box.querySelectorAll(".predict-verdicts > li")];
    const buttons = [];
    const answer = (number) => {
      buttons.forEach((one, n) => (one.ariaPressed = String(n === number)));
      const verdict = verdicts[number];
      judge(verdict.matches(".predict-right"), ...verdict.querySelector("p").childNodes);
    };
    items().forEach((item, number) => {
      const choose = () => {
        answer(number);
        keep(textOf(item));
      };
      buttons.push(button(_("Choose {letter}", { letter: "ABCDEFGHIJ"[number] }), choose, { ariaPressed: "false" }));
      item.append(buttons[number]);
    });
    const before = items().findIndex((item) => textOf(item) === kept()[0]);
    if (before >= 0) answer(before);
    choices.after(status);
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
  const order = () => {
    const right = box.querySelector(".what-if pre").textContent.trim().split("\n").map(words);
    const count = right.length;
    const settle = (moved) => {
      for (const [place, one] of items().entries()) {
        const [up, down] = one.querySelectorAll("button");
        // Not disabled: that would take the focus away.
        up.ariaDisabled = String(place === 0);
        down.ariaDisabled = String(place === count - 1);
      }
      if (!moved) return;
      const known = { text: textOf(moved), line: items().indexOf(moved) + 1, count };
      say("moved", _("“{text}” is now line {line} of {count}.", known));
    };
    const move = (item, step) => {
      const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      // The other one moves, so that the button keeps the focus.
      if (step < 0) item.after(other);
      else item.before(other);
      settle(item);
    };
    for (const item of items()) {
      const text = textOf(item);
      item.prepend(
        button("↑", () => move(item, -1), { ariaLabel: _("Move up: {text}", { text }) }),
        button("↓", () => move(item, 1), { ariaLabel: _("Move down: {text}", { text }) }),
      );
    }
    const checking = button(_("Check"), () => {
      checkOrder(right);
      keep(items().map(textOf));
    });
    choices.after(checking);
    const before = kept();
    const known = before.map((text) => items().find((item) => textOf(item) === text));
    if (new Set(known).size === count && known.every(Boolean)) {
      choices.append(...known);
      checkOrder(right);
    }
    settle();
    checking.after(status);
  };

  box.role = "group";
  box.ariaLabel = words(box.querySelector("p").textContent);
  if (box.matches(".predict-order")) order();
  else choose();
})();
