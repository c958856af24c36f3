// A box in which a reader pastes a traceback or a log, and is led to its entry.
// Nothing that is pasted leaves the page.
"use strict";

(() => {
  const box = document.querySelector(".paste-error");
  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const input = element("textarea", {
    id: "paste-error",
    rows: 4,
    spellcheck: false,
    autocomplete: "off",
    placeholder: "Traceback (most recent call last): …",
  });
  const label = element("label", {
    htmlFor: input.id,
    textContent: "Paste your traceback or log. It stays in this page.",
  });
  const answer = element("div", { className: "paste-answer" });
  answer.setAttribute("role", "status");
  box.append(label, input, answer);

  // The messages, and what finds them, are needed by few readers of the page.
  const load = (src) =>
    new Promise((onload, onerror) =>
      document.head.append(element("script", { src, onload, onerror })),
    );
  let loaded;
  const prepare = () => (loaded ??= Promise.all(box.dataset.scripts.split(" ").map(load)));

  const link = ({ address }) =>
    element("a", { href: address, textContent: errorMessages.titles[address] });
  const show = async () => {
    const text = input.value.trim();
    if (text) await prepare();
    const [first, ...others] = text ? findMessages(errorMessages.messages, text) : [];
    const parts = [];
    if (first) parts.push(element("p", {}, "Your error: ", link(first)));
    else if (text)
      parts.push(
        element("p", {
          textContent:
            "None of the messages on these pages is in it. It may come from your " +
            "program or from a library; the last line of a traceback says which.",
        }),
      );
    if (others.length)
      parts.push(
        element("p", { textContent: "Also in it:" }),
        element("ul", {}, ...others.slice(0, 4).map((o) => element("li", {}, link(o)))),
      );
    answer.replaceChildren(...parts);
  };
  let pause;
  input.addEventListener("focus", prepare);
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 200);
  });
  // The browser may have kept what was pasted.
  show();
})();
