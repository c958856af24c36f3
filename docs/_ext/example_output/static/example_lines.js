// Step through the documented run of a program, from what is recorded of it.  The player
// and the steps are loaded when a reader opens the box.  Scripts, unlike other files, can
// also be loaded by a page that is opened as a file.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _, load } = ours;
  const { player } = document.currentScript.dataset;
  const steps = new Map(); // by the name of the example
  /** What the file of an example calls. */
  ours.addSteps = (name, moments) => steps.set(name, moments);

  const prepare = async (box) => {
    const { steps: place, name } = box.dataset;
    const around = box.closest(".example");
    // If the page shows a part of the program only, the whole one comes after it, hidden.
    const program =
      around?.querySelector(".example-complete") ??
      around?.querySelector(".example-source .highlight pre");
    const lines = program?.textContent.split("\n") ?? [];
    // Not that of line 1, which the page may leave out.
    const first = around?.querySelector('.example-source .highlight span[id*="-line-"]');
    const prefix = first?.id.replace(/\d+$/, "");
    let marked;
    const show = ([line]) => {
      marked?.classList.remove("tl-now");
      marked = prefix && line ? document.getElementById(prefix + line) : undefined;
      marked?.classList.add("tl-now");
    };
    if (!ours.fillStepper) await load(player);
    ours.fillStepper(box, {
      name: name.split("/").pop(),
      wait: _("Loading the steps …"),
      find: async () => {
        if (!steps.has(name)) await load(place);
        return steps.get(name);
      },
      show,
      text: (line) => lines[line - 1] ?? "",
    });
  };
  for (const box of document.querySelectorAll(".example-lines")) {
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    let begun = false;
    box.addEventListener("toggle", async () => {
      if (!box.open || begun) return;
      begun = true;
      said.remove();
      try {
        await prepare(box);
      } catch (error) {
        console.error(error);
        begun = false; // opening it once more is the next try
        box.append(said);
        said.textContent = _("The steps could not be loaded. Are you online?");
      }
    });
  }
})();
