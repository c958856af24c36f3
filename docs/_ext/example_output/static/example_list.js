// A box over the list of all examples, which leaves those that have the words typed, and
// that print what is wanted on a Python or a loop.
(() => {
  const { _, ngettext } = window.exampleOutput;
  const place = document.querySelector(".example-filter");
  const lists = [...document.querySelectorAll(".example-list")];
  const items = lists.flatMap((list) => [...list.children]);
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const folder = (item) => item.closest("section").querySelector("h2, h3")?.textContent ?? "";
  // Its name, its title, what it calls, and the folder that it is in.
  const text = (item) => `${folder(item)} ${item.querySelector("p").textContent}`;
  const words = new Map(items.map((item) => [item, text(item).toLowerCase()]));

  const input = element("input", { type: "search", id: "example-filter", autocomplete: "off" });
  const label = element("label", {
    htmlFor: input.id,
    textContent: _("Filter by name, words or calls"),
  });
  const STATES = [
    ["same", _("the same on")],
    ["differs", _("something else on")],
    ["not-run", _("not run on")],
    ["not-tried-yet", _("not tried yet on")],
  ];
  // What is known of each, from its strip: "same 3.14", "differs uvloop", "not-run 3.13".
  const known = new Map(
    items.map((item) => [
      item,
      [...item.querySelectorAll(".example-strip li")].map((cell) => {
        const [state] = STATES.find(([name]) => cell.classList.contains(name));
        const told = cell.querySelector("span").textContent;
        return `${state} ${cell.textContent.replace(told, "").trim()}`;
      }),
    ]),
  );
  const every = [...new Set([...known.values()].flat())];
  const menu = element("select", { id: "example-tried" });
  const tried = element("label", { htmlFor: menu.id, textContent: _("and by what it prints") });
  menu.append(element("option", { value: "", textContent: _("on any Python and loop") }));
  for (const [state, words] of STATES) {
    const group = element("optgroup", { label: words });
    for (const one of every.filter((one) => one.startsWith(`${state} `))) {
      const name = one.slice(state.length + 1);
      group.append(element("option", { value: one, textContent: `${words} ${name}` }));
    }
    if (group.children.length) menu.append(group);
  }
  const count = element("span", { className: "example-count" });
  const said = element("span", { className: "example-spoken" });
  said.setAttribute("role", "status");
  place.append(label, input, ...(every.length ? [tried, menu] : []), count, said);

  let pause;
  const filter = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items) {
      item.hidden =
        !wanted.every((word) => words.get(item).includes(word)) ||
        (menu.value !== "" && !known.get(item).includes(menu.value));
    }
    for (const list of lists) {
      const section = list.closest("section");
      // The section of the page itself has the box.
      const part = section.contains(place) ? list : section;
      part.hidden = [...list.children].every((item) => item.hidden);
    }
    const found = items.filter((item) => !item.hidden).length;
    const all = items.length;
    count.textContent =
      wanted.length || menu.value
        ? ngettext("{found} of {n} program", "{found} of {n} programs", all, { found })
        : ngettext("{n} program", "{n} programs", all);
    // Told once the reader has stopped typing.
    clearTimeout(pause);
    pause = setTimeout(() => (said.textContent = count.textContent), 500);
  };
  input.addEventListener("input", filter);
  menu.addEventListener("change", filter);
  // The browser may have kept what was typed.
  filter();
})();
