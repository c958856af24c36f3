// Who draws the tasks of a run: a second Python, which the first Run starts and which goes
// when it has rested for a minute.
(() => {
  const ours = window.exampleOutput;
  const { _, enter, unpack } = ours;

  const REST = 60_000; // milliseconds without work after which the artist goes
  let artist; // the worker that draws
  let leaving; // the timer of its rest
  let asked = 0;
  const replies = new Map();

  const dismiss = () => {
    artist?.terminate();
    artist = undefined;
    for (const { reject } of replies.values()) reject(new Error("the artist has gone"));
    replies.clear();
  };
  const engage = (folder, { files: { module, script, library, lock }, timeline }) => {
    const made = new Worker(enter(`${folder}artist.js`), { type: "module" });
    made.onerror = dismiss;
    made.onmessage = ({ data: { id, reply, failed } }) => {
      const { resolve, reject } = replies.get(id) ?? {};
      replies.delete(id);
      if (failed) reject?.(new Error(failed));
      else resolve?.(reply);
    };
    made.postMessage({ files: { module, script, library, lock, timeline } });
    return made;
  };
  /**
   * Start the artist, which takes as long as to start a program.
   * @param {object} python on which it starts, unless it is there; one draws for all.
   */
  const engageArtist = async (python) => {
    if (!artist) {
      const all = await python.runtime();
      artist ??= engage(python.folder, all);
    }
    clearTimeout(leaving);
    leaving = setTimeout(dismiss, REST);
  };
  /** Ask for a picture, or for words; see `timeline/live.py`. */
  const draw = async (python, request, lines) => {
    await engageArtist(python);
    const id = ++asked;
    return new Promise((resolve, reject) => {
      replies.set(id, { resolve, reject });
      artist.postMessage({ id, request: { ...request, words: ours.table }, lines });
    });
  };

  const LONGEST = 10_000; // milliseconds of such a run
  /**
   * A program runs once more, in virtual time, as in the build: its log, its output, and
   * its status, which is undefined if it does not end.
   */
  const runOf = (python, name, source, lines) =>
    new Promise((resolve) => {
      let log = "";
      let output = "";
      let timer;
      const done = (status) => {
        clearTimeout(timer);
        stop();
        resolve({ log, output, status: Number.isInteger(status) ? status : undefined });
      };
      const ignore = () => {};
      const print = ({ text }) => (output += text);
      // How long Python takes to start is not the program's fault.
      const started = () => (timer = setTimeout(done, LONGEST));
      const tell = { loading: ignore, ready: ignore, started, print };
      const ends = { ended: done, stopped: done, crashed: done, failed: done };
      const events = (text) => (log += text);
      const stop = python.start(name, source, { ...tell, ...ends, events }, { live: false, lines });
    });
  const logOf = async (...program) => (await runOf(...program)).log;
  /** What is wrong with a program by the checks of an exercise; see `timeline/live.py`. */
  const judge = async (python, name, source, checks) => {
    const { log, output, status } = await runOf(python, name, source);
    if (status === undefined) return { note: _("It does not end, so it is not judged.") };
    return draw(python, { state: "judged", raw: log, output, status, checks });
  };
  const logs = new Map();
  const documentedLog = (python, name, source) => {
    const key = `${python.folder} ${name} ${source}`;
    if (!logs.has(key)) {
      logs.set(key, logOf(python, name, source));
      // One that could not be loaded is tried again.
      logs.get(key).then((log) => log || logs.delete(key));
    }
    return logs.get(key);
  };

  let parts;
  /** The lines that a program runs, with its variables; see `timeline/lines.py`. */
  const linesOf = async (python, name, source) => {
    parts ??= unpack("lines.bin", "application/json").then((answer) => answer.json());
    parts.catch(() => (parts = undefined));
    const { observer, timeline } = await parts;
    const raw = await logOf(python, name, source, observer);
    const { moments } = await draw(python, { state: "lines", raw }, timeline);
    return moments ?? [];
  };

  Object.assign(ours, { draw, documentedLog, engageArtist, judge, linesOf });
})();
