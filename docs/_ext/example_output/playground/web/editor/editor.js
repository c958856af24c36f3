// The editor of a program: CodeMirror, with the colours of the page.
//
// Pages load it at the first Edit.

import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { colours, language } from "./colours.js";

export { colour } from "./colours.js";

const mark = StateEffect.define();
const marked = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(mark) && effect.value === 0) return Decoration.none;
      if (effect.is(mark)) {
        const { from } = transaction.state.doc.line(effect.value);
        return Decoration.set(Decoration.line({ class: "run-marked" }).range(from));
      }
    }
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const show = StateEffect.define();
const shown = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(show)) continue;
      const { doc } = transaction.state;
      const known = effect.value.filter((line) => line <= doc.lines).sort((a, b) => a - b);
      const line = Decoration.line({ class: "tl-now" });
      return Decoration.set(known.map((number) => line.range(doc.line(number).from)));
    }
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const does = (what) => () => (what(), true);

/** How an editor behaves; the options are those of `edit`. */
const extensionsOf = ({ label, changed, run, leave }) => {
  // Tab moves the focus until the reader has typed, so that nobody who only passes
  // through is caught.
  let typed = false;
  const withTab = (command) => (view) => typed && command(view);
  return [
    lineNumbers(),
    history(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    indentOnInput(),
    bracketMatching(),
    language,
    colours,
    marked,
    shown,
    keymap.of([
      { key: "Mod-Enter", run: does(run) },
      { key: "Escape", run: does(leave), stopPropagation: true },
      { key: "Tab", run: withTab(indentMore), shift: withTab(indentLess) },
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
    EditorView.domEventHandlers({ blur: () => void (typed = false) }),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      typed = update.view.hasFocus;
      changed(update.state.doc.toString());
    }),
  ];
};

/**
 * Show an editor.
 * @param {object} options
 * @param {Element} options.parent what to show it in.
 * @param {string} options.text the program.
 * @param {string} options.label its accessible name.
 * @param {(text: string) => void} options.changed called after each change.
 * @param {() => void} options.run called at Ctrl+Enter.
 * @param {() => void} options.leave called at Escape.
 */
export function edit({ parent, text, ...options }) {
  const view = new EditorView({ parent, doc: text, extensions: extensionsOf(options) });
  return {
    focus: () => view.focus(),
    /** Replace the program; the reader can undo it. */
    replace: (now) => {
      const changes = { from: 0, to: view.state.doc.length, insert: now };
      view.dispatch({ changes, userEvent: "input.reset" });
    },
    /** Mark no line. */
    unmark: () => view.dispatch({ effects: mark.of(0) }),
    /** Mark what runs, and no other lines. */
    show: (lines) => view.dispatch({ effects: show.of([...new Set(lines)]) }),
    /** Mark a line, and move the cursor there. */
    goTo: (number) => {
      const line = Math.min(number, view.state.doc.lines);
      const anchor = view.state.doc.line(line).from;
      const place = EditorView.scrollIntoView(anchor, { y: "center" });
      view.dispatch({ selection: { anchor }, effects: [mark.of(line), place] });
      view.focus();
    },
  };
}
