// Ways around by keyboard, drawers, and what is said when a program was copied.
// Everything on a page is there without this script.
"use strict";

(() => {
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const say = (words) => {
    find("#spoken").textContent = "";
    // A status that is set to what it was is not read again.
    requestAnimationFrame(() => (find("#spoken").textContent = words));
  };

  // -- Drawers: what the theme opens by hidden checkboxes -----------------------------

  const drawers = [
    { drawer: find("#site-drawer"), box: find("#__navigation") },
    { drawer: find("#page-drawer"), box: find("#__toc") },
  ].filter(({ drawer, box }) => drawer && box);
  let opener = null;

  const buttonsOf = (drawer) => all(`button[aria-controls="${drawer.id}"]`);

  const show = ({ drawer, box }, open) => {
    box.checked = open;
    for (const button of buttonsOf(drawer)) button.setAttribute("aria-expanded", open);
    // What lies under an open drawer can be neither seen nor used.
    for (const part of all(".mobile-header, .main > .content")) part.inert = open;
    if (open) {
      const current = drawer.querySelectorAll(".current-page > a");
      const links = [...current, ...drawer.querySelectorAll("a, input")];
      const first = links.find((link) => link.getClientRects().length);
      if (first) first.focus();
    } else if (opener) {
      opener.focus();
      opener = null;
    }
  };

  for (const one of drawers) {
    for (const button of buttonsOf(one.drawer)) {
      button.addEventListener("click", () => {
        opener = button;
        show(one, true);
      });
    }
    // The overlay beside a drawer is a label of its checkbox.
    one.box.addEventListener("change", () => show(one, one.box.checked));
    one.drawer.addEventListener("click", (event) => {
      if (event.target.closest("a") && one.box.checked) {
        opener = null;
        show(one, false);
      }
    });
  }

  // The list of pages shows the current one, without moving the page.
  const scrolled = find(".sidebar-scroll");
  const current = scrolled?.querySelector(".current-page");
  if (current) {
    const { top, height } = current.getBoundingClientRect();
    const from = scrolled.getBoundingClientRect().top;
    const middle = (scrolled.clientHeight - height) / 2;
    // A page near the top leaves the list as it is.
    scrolled.scrollTo({ top: top - from - middle, behavior: "instant" });
  }

  // -- Keys ---------------------------------------------------------------------------

  const keys = find("#keys");
  for (const button of all(".keys-button"))
    button.addEventListener("click", () => keys.showModal());

  // The search box and its index are loaded when somebody first searches.
  const searchPage = find('head link[rel="search"]');
  const isSearchPage = find("#search-results");
  let box = null;
  const add = (tag, properties) =>
    new Promise((done, fail) => {
      const element = document.createElement(tag);
      Object.assign(element, properties, { onload: done, onerror: fail });
      document.head.append(element);
    });
  const loadBox = () => {
    const place = (name) => new URL(`_static/search/box.${name}`, searchPage.href).href;
    box ||= Promise.all([
      add("link", { rel: "stylesheet", href: place("css") }),
      add("script", { src: place("js") }),
    ]);
    box.catch(() => (box = null));
    return box;
  };

  const search = async () => {
    const open = drawers.find((one) => one.box.checked);
    if (open) show(open, false);
    try {
      await loadBox();
    } catch {
      window.location.assign(searchPage.href);
      return;
    }
    openSearch();
  };
  for (const button of all(".open-search")) button.addEventListener("click", search);
  if (isSearchPage) loadBox().then(() => fillSearchPage(isSearchPage));

  const follow = (rel) => {
    const link = find(`head link[rel="${rel}"]`);
    if (link) window.location.assign(link.href);
  };

  const byKey = {
    "/": search,
    "?": () => keys.showModal(),
    ArrowLeft: () => follow("prev"),
    ArrowRight: () => follow("next"),
  };

  // Where keys write, or where arrows already do something else.
  const takesKeys = (target) =>
    // The focus stays in a dialog for a moment after it has closed.
    !target.closest("dialog:not([open])") &&
    (target.closest("input, textarea, select, dialog, [contenteditable]") ||
      target.scrollWidth > target.clientWidth + 1);

  // In a program, or away from one that has been changed.
  const turnsFromProgram = ({ key, target }) =>
    key.startsWith("Arrow") && (target.closest(".example") || find(".example-changed"));

  // Speech input types what it hears: single keys can be turned off.
  const single = find("#single-keys");
  const SINGLE = "single-keys";
  const stored = (action) => {
    try {
      return action(localStorage);
    } catch {
      return null; // a browser may refuse to store anything
    }
  };
  single.checked = stored((storage) => storage.getItem(SINGLE)) !== "off";
  single.addEventListener("change", () =>
    stored((storage) => storage.setItem(SINGLE, single.checked ? "on" : "off")),
  );

  document.addEventListener("keydown", (event) => {
    const open = drawers.find(({ box }) => box.checked);
    if (event.key === "Escape" && open) {
      show(open, false);
    } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      search();
    } else if (
      byKey[event.key] &&
      single.checked &&
      !turnsFromProgram(event) &&
      !(event.ctrlKey || event.metaKey || event.altKey) &&
      !(event.target !== document.body && takesKeys(event.target))
    ) {
      event.preventDefault();
      byKey[event.key]();
    }
  });

  // -- Copying is heard, too ----------------------------------------------------------

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".copybtn");
    // The copy button says how it went in its tooltip, a moment later.
    if (button) setTimeout(() => say(button.dataset.tooltip), 100);
  });

  // Without https, only pages from this machine have the clipboard API.
  const copy = async (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const focused = document.activeElement;
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    focused.focus();
    if (!copied) throw new Error("the browser refuses to copy");
  };

  // What sphinx-copybutton needs of clipboard.js, which weighs more than this whole script.
  window.ClipboardJS = class {
    constructor(selector, { text }) {
      document.addEventListener("click", async ({ target }) => {
        const trigger = target.closest(selector);
        if (!trigger) return;
        const done = await copy(text(trigger)).then(() => "success", () => "error");
        this[done]({ trigger });
      });
    }
    on(kind, tell) {
      this[kind] = tell;
    }
  };

  const markdown = find('link[type="text/markdown"]');
  for (const button of all(".copy-page")) {
    // Pages that are opened as files cannot fetch what lies beside them.
    button.hidden = !markdown || !location.protocol.startsWith("http");
    button.addEventListener("click", async () => {
      try {
        const answer = await fetch(markdown.href);
        if (!answer.ok) throw new Error(answer.statusText);
        await copy(await answer.text());
        say("Page copied");
        button.textContent = "Copied";
      } catch {
        say("The page could not be copied");
        button.textContent = "Not copied";
      }
      setTimeout(() => (button.textContent = "Copy page as Markdown"), 2000);
    });
  }

  // -- A report names the program that the reader was at last -------------------------

  const report = find(".report-problem");
  const reportOn = (target) => {
    const name = target?.closest?.(".example")?.querySelector(".example-name");
    if (!report || !name) return;
    const url = new URL(report.href);
    const body = url.searchParams.get("body");
    url.searchParams.set("body", body.replace(/^Program.*/m, `Program: ${name.textContent}`));
    report.href = url;
  };
  const reportOnPlace = () => reportOn(document.getElementById(location.hash.slice(1)));
  document.addEventListener("pointerdown", (event) => reportOn(event.target));
  document.addEventListener("focusin", (event) => reportOn(event.target));
  window.addEventListener("hashchange", reportOnPlace);
  reportOnPlace();

  // -- What is wider than the page can be reached and scrolled by keyboard ------------

  const nameOf = (block) => {
    const box = block.closest(".example-source, .example-output, section");
    const name = box && box.querySelector(".example-name, .example-command, h1, h2, h3");
    return name ? name.textContent : "Program or table";
  };

  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth + 1;
      if (wide && !target.hasAttribute("tabindex")) {
        target.tabIndex = 0;
        target.setAttribute("role", "group");
        target.setAttribute("aria-label", nameOf(target));
      } else if (!wide) {
        for (const name of ["tabindex", "role", "aria-label"])
          target.removeAttribute(name);
      }
    }
  });
  for (const block of all(".highlight pre, .table-wrapper")) watch.observe(block);

  // What is closed is opened for paper, and closed again after it.
  window.addEventListener("beforeprint", () => {
    for (const details of all("details:not([open])")) {
      details.open = true;
      details.dataset.closed = "";
    }
  });
  window.addEventListener("afterprint", () => {
    for (const details of all("details[data-closed]")) {
      details.open = false;
      delete details.dataset.closed;
    }
  });
})();
