// Run an example, or an edited copy of it, in the page.
//
// Few readers of a page run its programs, so the script that does it, in `run/`, is
// loaded when a hand comes near the buttons, or if a program has been changed.
(() => {
  const { _, load: loadPart } = window.exampleOutput;
  const { parts } = document.currentScript.dataset;
  const all = [...document.querySelectorAll(".example-actions[data-file]")];
  const missing =
    location.protocol === "file:"
      ? _("A page that is opened as a file cannot run it: download it.")
      : typeof Worker === "undefined" ||
          typeof WebAssembly === "undefined" ||
          typeof DecompressionStream === "undefined"
        ? _("This browser cannot run it: download it.")
        : "";
  const element = (name, properties) => Object.assign(document.createElement(name), properties);
  const lab = document.querySelector(".example-lab");
  if (missing) {
    for (const actions of all) {
      const className = "example-no-run";
      actions.replaceChildren(element("span", { className, textContent: missing }));
    }
    if (!lab) return;
  }

  let loading;
  const load = () => {
    loading ??= Promise.all(parts.split(" ").map(loadPart)).then(
      () => {
        if (lab) window.exampleOutput.openLab(lab, missing);
        else for (const actions of all) window.exampleOutput.prepare(actions);
      },
      (error) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };

  // A button that was pressed before the script was there.
  const waiting = new Set();
  const loadFor = async (button) => {
    if (waiting.has(button)) return;
    waiting.add(button);
    const box = button.closest(".example-source");
    box.querySelector(":scope > .example-failed")?.remove();
    try {
      await load();
      button.click();
    } catch (error) {
      console.error(error);
      const said = element("span", { className: "run-status", role: "status" });
      box.append(element("p", { className: "example-bar example-failed" }));
      box.lastChild.append(said);
      said.textContent = _("Python could not be loaded. Are you online?");
    } finally {
      waiting.delete(button);
    }
  };
  const near = ({ target }) => {
    load().then(
      // The button is told, too, now that it listens.
      () => target.matches(":hover, :focus") && target.dispatchEvent(new Event("run-near")),
      () => {}, // pressing it tells
    );
  };
  for (const actions of all) {
    for (const button of actions.querySelectorAll("button")) {
      button.addEventListener("pointerenter", near, { once: true });
      button.addEventListener("focus", near, { once: true });
      button.addEventListener("click", (event) => {
        if (!button.closest(".example-ready")) loadFor(button);
      });
    }
  }
  const isKept = ({ dataset }) => {
    try {
      const start = `example-output ${dataset.file} `;
      return Object.keys(sessionStorage).some((key) => key.startsWith(start));
    } catch {
      return false; // a browser may refuse to store anything
    }
  };
  if (lab || all.some(isKept)) load().catch(() => {});
})();
