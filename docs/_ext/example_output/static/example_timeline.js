// Highlight what belongs together in a timeline, its program and its output, and replay
// the events.  Without this script, the picture and the words have all information.
(() => {
  const { _, decimal } = window.exampleOutput;
  // Milliseconds between two events that happened at the same time.
  const MOMENT = 150;
  const SPEEDS = [
    [0.25, _("¼ speed")],
    [0.5, _("½ speed")],
    [1, _("Real speed")],
    [2, _("2× speed")],
  ];
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /**
   * What belongs together: parts of a picture, lines of the program and its output, words.
   * @param {Element} box that of the timeline.
   * @param {object} places as of `prepare`.
   */
  const makeMarks = (box, places) => {
    const picture = box.querySelector(".timeline-picture");
    // As returned by `story.ticks`.
    const events = JSON.parse(picture.dataset.ticks).map(
      ([time, line, first, count, step]) => ({ time, line, first, count, step }),
    );
    const { code, output } = picture.dataset;
    const words = [...box.querySelectorAll(".what-if li")];
    const lineOf = (prefix, number) =>
      prefix && number ? document.getElementById(`${prefix}-${number}`) : null;
    const outputLine = places.output ?? ((number) => lineOf(output, number));
    const printedBy = ({ first, count }) =>
      Array.from({ length: count }, (_, i) => outputLine(first + i)).filter(Boolean);
    const partsOf = (event, index) => [
      lineOf(code, event.line),
      ...printedBy(event),
      ...picture.querySelectorAll(`[data-step="${event.step}"]`),
      words[index],
    ];
    const numberOf = (prefix, target) => {
      const span = prefix && target.closest(`[id^="${prefix}-"]`);
      return span ? Number(span.id.slice(prefix.length + 1)) : 0;
    };
    let marked = [];
    return {
      picture,
      events,
      words,
      printedBy,
      /** The text of a line of the program. */
      textOf: (line) => (places.text?.(line) ?? lineOf(code, line)?.textContent)?.trim(),
      /** Mark what belongs to the wanted events, and nothing else. */
      mark: (wanted) => {
        for (const part of marked) part.classList.remove("tl-now");
        marked = events.flatMap((event, index) =>
          wanted(event, index) ? partsOf(event, index).filter(Boolean) : [],
        );
        for (const part of marked) part.classList.add("tl-now");
        places.show?.(events.filter(wanted).map(({ line }) => line).filter(Boolean));
      },
      /** Which events belong to an element; null if none can. */
      meant: (target) => {
        const step = target.closest("[data-step]");
        if (step && picture.contains(step)) {
          return (event) => event.step === Number(step.dataset.step);
        }
        const item = words.indexOf(target.closest("li"));
        if (item >= 0) return (_, index) => index === item;
        const line = numberOf(code, target);
        if (line) return (event) => event.line === line;
        const printed = numberOf(output, target);
        if (printed) {
          return ({ first, count }) => first <= printed && printed < first + count;
        }
        return null;
      },
    };
  };
  const nothing = () => false;

  /** Let the arrow keys move from mark to mark in a picture, which is one tab stop. */
  const useArrows = (svg) => {
    const links = [...svg.querySelectorAll("a")];
    links.forEach((link, index) => link.setAttribute("tabindex", index ? -1 : 0));
    svg.addEventListener("keydown", (event) => {
      const at = links.indexOf(event.target.closest("a"));
      const to = {
        ArrowRight: at + 1,
        ArrowDown: at + 1,
        ArrowLeft: at - 1,
        ArrowUp: at - 1,
        Home: 0,
        End: links.length - 1,
      }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const next = links[Math.min(Math.max(to, 0), links.length - 1)];
      links[at].setAttribute("tabindex", -1);
      next.setAttribute("tabindex", 0);
      next.focus();
    });
  };

  /**
   * Keep the bar of a replay at the bottom of the screen while its place is off it, so
   * that the program and its output can be watched.
   * @returns {{pin: () => void, end: () => void}} `pin` is called at each change.
   */
  const makePin = (player, bar, isReplaying, signal) => {
    let inView = true;
    const fit = (pinned) => {
      const { left, width } = player.getBoundingClientRect();
      bar.style.left = pinned ? `${left}px` : "";
      bar.style.width = pinned ? `${width}px` : "";
    };
    const pin = () => {
      const pinned = isReplaying() && !inView;
      if (pinned === bar.classList.contains("tl-pinned")) return;
      const { height } = player.getBoundingClientRect();
      player.style.height = pinned ? `${height}px` : "";
      fit(pinned);
      bar.classList.toggle("tl-pinned", pinned);
    };
    const look = ([entry]) => {
      inView = entry.intersectionRatio > 0.9;
      pin();
    };
    const views = new IntersectionObserver(look, { threshold: [0, 0.9, 1] });
    views.observe(player);
    const refit = () => bar.classList.contains("tl-pinned") && fit(true);
    window.addEventListener("resize", refit, { signal });
    return { pin, end: () => views.disconnect() };
  };

  /**
   * Replay the events of a timeline.
   * @param {Element} player where its controls are shown.
   * @param {object} marks what `makeMarks` returns.
   * @param {AbortSignal} signal ends its listeners.
   */
  const makePlayer = (player, { picture, events, words, printedBy, textOf, mark }, signal) => {
    let position = -1; // the event that is shown; -1 without a replay
    let timer = 0;
    const button = (textContent) => element("button", { type: "button", textContent });
    const play = button(_("Replay"));
    const back = button(_("Back"));
    const step = button(_("Step"));
    const stop = button(_("Show all"));
    const speed = element(
      "select",
      { ariaLabel: _("Speed") },
      ...SPEEDS.map(([value, textContent]) =>
        element("option", { value, textContent, selected: value === 1 }),
      ),
    );
    const count = element("span", { className: "timeline-count" });
    const said = element("output");
    const quoted = element("code", { className: "timeline-quoted" });
    const bar = element("div", { className: "timeline-bar" }, play, back, step, stop, speed);
    bar.append(count, said, quoted);
    const { pin, end } = makePin(player, bar, () => position >= 0, signal);

    const showUntil = (to) => {
      for (const [index, event] of events.entries()) {
        for (const line of printedBy(event)) {
          line.classList.toggle("tl-unprinted", to >= 0 && index > to);
        }
      }
      const reached = Math.max(...events.slice(0, to + 1).map((event) => event.step));
      for (const mark of picture.querySelectorAll("[data-step]")) {
        mark.classList.toggle("tl-future", to >= 0 && Number(mark.dataset.step) > reached);
      }
    };
    const tell = () => {
      const { time, line } = events[position];
      const sentence = words[position].firstElementChild.textContent;
      count.textContent = _("{at} of {all}", { at: position + 1, all: events.length });
      said.textContent = `${decimal(time / 1000)} s: ${sentence}`;
      const text = textOf(line);
      quoted.textContent = text ? _("line {line}: {text}", { line, text }) : "";
    };
    const show = (to) => {
      position = to < events.length ? Math.max(to, -1) : -1;
      const done = position < 0;
      showUntil(position);
      mark((_, index) => index === position);
      if (done) for (const part of [count, said, quoted]) part.textContent = "";
      else tell();
      // A button that gets disabled loses the focus.
      const focused = document.activeElement;
      bar.classList.toggle("tl-replaying", !done);
      stop.disabled = done;
      back.disabled = position < 1;
      if (done) pause();
      if (focused === stop && done) (play.hidden ? step : play).focus();
      if (focused === back && back.disabled) step.focus();
      pin();
    };
    const pause = () => {
      clearTimeout(timer);
      timer = 0;
      play.textContent = position < 0 ? _("Replay") : _("Resume");
    };
    const goOn = () => {
      const now = events[position];
      const next = events[position + 1];
      const wait = next ? Math.max(next.time - now.time, MOMENT) : 1000;
      timer = setTimeout(() => {
        show(position + 1);
        if (position >= 0) goOn();
      }, wait / Number(speed.value));
    };
    const go = (by) => {
      // Screen readers announce single steps, but not a running replay.
      said.ariaLive = "polite";
      pause();
      show(position + by);
      pause();
    };
    play.addEventListener("click", () => {
      said.ariaLive = "off";
      if (timer) {
        pause();
        return;
      }
      if (position < 0) show(0);
      play.textContent = _("Pause");
      goOn();
    });
    back.addEventListener("click", () => go(-1));
    step.addEventListener("click", () => go(1));
    stop.addEventListener("click", () => show(-1));

    player.role = "group";
    player.ariaLabel = _("Replay of {name}", { name: player.dataset.name });
    player.append(bar);
    const settle = () => {
      // With reduced motion, nothing moves by itself.
      play.hidden = speed.hidden = still.matches;
      if (still.matches) pause();
    };
    still.addEventListener("change", settle, { signal });
    stop.disabled = back.disabled = true;
    settle();
    return {
      isReplaying: () => position >= 0,
      end: () => {
        if (position >= 0) show(-1);
        end();
      },
    };
  };

  /**
   * Bring a timeline to life.
   * @param {Element} box
   * @param {object} [places] of a run in the page: output(number), the element of a line
   *   that it printed; show(lines), which marks lines of the program; text(line).
   * @returns {() => void} ends it.
   */
  const prepare = (box, places = {}) => {
    const ending = new AbortController();
    const { signal } = ending;
    const marks = makeMarks(box, places);
    const player = makePlayer(box.querySelector(".timeline-player"), marks, signal);
    let last = nothing;
    const highlight = ({ target }) => {
      if (player.isReplaying() || !(target instanceof Element)) return;
      const wanted = marks.meant(target) ?? nothing;
      if (wanted !== nothing || last !== nothing) marks.mark(wanted);
      last = wanted;
    };
    document.addEventListener("pointerover", highlight, { signal });
    document.addEventListener("focusin", highlight, { signal });
    for (const svg of marks.picture.querySelectorAll("svg")) useArrows(svg);
    return () => {
      player.end();
      marks.mark(nothing);
      ending.abort();
    };
  };
  (window.exampleOutput ??= {}).prepareTimeline = prepare;

  for (const box of document.querySelectorAll(".example-timeline")) {
    if (box.querySelector(".timeline-picture")) prepare(box);
  }
})();
