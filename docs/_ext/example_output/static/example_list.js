// A box over the list of all examples, which leaves those that have the words typed.
(() => {
  const place = document.querySelector(".example-filter");
  const lists = [...document.querySelectorAll(".example-list")];
  const items = lists.flatMap((list) => [...list.children]);
  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  const folder = (item) => item.closest("section").querySelector("h2, h3")?.textContent ?? "";
  // Its name, its title, what it calls, and the folder that it is in.
  const text = (item) => `${folder(item)} ${item.querySelector("p").textContent}`;
  const words = new Map(items.map((item) => [item, text(item).toLowerCase()]));

  const input = element("input", { type: "search", id: "example-filter", autocomplete: "off" });
  const label = element("label", { htmlFor: input.id, textContent: "Filter by name, words or calls" });
  const count = element("span", { className: "example-count" });
  const said = element("span", { className: "example-spoken" });
  said.setAttribute("role", "status");
  place.append(label, input, count, said);

  let pause;
  const filter = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of items)
      item.hidden = !wanted.every((word) => words.get(item).includes(word));
    for (const list of lists) {
      const section = list.closest("section");
      // The section of the page itself has the box.
      const part = section.contains(place) ? list : section;
      part.hidden = [...list.children].every((item) => item.hidden);
    }
    const found = items.filter((item) => !item.hidden).length;
    const all = `${items.length} programs`;
    count.textContent = wanted.length ? `${found} of ${all}` : all;
    // Told once the reader has stopped typing.
    clearTimeout(pause);
    pause = setTimeout(() => (said.textContent = count.textContent), 500);
  };
  input.addEventListener("input", filter);
  // The browser may have kept what was typed.
  filter();
})();
