// The lab: a program of the reader's own, or any example, or the program of a link.
(() => {
  const ours = window.exampleOutput;
  const { _, prepare, programOf } = ours;
  const OWN = "program.py"; // as in pages/lab.py

  /**
   * What shows programs in the lab.
   * @param {Element} lab
   * @param {string} missing why no program can run; empty if it can.
   */
  const makeLab = (lab, missing) => {
    const menu = lab.querySelector("select");
    const note = lab.querySelector(".lab-note");
    const start = lab.querySelector("pre").textContent;
    const template = lab.querySelector(".example").cloneNode(true);
    let turn = 0;
    let shown; // what `prepare` returns

    /** Show a program, and the reader's version of it, if there is one. */
    const show = async (file, original, given) => {
      const name = file.split("/").pop();
      const fresh = template.cloneNode(true);
      fresh.querySelector("pre").textContent = original;
      fresh.querySelector(".example-name").textContent = name;
      const actions = fresh.querySelector(".example-actions");
      shown?.leave(); // a program that runs must not go on where nobody sees it
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
      shown = prepare(actions, given);
      await shown.edit({ focus: false });
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
    /** Open an example, and the reader's version of it, or say why not. */
    const openOrTell = async (file, given) => {
      try {
        await open(file, given);
      } catch (error) {
        console.error(error);
        note.textContent = _("The examples could not be loaded. Are you online?");
        // What came with a link is there, whatever it was made from.
        if (given !== undefined) await show(OWN, start, given);
      }
    };
    /** Open the program of the link that led here. */
    const openLink = async () => {
      let link;
      note.textContent = "";
      try {
        link = await programOf(location.hash);
      } catch (error) {
        console.warn(error);
        note.textContent = _("This link is damaged: there is no program in it.");
      }
      const [file, text] = link ?? [OWN];
      if (link) note.textContent = _("This program came with the link. Nothing runs before you press Run.");
      if (missing) await show(OWN, start, text);
      else await openOrTell(file, text);
    };
    return { openOrTell, openLink };
  };

  /**
   * @param {Element} lab
   * @param {string} missing why no program can run; empty if it can.
   */
  const openLab = async (lab, missing) => {
    const { openOrTell, openLink } = makeLab(lab, missing);
    const menu = lab.querySelector("select");
    menu.addEventListener("change", () => {
      history.replaceState(null, "", location.href.split("#")[0]);
      lab.querySelector(".lab-note").textContent = "";
      openOrTell(menu.value);
    });
    menu.disabled = Boolean(missing);
    addEventListener("hashchange", openLink);
    await openLink();
  };

  Object.assign(ours, { openLab });
})();
