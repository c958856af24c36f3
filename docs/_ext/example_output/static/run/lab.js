// The lab: a program of the reader's own, or any example, or the program of a link.
(() => {
  const ours = window.exampleOutput;
  const { prepare, programOf } = ours;
  const OWN = "program.py"; // as in pages/lab.py

  /**
   * @param {Element} lab
   * @param {string} missing why no program can run; empty if it can.
   */
  const openLab = async (lab, missing) => {
    const menu = lab.querySelector("select");
    const note = lab.querySelector(".lab-note");
    const start = lab.querySelector("pre").textContent;
    const template = lab.querySelector(".example").cloneNode(true);
    let turn = 0;

    /** Show a program, and the reader's version of it, if there is one. */
    const show = async (file, original, given) => {
      const name = file.split("/").pop();
      const fresh = template.cloneNode(true);
      fresh.querySelector("pre").textContent = original;
      fresh.querySelector(".example-name").textContent = name;
      const actions = fresh.querySelector(".example-actions");
      lab.querySelector(".example").replaceWith(fresh);
      menu.value = file === OWN ? "" : file;
      if (missing) {
        fresh.querySelector("pre").textContent = given ?? original;
        return;
      }
      if (!actions) return;
      actions.dataset.file = file;
      for (const button of actions.querySelectorAll("button")) {
        button.ariaLabel = `${button.textContent} ${name}`;
      }
      await prepare(actions, given).edit({ focus: false });
    };
    const open = async (file, given) => {
      const mine = ++turn;
      let original = start;
      if (file && file !== OWN) {
        const programs = await ours.programs();
        if (mine !== turn) return;
        // The example of an old link may have gone.
        if (!(file in programs)) return show(OWN, start, given);
        original = programs[file];
      }
      await show(file || OWN, original, given);
    };
    const openLink = async () => {
      try {
        const [file, text] = (await programOf(location.hash)) ?? [];
        note.textContent = text === undefined ? "" : "This program came with the link. Nothing runs before you press Run.";
        if (missing && text !== undefined) return await show(OWN, start, text);
        await open(file ?? OWN, text);
      } catch (error) {
        console.warn(error);
        note.textContent = "This link is damaged: there is no program in it.";
        await open(OWN);
      }
    };
    menu.addEventListener("change", async () => {
      history.replaceState(null, "", location.href.split("#")[0]);
      note.textContent = "";
      try {
        await open(menu.value);
      } catch (error) {
        console.error(error);
        note.textContent = "The programs could not be loaded. Are you online?";
      }
    });
    menu.disabled = Boolean(missing);
    addEventListener("hashchange", openLink);
    await openLink();
  };

  Object.assign(ours, { openLab });
})();
