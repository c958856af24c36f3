// What a run prints, as text: how a terminal shows it, how it is compared, and what a
// failure means.  Nothing here touches the page.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _ } = ours;

  // -- A terminal: the same as `normalize` does ---------------------------------------

  // ECMA-48: a control sequence, an operating system command, or another escape.
  const ESCAPE =
    /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])/.source;
  const TOKEN = new RegExp(`${ESCAPE}|[^\\x00-\\x1f\\x7f-\\x9f]+|[^]`, "gu");
  const MOVE = /^(?:[\r\b]|\x1b\[[012]?K|\x1b\[(\d*)([CDG]))$/;
  const WIDEST = 1000; // columns, to which a sequence can move
  const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
  // An escape whose end may come with the next write.
  const OPEN_ESCAPE = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[ -/]*)$/;
  const spell = (control) =>
    CONTROL.test(control)
      ? `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`
      : control;

  // `plain` is the text until something moves in the line, and `cells` what it shows.
  const newLine = (time) =>
    ({ time, cells: [], column: 0, held: "", lead: "", plain: "", moved: false });
  // What takes two cells, as emoji and Chinese do, and what takes none.
  const WIDE =
    /(?![\uff61-\uff9f])[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{Emoji_Presentation}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;
  const NONE = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;
  const fill = ({ cells, column }) => {
    while (cells.length < column) cells.push(" ");
  };
  /** Write what takes no room: it belongs to the cell before it. */
  const join = (line, text) => {
    const at = line.column;
    fill(line);
    if (!at) line.lead += text;
    else line.cells[at - (line.cells[at - 1] ? 1 : 2)] += text;
  };
  const overwrite = (line, characters) => {
    const { cells } = line;
    fill(line);
    for (const character of characters) {
      const at = line.column;
      const isRare = character >= "\xad";
      if (isRare && NONE.test(character)) {
        join(line, character);
        continue;
      }
      const width = isRare && WIDE.test(character) ? 2 : 1;
      for (const end of [at, at + width]) {
        if (cells[end] === "") cells[end - 1] = cells[end] = " "; // half of a wide one
      }
      cells[at] = character;
      if (width > 1) cells[at + 1] = "";
      line.column += width;
    }
  };
  // Without escapes and the like, only what is overwritten last has to be written.
  const PLAIN = /^[\x20-\x7e]*(?:\r[\x20-\x7e]*)+$/;
  const putPlain = (line, [first, ...rows]) => {
    line.moved = true;
    overwrite(line, first);
    let shown = "";
    for (const row of rows.toReversed()) shown += row.slice(shown.length);
    line.column = 0;
    overwrite(line, shown);
    line.column = rows.at(-1).length;
  };
  const put = (line, text) => {
    if (PLAIN.test(text)) return putPlain(line, text.split("\r"));
    for (const [token] of text.matchAll(TOKEN)) {
      const move = MOVE.exec(token);
      if (move) {
        line.moved = true;
        moveBy(line, token, move);
        continue;
      }
      const isEscape = token[0] === "\x1b"; // colours and the like, or a part of one
      if (!line.moved && !(isEscape && token.length > 1)) line.plain += spell(token);
      if (isEscape) continue;
      if (token === "\t") line.column += 8 - (line.column % 8);
      else if (CONTROL.test(token)) join(line, spell(token));
      else overwrite(line, token);
    }
  };
  const moveBy = (line, token, [, by, how]) => {
    const { cells, column } = line;
    const count = Math.min(Math.max(Number(by) || 1, 1), WIDEST);
    if (token === "\r") line.column = 0;
    else if (token === "\b") line.column = Math.max(column - 1, 0);
    else if (token === "\x1b[K" || token === "\x1b[0K") cells.splice(column);
    else if (token === "\x1b[1K") cells.fill(" ", 0, column + 1);
    else if (token === "\x1b[2K") cells.length = 0;
    else if (how === "G") line.column = count - 1;
    else if (how === "D") line.column = Math.max(column - count, 0);
    else line.column = Math.min(column + count, Math.max(WIDEST, column));
  };
  /** Write a text without line feeds to a line, at its cursor. */
  const write = (line, text) => {
    const whole = line.held + text;
    line.held = OPEN_ESCAPE.exec(whole)?.[0] ?? "";
    put(line, whole.slice(0, whole.length - line.held.length));
    line.text = undefined;
  };
  /** The text of a line as a terminal shows it. */
  const textOf = (line) => {
    if (line.text === undefined) {
      const whole = { ...line, cells: [...line.cells] };
      put(whole, line.held);
      line.text = whole.moved ? whole.lead + whole.cells.join("") : whole.plain;
    }
    return line.text;
  };
  const terminal = (text) => {
    const line = newLine(0);
    write(line, text);
    return textOf(line);
  };

  // -- Normalize the output: a port of `normalize.normalize` --------------------------

  const LIBRARY = /^(?:<frozen |\/lib\/(?:python314\.zip|rest\.zip|python3\.14)\/)/;
  const FRAME = /^([ |]*)  File "([^"]+)", line \d+(?:,? in .*)?$/;
  const TRACEBACK = /^[ |+]*(?:Exception Group )?Traceback \(most recent call last\):$/;
  const CARETS = /^[ |]*[~^][~^ ]*$/;
  const MORE = /^[ |]*(?:    \.\.\.<\d+ lines>\.\.\.|  \[Previous line repeated \d+ more times?\])$/;

  const frameEnd = (lines, start, margin, inside) => {
    let end = start;
    for (; end < lines.length; end++) {
      const { text } = lines[end];
      const indented = text.startsWith(`${margin}    `);
      const carets = CARETS.test(lines[end + 1]?.text ?? "");
      const belongs = indented && (inside || end === start || carets);
      if (!(CARETS.test(text) || MORE.test(text) || belongs)) break;
    }
    return end;
  };
  const fold = (lines) => {
    const found = [];
    let inside = false;
    for (let at = 0; at < lines.length; ) {
      const frame = FRAME.exec(lines[at].text);
      if (!frame) {
        inside = TRACEBACK.test(lines[at].text);
        found.push(lines[at++]);
        continue;
      }
      const end = frameEnd(lines, at + 1, frame[1], inside);
      if (LIBRARY.test(frame[2])) {
        const text = `${frame[1]}  ...`;
        if (found.at(-1)?.text !== text) found.push({ ...lines[at], text });
      } else {
        found.push(...lines.slice(at, end).filter(({ text }) => !CARETS.test(text)));
      }
      at = end;
    }
    return found;
  };
  const ADDRESS = /\b(at |id=)0x([0-9A-Fa-f]+)\b/g;
  /**
   * Lines `{text, time}` as the gate compares them.
   * @param {string} documented the documented output: addresses in it stay as they are.
   */
  const normalize = (lines, documented = "") => {
    const seen = new Map();
    const own = new Set(Array.from(documented.matchAll(ADDRESS), ([, , digits]) => digits));
    const clean = (text) =>
      text
        .replace(/\/home\/pyodide[/\\]/g, "")
        .replaceAll("/home/pyodide", ".")
        .replace(
          /\/lib\/(?:python314\.zip|rest\.zip|python3\.14)\/([^\s:'"]*)(:\d+)?/g,
          (_, path, line) => `<library>/${path}${line ? ":..." : ""}`,
        )
        .replace(ADDRESS, (found, before, digits) => {
          if (own.has(digits)) return found;
          const number = BigInt(`0x${digits}`);
          if (!seen.has(number)) seen.set(number, `address-${seen.size + 1}`);
          return before + seen.get(number);
        });
    return fold(lines).map((line) => ({ ...line, text: clean(line.text) }));
  };
  const normalizeText = (text, documented) => {
    const lines = text.split("\n").map((line) => ({ text: terminal(line) }));
    return normalize(lines, documented)
      .map(({ text: line }) => line)
      .join("\n");
  };

  // -- Two texts side by side ----------------------------------------------------------

  /** Pairs of line numbers, `undefined` where a line is only in one of the two. */
  const align = (old, now) => {
    const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = now.length - 1; j >= 0; j--) {
        lengths[i][j] =
          old[i] === now[j]
            ? lengths[i + 1][j + 1] + 1
            : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
      }
    }
    const pairs = [];
    let [i, j] = [0, 0];
    while (i < old.length || j < now.length) {
      if (i < old.length && j < now.length && old[i] === now[j]) {
        pairs.push([i++, j++]);
      } else if (j === now.length || (i < old.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
        pairs.push([i++, undefined]);
      } else {
        pairs.push([undefined, j++]);
      }
    }
    return pairs;
  };
  const difference = (old, now) =>
    align(old, now)
      .map(([i, j]) => (j === undefined ? `- ${old[i]}` : `${i === undefined ? "+" : " "} ${now[j]}`))
      .join("\n");

  // -- Failures ------------------------------------------------------------------------

  const OUTER = /^(?:  \+ Exception Group )?Traceback \(most recent call last\):$/;
  const AFTER_PROMPT = /[^ |+].*Traceback \(most recent call last\):$/;
  const SYNTAX = /^  File "[^"]+", line \d+$/; // a SyntaxError has no traceback
  const CHAIN = /^(?:During handling of the above|The above exception was the direct)/;
  const MESSAGE = /^(?:  \| )?([A-Za-z_][\w.]*(?:: .*)?)$/;

  /** Where the error that ended a program begins, and what it says. */
  const errorOf = (lines) => {
    const texts = lines.map(({ text }) => text);
    let start = texts.findLastIndex((text) => OUTER.test(text));
    for (const other of [AFTER_PROMPT, SYNTAX]) {
      if (start < 0) start = texts.findLastIndex((text) => other.test(text));
    }
    if (start < 0) return undefined;
    const found = texts.slice(start + 1).find((text) => MESSAGE.test(text));
    if (!found) return undefined;
    while (CHAIN.test(texts[start - 2] ?? "")) {
      start = texts.findLastIndex((text, at) => at < start - 2 && OUTER.test(text));
    }
    return { start, message: MESSAGE.exec(found)[1], text: texts.slice(start).join("\n") };
  };

  const HOME = _("Download it to run it at home.");
  // In this order: a connection starts a thread to look up a name.
  const LIMITS = [
    [
      /EOFError: EOF when reading a line/,
      _(
        "In this page a program has no keyboard, so input() finds nothing to read. Write the value into the program, or download it to run it at home.",
      ),
    ],
    [
      /(?:open|create)_connection|(?:start|create)_server|getaddrinfo|urlopen|http\.client|_?socket' has no attribute|Host is unreachable/,
      `${_("In this page a program has no network.")} ${HOME}`,
    ],
    [/can't start new thread/, `${_("In this page a program has no threads.")} ${HOME}`],
    [
      /emscripten does not support processes|No module named '_multiprocessing'/,
      `${_("In this page a program cannot start processes.")} ${HOME}`,
    ],
    [/'signal' has no attribute '(?:alarm|setitimer)'/, `${_("In this page a program has no alarms.")} ${HOME}`],
    [
      /ModuleNotFoundError: /,
      `${_("In this page a program has no installed packages, and not all of the standard library.")} ${HOME}`,
    ],
  ];
  /** Why a program fails in a page that would not fail elsewhere, if that is known. */
  const whyNot = (text) => LIMITS.find(([pattern]) => pattern.test(text))?.[1];

  Object.assign(ours, {
    newLine, write, textOf, normalize, normalizeText, align, difference, errorOf, whyNot,
  });
})();
