// The colours of a program: those of the page, which come from Pygments.

import { pythonLanguage } from "@codemirror/lang-python";
import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, ViewPlugin } from "@codemirror/view";
import { highlightTree, styleTags, tagHighlighter, tags } from "@lezer/highlight";
import { CLASS_OF } from "./names.js";

const inText = tags.special(tags.brace); // what an f-string replaces, as it is written
/** Python, with tags where Pygments tells more apart. */
export const language = pythonLanguage.configure({
  props: [
    styleTags({
      "FormatReplacement/{ FormatReplacement/} FormatConversion FormatSpec": inText,
      "Decorator/VariableName": tags.meta,
      "ImportStatement/.": tags.variableName,
      '"*" "**" TypeDef': tags.operator,
    }),
  ],
});

// The classes of Pygments, which the page has colours for.
const CLASSES = [
  [tags.keyword, "k"],
  [[tags.operatorKeyword], "ow"],
  [[tags.moduleKeyword], "kn"],
  [[tags.bool, tags.null, tags.self], "kc"],
  [tags.comment, "c1"],
  [[tags.string, tags.special(tags.string)], "s2"],
  [tags.escape, "se"],
  [inText, "si"],
  [tags.docString, "sd"],
  [tags.number, "mi"],
  [tags.operator, "o"],
  [[tags.punctuation, tags.bracket, tags.separator], "p"],
  [[tags.meta], "nd"],
  [tags.function(tags.definition(tags.variableName)), "nf"],
  [tags.definition(tags.className), "nc"],
  [[tags.variableName, tags.propertyName], "n"],
].map(([tag, name]) => ({ tag, class: name }));
const highlighter = tagHighlighter(CLASSES);

/**
 * Call `put(from, to, class)` for each piece of a program that has a colour.
 * @param {Tree} tree
 * @param {(from: number, to: number) => string} textOf
 * @param {(from: number, to: number, kind: string) => void} put
 * @param {number} [from]
 * @param {number} [to]
 */
const pieces = (tree, textOf, put, from, to) => {
  const named = (start, end, kind) => {
    const text = textOf(start, end);
    const known = CLASS_OF.get(text);
    const isMember = start > 0 && textOf(start - 1, start) === ".";
    if (kind === "n" && known && (!isMember || text.startsWith("__"))) put(start, end, known);
    else if (kind === "nd" && isMember) put(start, end, "n");
    else if (kind === "s2" && tree.resolveInner(start, 1).from === start) {
      const quote = start + /^[a-z]*/i.exec(text)[0].length;
      if (quote > start) put(start, quote, "sa");
      put(quote, end, kind);
    } else put(start, end, kind);
  };
  highlightTree(tree, highlighter, named, from, to);
};

/**
 * Colour a program.
 * @param {string} text
 * @returns {Array<Array<[string, string]>>} for each line its pieces, with their classes.
 */
export function colour(text) {
  const lines = [[]];
  let at = 0;
  const put = (to, kind) => {
    const [first, ...rest] = text.slice(at, to).split("\n");
    if (first) lines.at(-1).push([first, kind]);
    for (const part of rest) lines.push(part ? [[part, kind]] : []);
    at = to;
  };
  const both = (from, to, kind) => {
    put(from, "");
    put(to, kind);
  };
  pieces(language.parser.parse(text), (from, to) => text.slice(from, to), both);
  put(text.length, "");
  return lines;
}

const draw = ({ state, visibleRanges }) => {
  const made = new RangeSetBuilder();
  const put = (from, to, kind) => made.add(from, to, Decoration.mark({ class: kind }));
  const textOf = (from, to) => state.sliceDoc(from, to);
  for (const { from, to } of visibleRanges) pieces(syntaxTree(state), textOf, put, from, to);
  return made.finish();
};
/** Colours what an editor shows. */
export const colours = ViewPlugin.define(
  (view) => ({
    shown: draw(view),
    update(now) {
      const isParsed = syntaxTree(now.startState) !== syntaxTree(now.state);
      if (now.docChanged || now.viewportChanged || isParsed) this.shown = draw(now.view);
    },
  }),
  { decorations: ({ shown }) => shown },
);
