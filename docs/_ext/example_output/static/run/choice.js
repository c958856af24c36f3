// The Python that a reader has chosen, once for all pages: what holds only on others is
// left out, and Run takes it where it can.  Pages where something depends on it load this
// themselves, others with what runs programs.
(() => {
  const ours = (window.exampleOutput ??= {});
  if (ours.choice) return;
  const { _, ngettext } = ours;
  const KEY = "example-output python";
  const usual = document.querySelector("script[data-usual]")?.dataset.usual;
  const listeners = new Set();

  // A browser may refuse to store anything.
  const attempt = (action) => {
    try {
      return action() ?? "";
    } catch {
      return "";
    }
  };
  let chosen = attempt(() => localStorage.getItem(KEY));
  const tell = () => {
    for (const listener of listeners) listener(chosen);
  };
  const set = (minor) => {
    chosen = minor;
    attempt(() => (minor ? localStorage.setItem(KEY, minor) : localStorage.removeItem(KEY)));
    tell();
  };
  /** `usual` runs programs if nothing else is chosen; `get()` is empty then. */
  ours.choice = { usual, get: () => chosen, set, listen: (listener) => listeners.add(listener) };
  // Another page of the site, in another tab.
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KEY) return;
    chosen = newValue ?? "";
    tell();
  });

  const place = document.querySelector(".example-choice");
  if (!place) return;
  const pythons = place.dataset.pythons.split(" ");

  const number = (minor) => Number(minor.split(/[.-]/)[1]);
  const ends = (part) =>
    ["since", "until"].map((end) => {
      const found = [...part.classList].find((name) => name.startsWith(`python-${end}-`));
      return found ? number(found.slice(`python-${end}-`.length)) : undefined;
    });
  const parts = [...document.querySelectorAll('[class*="python-since-"], [class*="python-until-"]')];
  const holds = (part, minor) => {
    const [since, until] = ends(part);
    return (since ?? 0) <= number(minor) && number(minor) <= (until ?? Infinity);
  };
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const menu = element("select", { id: "example-python" });
  const label = element("label", { htmlFor: menu.id, textContent: _("Shown for Python") });
  menu.append(element("option", { value: "", textContent: _("all") }));
  for (const minor of pythons) {
    menu.append(element("option", { value: minor, textContent: minor }));
  }
  const said = element("span");
  said.setAttribute("role", "status");
  place.append(label, menu, said);

  const show = (minor) => {
    const left = parts.filter((part) => minor && !holds(part, minor));
    for (const part of parts) part.classList.toggle("example-other-python", left.includes(part));
    menu.value = minor;
    const count = left.length;
    said.textContent = count
      ? ngettext("{n} part for other versions left out", "{n} parts for other versions left out", count)
      : "";
  };
  // What a link leads to is shown, whatever is chosen.
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target) return;
    const around = target.closest(".example-other-python");
    if (!around && !target.querySelector(":scope > .example-other-python")) return;
    show("");
    target.scrollIntoView();
  };
  menu.addEventListener("change", () => set(menu.value));
  listeners.add(show);
  show(pythons.includes(chosen) ? chosen : "");
  open();
  addEventListener("hashchange", open);
})();
