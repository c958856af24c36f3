// The words of all scripts: English, or those of the table that a page has loaded.
{
  const ours = (window.exampleOutput ??= {});
  const { texts = {}, forms = [] } = ours.table ?? {};
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values?.[name] ?? all);
  /** A text, in which values replace `{name}`. */
  ours._ = (text, values) => fill(texts[text] ?? text, values);
  /** A text for one or for more things; `{n}` is their number. */
  ours.ngettext = (one, more, n, values) => {
    const form = forms[n < forms.length ? n : 100 + (n % 100)];
    return fill(texts[one]?.[form] ?? (n === 1 ? one : more), { n, ...values });
  };
  /** A number as in English, such as `1,000.5`, with the signs of the language. */
  ours.decimal = (text) => {
    const signs = ours._("1,000.5");
    return `${text}`.replace(/[,.]/g, (sign) => signs[sign === "," ? 1 : 5]);
  };
  const { src } = document.currentScript;
  /** Load another script, which has an address beside this one, after those before it. */
  ours.load = (place) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      const onerror = () => {
        script.remove();
        reject(new Error(`${place} did not load`));
      };
      const address = new URL(place, src).href;
      document.head.append(Object.assign(script, { src: address, async: false, onload: resolve, onerror }));
    });
}

// If a page shows only a part of a program, its copy button copies the whole program.
// sphinx-copybutton looks up its target at each click, so it is set just before.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest(".copybtn");
    const box = button && button.closest(".example-source");
    const complete = box && box.querySelector(".example-complete");
    if (complete) button.dataset.clipboardTarget = `#${complete.id}`;
  },
  true,
);

// Tick the links to pages whose exercise the reader has solved.
const tickSolved = () => {
  try {
    if (!Object.keys(localStorage).some((key) => key.startsWith("example-solved "))) return;
    for (const link of document.querySelectorAll("aside a, .practice-list a")) {
      // Other links with a hash are those of a table of contents.
      if (link.hash && link.hash !== "#exercise") continue;
      const known = localStorage.getItem(`example-solved ${link.pathname}`);
      if (!known || link.querySelector(".exercise-tick")) continue;
      const tick = Object.assign(document.createElement("span"), {
        className: "exercise-tick",
        role: "img",
        ariaLabel: window.exampleOutput._("solved"),
        textContent: "✓",
      });
      link.append(" ", tick);
    }
  } catch {} // a browser may refuse to store anything
};
document.addEventListener("DOMContentLoaded", tickSolved);
document.addEventListener("example-solved", tickSolved);
