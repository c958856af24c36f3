// Which messages a text contains, the best first.  Each message is [kind, text, address]:
// the kind is the name of an exception or of a warning, or "log"; in the text, an
// ellipsis stands for what comes from the program.  No part of a page is used here, so
// that tests can ask it in Node.
globalThis.findMessages = (messages, pasted) => {
  // One line without colours, margins of groups, or breaks that a terminal has added.
  const text = pasted
    .replace(/\x1b\[[0-9;]*m/g, "")
    .replace(/^[ +|-]*\|/gm, "")
    .replace(/\s+/g, " ");
  const escaped = (part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const NAME = "(?:[\\w.]+\\.)?";

  // An error says more than a line of a log, and that more than what wraps an error.
  const RANKS = { log: 2, ExceptionGroup: 1, BaseExceptionGroup: 1 };
  const rank = (kind) => RANKS[kind] ?? (kind.endsWith("Warning") ? 2 : 3);

  const patterns = (kind, words) => {
    if (!words) return [[`${NAME}${kind}(?=[ ]|$)`, 1.5]];
    // What it begins or ends with may be cut off.
    const core = words.replace(/^['"]?…['"]?|:? ?['"]?…['"]?[.!]?$|[.!]$/g, "").trim();
    const parts = core.split("…").map(escaped);
    const said = parts.join(".{1,600}?");
    const gap = words.startsWith("…") ? ".{1,600}?" : "";
    if (kind === "log") return [[said, rank(kind)]];
    // Who copies the message alone leaves the kind out.
    return [[`${NAME}${kind}: ${gap}${said}`, rank(kind)], [said, 0.5]];
  };

  const found = new Map();
  for (const [kind, words, address] of messages)
    for (const [pattern, worth] of patterns(kind, words)) {
      const last = [...text.matchAll(new RegExp(pattern, "g"))].pop();
      if (!last) continue;
      const hit = { kind, words, address, worth, end: last.index + last[0].length };
      const better = (a, b) =>
        b.worth - a.worth || b.end - a.end || b.words.length - a.words.length;
      const known = found.get(address);
      if (!known || better(known, hit) > 0) found.set(address, hit);
      break;
    }
  return [...found.values()].sort(
    (a, b) => b.worth - a.worth || b.end - a.end || b.words.length - a.words.length,
  );
};
