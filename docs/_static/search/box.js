// The search: a box over any page, and the results on the search page.
//
// site.js loads this file, and with it engine.js and the index, when somebody first
// searches.  All are classic scripts: pages that are opened as files load no others.
"use strict";

(() => {
  const root = new URL(".", document.querySelector('head link[rel="search"]').href);
  const SHOWN = 8; // pages

  const make = (tag, className, text = "") => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };

  // -- What is loaded on first use ----------------------------------------------------

  const load = (path) =>
    new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = new URL(path, root);
      script.onload = done;
      script.onerror = () => fail(new Error(path));
      document.head.append(script);
    });

  let ready = null;
  const engine = () => {
    ready ||= Promise.all([
      load("_static/base-stemmer.js").then(() => load("_static/english-stemmer.js")),
      load("_static/search/minisearch.js"),
      load("_static/search/engine.js"),
      load("searchsections.js"),
    ]).then(() => makeSearch(searchSections));
    ready.catch(() => (ready = null)); // the next key tries again
    return ready;
  };

  // -- What is shown ------------------------------------------------------------------

  const ways = () => {
    const words = make("span", "");
    const pages = [
      ["reference/errors", "Error messages"],
      ["reference/glossary", "Glossary"],
      ["reference/examples", "All examples"],
    ];
    for (const [name, title] of pages) {
      const page = searchSections.find((one) => one.name === name);
      if (!page) continue;
      const link = make("a", "", title);
      link.href = new URL(page.url, root);
      words.append(words.childNodes.length ? ", " : " ", link);
    }
    return words;
  };

  const tell = (state, query, { results, typos }) => {
    state.textContent = "";
    for (const { typed, meant } of typos)
      state.append(`No page has “${typed}”. Below are pages with “${meant}”. `);
    if (!query.trim()) {
      state.append(
        "Type a name, a few words or a question, or paste a whole error message. ",
        "Or go to:",
        ways(),
      );
    } else if (!results.length) {
      state.append(
        `No page answers “${query.trim()}”. `,
        "Try other words, or the name of a function. Or go to:",
        ways(),
      );
    } else {
      const count = results.length;
      const most = count > SHOWN ? `; the best ${SHOWN} are shown` : "";
      state.append(`${count} ${count === 1 ? "page" : "pages"}${most}`);
    }
  };

  const linkOf = ({ title, url, excerpt }) => {
    const link = make("a", "");
    link.href = new URL(url, root);
    link.append(make("span", "search-heading", title), " ");
    link.append(make("span", "search-excerpt", excerpt));
    return link;
  };

  // A list box takes one option at a time; a page has a list of links.
  const list = (results, asOptions) =>
    results.slice(0, SHOWN).map((page, place) => {
      const group = make("div", "search-group");
      const title = make(asOptions ? "div" : "h2", "search-page-title", page.title);
      title.id = `search-page-${place}`;
      group.append(title);
      page.sections.forEach((section, number) => {
        const link = linkOf(section);
        group.append(link);
        if (!asOptions) return;
        link.id = `search-result-${place}-${number}`;
        link.tabIndex = -1;
        link.setAttribute("role", "option");
        link.setAttribute("aria-selected", "false");
      });
      if (asOptions) {
        group.setAttribute("role", "group");
        group.setAttribute("aria-labelledby", title.id);
      }
      return group;
    });

  // Typing is faster than the index on its way: only the last query counts.
  const answer = async (query, state, results, asOptions) => {
    let search;
    try {
      if (!ready) state.textContent = "Loading the index …";
      ({ search } = await engine());
    } catch {
      state.textContent = "The index could not be loaded. Are you online? Type to try again.";
      return false;
    }
    if (query() === null) return false;
    const found = search(query());
    tell(state, query(), found);
    results.replaceChildren(...list(found.results, asOptions));
    results.scrollTop = 0;
    return true;
  };

  // A pasted traceback: what it ends with, without its frames.
  const inOneLine = (text) =>
    text
      .split(/\r?\n/)
      .filter((line) => line.trim() && !/^\s|^Traceback \(most/.test(line))
      .join(" ");

  const pasteWhole = (input) =>
    input.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      if (!/\n/.test(text.trim())) return;
      event.preventDefault();
      document.execCommand("insertText", false, inOneLine(text) || text.trim());
    });

  const field = (name) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "text", name, autocomplete: "off", spellcheck: false });
    input.setAttribute("aria-label", "Search");
    input.setAttribute("autocapitalize", "off");
    input.setAttribute("enterkeyhint", "search");
    input.placeholder = "A name, a question, or a whole error message";
    pasteWhole(input);
    return input;
  };

  // -- The box ------------------------------------------------------------------------

  const combobox = () => {
    const input = field("search");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", "search-list");
    input.setAttribute("aria-expanded", "false");
    return input;
  };

  const listbox = () => {
    const results = make("div", "search-list");
    results.id = "search-list";
    results.setAttribute("role", "listbox");
    results.setAttribute("aria-label", "Results");
    return results;
  };

  const frame = (input, results) => {
    const box = make("dialog", "search-box");
    box.id = "search-box";
    box.setAttribute("aria-label", "Search");
    const head = make("div", "search-head");
    const close = make("button", "", "Close");
    close.type = "button";
    const state = make("p", "search-state");
    state.setAttribute("role", "status");
    head.append(input, close);
    const help = make("p", "search-help", "↑ ↓ to choose, Enter to open, Esc to close");
    box.append(head, state, results, help);
    document.body.append(box);
    close.addEventListener("click", () => box.close());
    box.addEventListener("click", (event) => {
      if (event.target === box) box.close(); // beside the box
    });
    // Also where the answer is on this very page.
    results.addEventListener("click", (event) => {
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey);
      if (event.target.closest("a") && plain) box.close();
    });
    return { box, state };
  };

  // Which of the results Enter opens.
  const makeChoice = (input, results) => {
    const options = () => [...results.querySelectorAll("[role=option]")];
    const chosen = () => results.querySelector("[aria-selected=true]");
    const choose = (option) => {
      chosen()?.setAttribute("aria-selected", "false");
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) input.setAttribute("aria-activedescendant", option.id);
      else input.removeAttribute("aria-activedescendant");
    };
    return {
      begin: () => {
        input.setAttribute("aria-expanded", String(options().length > 0));
        choose(options()[0]);
      },
      move: (by) => {
        const all = options();
        if (!all.length) return;
        const place = all.indexOf(chosen()) + by;
        choose(all[(place + all.length) % all.length]);
      },
      open: async ({ ctrlKey, metaKey, shiftKey }, update) => {
        if (!chosen()) await update(); // faster than the index
        chosen()?.dispatchEvent(
          new MouseEvent("click", {
            bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey,
          }),
        );
      },
    };
  };

  const buildBox = () => {
    const [input, results] = [combobox(), listbox()];
    const { box, state } = frame(input, results);
    const choice = makeChoice(input, results);
    const update = async () => {
      const query = () => (box.open ? input.value : null);
      if (await answer(query, state, results, true)) choice.begin();
    };
    const keys = {
      ArrowDown: () => choice.move(1),
      ArrowUp: () => choice.move(-1),
      Enter: (event) => choice.open(event, update),
    };
    input.addEventListener("input", update);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !Object.hasOwn(keys, event.key)) return;
      event.preventDefault();
      keys[event.key](event);
    });
    return (query) => {
      if (!box.open) box.showModal();
      if (query) input.value = query;
      input.select();
      update();
    };
  };

  let show = null;
  globalThis.openSearch = (query = "") => {
    show ||= buildBox();
    show(query);
  };

  // -- The search page ----------------------------------------------------------------

  globalThis.fillSearchPage = (place) => {
    const input = field("q");
    input.value = new URLSearchParams(location.search).get("q") || "";
    const state = make("p", "search-state");
    state.setAttribute("role", "status");
    const results = make("div", "search-list");
    const update = () => answer(() => input.value, state, results, false);
    input.addEventListener("input", () => {
      const url = new URL(location);
      url.searchParams.set("q", input.value);
      history.replaceState(null, "", url);
      update();
    });
    place.classList.add("search-page");
    place.append(input, state, results);
    update();
  };
})();
