// A program on a page that its reader can change: the documented one, the editor, and
// the changed one with the colours and links of the lines that stayed.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _, element, button, align } = ours;

  // -- What was typed is kept, as long as the tab is open ------------------------------

  const digest = (text) => {
    let sum = 0;
    for (const character of text) sum = (Math.imul(sum, 31) + character.codePointAt(0)) | 0;
    return (sum >>> 0).toString(16);
  };
  const store = (file, original) => {
    const key = `example-output ${file} ${digest(original)}`;
    // A browser may refuse to store anything.
    const attempt = (action) => {
      try {
        return action();
      } catch {
        return null;
      }
    };
    return {
      read: () => attempt(() => sessionStorage.getItem(key)),
      write: (text) => attempt(() => sessionStorage.setItem(key, text)),
      remove: () => attempt(() => sessionStorage.removeItem(key)),
    };
  };

  // -- A program as rows ---------------------------------------------------------------

  /** A copy of each line of a `pre`, with its colours and links. */
  const linesOf = (pre) => {
    const lines = [];
    const range = document.createRange();
    range.setStart(pre, 0);
    const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
    const take = () => {
      const part = range.cloneContents();
      for (const one of part.querySelectorAll("[id]")) one.removeAttribute("id");
      // What the page emphasizes is the documented line, not this one.
      for (const one of part.querySelectorAll(".hll")) one.replaceWith(...one.childNodes);
      lines.push(part);
    };
    while (walker.nextNode()) {
      const { data } = walker.currentNode;
      for (let at = data.indexOf("\n"); at >= 0; at = data.indexOf("\n", at + 1)) {
        range.setEnd(walker.currentNode, at);
        take();
        range.setStart(walker.currentNode, at + 1);
      }
    }
    range.setEndAfter(pre.lastChild);
    take();
    return lines;
  };
  const colouredLines = (text) =>
    ours.editor
      ? ours.editor.colour(text).map((pieces) =>
          pieces.map(([textContent, className]) => element("span", { textContent, className })),
        )
      : text.split("\n").map((line) => [line]);
  /** A block that shows `text`: its lines that are in `pre` too come from there. */
  const rowsOf = (text, pre, original) => {
    const known = pre ? linesOf(pre) : [];
    const coloured = colouredLines(text);
    const rows = [];
    for (const [i, j] of align(original.split("\n"), text.replace(/\n$/, "").split("\n"))) {
      if (j === undefined) continue;
      const isNew = i === undefined;
      const row = element("span", { className: isNew ? "example-row example-new" : "example-row" });
      if (known[i]) row.append(known[i], "\n");
      else row.append(...coloured[j], "\n");
      rows.push(row);
    }
    return rows;
  };

  /** Whether a text could be copied. */
  const copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Without https, only pages from this machine have the clipboard API.
      const area = element("textarea", { value: text });
      document.body.append(area);
      area.select();
      const copied = document.execCommand("copy");
      area.remove();
      return copied;
    }
  };

  // -- One program ---------------------------------------------------------------------

  /**
   * @param {object} options
   * @param {Element} options.box the box of the program.
   * @param {string} options.file its path among the examples.
   * @param {string} [options.given] the reader's version, from a link.
   * @param {HTMLButtonElement} options.editButton
   * @param {() => void} options.run called at Ctrl+Enter.
   * @param {() => void} options.leave called at Escape.
   */
  const makeProgram = ({ box, file, given, editButton, run, leave }) => {
    const name = file.split("/").pop();
    const shown = box.querySelector(".highlight pre");
    const complete = box.querySelector(".example-complete");
    const original = (complete ?? shown).textContent.replace(/\n$/, "");
    const block = shown.closest('div[class*="highlight-"]');
    const kept = store(file, original);
    let text = given ?? kept.read() ?? original;
    let editing = false;
    let editor;

    const pre = element("pre");
    const view = element(
      "div",
      { className: "highlight-python example-rows", hidden: true },
      element("div", { className: "highlight" }, pre),
    );
    const holder = element("div", { className: "highlight example-editor", hidden: true });
    const note = element("span", { className: "example-note-of-change", role: "status" });
    const keys = element("span", {
      className: "example-keys",
      textContent: _("Ctrl+Enter runs, Esc leaves."),
    });
    const resetButton = button(_("Reset"), () => reset());
    const copyButton = button(_("Copy"), () => answerOn(copyButton, copyText(text)));
    const shareButton = button(_("Share"), () => share());
    shareButton.hidden = !ours.labAddress();
    const foot = element(
      "p",
      { className: "example-bar example-foot", hidden: true },
      note,
      keys,
      element("span", { className: "example-actions" }, resetButton, copyButton, shareButton),
    );
    block.after(view, holder, foot);

    const beginning = file.includes("/")
      ? _("Changed. Reset brings back the documented program.")
      : _("Changed. Reset brings back what you began with.");
    const isChanged = () => text.trimEnd() !== original.trimEnd();
    const label = (control, words) => {
      control.textContent = words;
      control.ariaLabel = `${words} ${name}`;
    };
    const drawRows = (line) => {
      const rows = rowsOf(text, complete ? undefined : shown, original);
      rows[line - 1]?.classList.add("run-marked");
      pre.replaceChildren(...rows);
    };
    const draw = () => {
      const changed = isChanged();
      if (!editing && changed) drawRows();
      block.hidden = editing || changed;
      view.hidden = editing || !changed;
      holder.hidden = !editing;
      foot.hidden = !editing && !changed;
      keys.hidden = !editing;
      resetButton.hidden = !changed;
      const words = changed ? beginning : "";
      if (note.textContent !== words) note.textContent = words;
      box.classList.toggle("example-changed", changed);
      label(editButton, editing ? _("Done") : _("Edit"));
    };
    const change = (now) => {
      text = now;
      if (isChanged()) kept.write(text);
      else kept.remove();
      draw();
    };
    const makeEditor = () => {
      editor ??= ours.editor.edit({
        parent: holder,
        text,
        label: _("The program {name}. Control and Enter run it, Escape leaves it.", { name }),
        changed: change,
        run,
        leave,
      });
    };
    const edit = async ({ focus = true } = {}) => {
      try {
        await ours.loadEditor();
      } catch (error) {
        console.error(error);
        foot.hidden = false;
        note.textContent = _("The editor could not be loaded. Are you online?");
        return;
      }
      makeEditor();
      editing = true;
      draw();
      if (focus) editor.focus();
    };
    const done = () => {
      editing = false;
      draw();
    };
    const reset = () => {
      // In the editor, so that it can be undone there.
      if (ours.editor) makeEditor();
      if (editor) editor.replace(original);
      else change(original);
      if (editing) editor.focus();
      else editButton.focus();
    };
    const answerOn = async (control, copying) => {
      const words = control.textContent;
      const copied = await copying;
      control.focus();
      control.textContent = copied ? _("Copied") : _("Not copied");
      setTimeout(() => (control.textContent = words), 2000);
    };
    const share = async () => {
      const link = await ours.linkTo(file, text);
      if (link) await answerOn(shareButton, copyText(link));
      else note.textContent = _("Too long for a link. Copy the program instead.");
    };
    const goTo = async (line) => {
      if (!editing && !isChanged() && complete) await edit();
      if (editing) return editor.goTo(line);
      for (const marked of box.querySelectorAll(".run-marked")) marked.classList.remove("run-marked");
      const known = block.querySelector(`[id$="-line-${line}"]`);
      if (isChanged() || !known) {
        drawRows(line);
        [block.hidden, view.hidden] = [true, false];
      } else known.classList.add("run-marked");
      box.querySelector(".run-marked")?.scrollIntoView({ block: "center" });
    };
    /** Mark the lines that run, and no others. */
    const show = (lines) => {
      if (editing) return editor.show(lines);
      for (const one of box.querySelectorAll(".tl-now")) one.classList.remove("tl-now");
      for (const line of lines) {
        const documented = block.querySelector(`[id$="-line-${line}"]`);
        (block.hidden ? pre.children[line - 1] : documented)?.classList.add("tl-now");
      }
    };
    const forgetMark = () => {
      editor?.unmark();
      for (const marked of box.querySelectorAll(".run-marked")) marked.classList.remove("run-marked");
      draw();
    };

    editButton.addEventListener("click", () => (editing ? done() : edit()));
    draw();
    // The reader has edited before, so the browser has the editor.
    if (isChanged()) ours.loadEditor().then(draw, () => {});
    return { edit, isChanged, goTo, forgetMark, show, original, text: () => text };
  };

  Object.assign(ours, { makeProgram });
})();
