// The Pythons that run in the page: CPython, built for WebAssembly.  Each is fetched from
// this site, once per page; the usual one when a hand comes near a Run button, another one
// when it is chosen and Run is pressed.
(() => {
  const ours = (window.exampleOutput ??= {});
  const { _ } = ours;
  const BASE = new URL("../playground/", document.currentScript.src).href;
  const PATIENCE = 60_000; // milliseconds without data before a start fails

  // -- Fetching -----------------------------------------------------------------------

  const get = async (place, signal) => {
    const answer = await fetch(BASE + place, { signal });
    if (!answer.ok) throw new Error(`${place}: ${answer.status} ${answer.statusText}`);
    return answer;
  };
  const unpacked = ({ body }, type) => {
    const stream = body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream, { headers: { "Content-Type": type } });
  };
  const unpack = async (place, type) => unpacked(await get(place), type);
  // A module that is fetched compressed has no address of its own.
  const scriptOf = async (answer) =>
    URL.createObjectURL(await unpacked(answer, "text/javascript").blob());
  // A worker that starts from a blob has the policy of this page; one that starts from an
  // address would have none.
  const enter = (place) =>
    URL.createObjectURL(
      new Blob([`import ${JSON.stringify(BASE + place)};`], { type: "text/javascript" }),
    );
  const inMegabytes = (bytes) => ours.decimal((bytes / 1_000_000).toFixed(1));
  const sum = (numbers) => Object.values(numbers).reduce((a, b) => a + b, 0);

  /** Which limit of its output stopped a program: `5,000 lines`, as the worker says it. */
  const reached = (limit) => {
    const [digits, unit] = limit.split(" ");
    const count = ours.decimal(digits);
    if (unit === "lines") return _("Stopped after {count} lines of output.", { count });
    if (unit === "bytes") return _("Stopped after {count} bytes of output.", { count });
    return _("Stopped after {count} pieces of output.", { count });
  };

  // -- One Python ---------------------------------------------------------------------

  /**
   * The files of a Python, fetched at the first call.
   * @param {string} folder where they are.
   */
  const makeFiles = (folder) => {
    let arrived = 0; // when data last arrived
    let leave; // aborts all current fetches
    let fetched;
    let sizes; // of the files that take long, in bytes; undefined until they are known
    let received = {};
    const listeners = new Set(); // called when data has arrived

    const fetchPart = async (name) => {
      const answer = await get(folder + name, leave.signal);
      const note = new TransformStream({
        transform: (chunk, controller) => {
          arrived = performance.now();
          received[name] = (received[name] ?? 0) + chunk.length;
          for (const listener of listeners) listener();
          controller.enqueue(chunk);
        },
      });
      return new Response(answer.body.pipeThrough(note));
    };
    const getManifest = async () => {
      const answer = await fetchPart("runtime.json");
      const manifest = await answer.json();
      sizes = manifest.sizes;
      return manifest;
    };
    const fetchAll = async () => {
      const [module, script, library, prepare, tasks, manifest, expected] = await Promise.all([
        fetchPart("pyodide.bin")
          .then((answer) => unpacked(answer, "application/wasm"))
          .then(WebAssembly.compileStreaming),
        fetchPart("pyodide.asm.bin").then(scriptOf),
        fetchPart("library.bin").then((answer) => answer.arrayBuffer()),
        fetchPart("prepare.py").then((answer) => answer.text()),
        fetchPart("tasks.bin").then((answer) => unpacked(answer, "application/json").json()),
        getManifest(),
        fetchPart("expected.json").then((answer) => answer.json()),
      ]);
      const { lock, rest, python } = manifest;
      const { observer, timeline } = tasks;
      const files = { module, script, library, prepare, lock, rest, observer };
      return { files, timeline, python, expected };
    };
    return {
      listeners,
      /** For how many milliseconds no data has arrived since a start. */
      silence: () => performance.now() - arrived,
      begin: () => (arrived = performance.now()),
      runtime: () => {
        if (fetched) return fetched;
        const mine = (leave = new AbortController());
        received = {};
        return (fetched = fetchAll().catch((error) => {
          mine.abort(); // the other files
          // The next Run tries again, even if this one was stopped meanwhile.
          if (leave === mine) leave = fetched = undefined;
          throw error;
        }));
      },
      forget: () => {
        leave?.abort();
        leave = fetched = undefined;
      },
      /** How much has arrived, in words. */
      loaded: () => {
        if (!sizes) return { words: _("Loading Python …"), share: 0 };
        const total = sum(sizes);
        const now = sum(Object.fromEntries(Object.keys(sizes).map((name) => [name, received[name] ?? 0])));
        const done = now >= total;
        return {
          words: done
            ? _("Starting Python …")
            : _("Loading Python: {now} of {total} MB", {
                now: inMegabytes(now),
                total: inMegabytes(total),
              }),
          share: done ? undefined : now / total,
        };
      },
    };
  };

  /** Pass on what a worker sends: see `start`. */
  const passOn = (data, tell, fail) => {
    if (data.started) tell.started();
    if (data.text) tell.print(data);
    if (data.events) tell.events(data.events);
    if (data.unloadable) fail(data.unloadable);
    if (data.limit) tell.stopped(reached(data.limit));
    if (data.deadlock) tell.stopped(_("Stopped: it waits for something that can never happen."));
    if (data.broken) tell.crashed(data.broken);
    if (data.status !== undefined) tell.ended(data.status);
  };

  /** Have a worker run a program. */
  const send = (worker, { files, lines, ...program }) => {
    const { watch, ...before } = files.observer;
    const observer = lines ? { ...before, lines, watch } : files.observer;
    worker.postMessage({ ...program, ...files, observer });
  };

  /** @param {string} folder where its files are, such as `3.13/`; empty for the usual one. */
  const makePython = (folder) => {
    const all = makeFiles(folder);
    let spare;
    let entry; // the address from which workers start

    // A worker runs one program.  The next worker starts meanwhile.
    const hire = () => {
      entry ??= enter(`${folder}worker.js`);
      const worker = new Worker(entry, { type: "module" });
      worker.ready = new Promise((resolve, reject) => {
        worker.onmessage = resolve;
        worker.onerror = () => reject(new Error("worker.js did not load"));
      });
      // A run awaits this, and handles a failure; a spare worker ignores it.
      worker.ready.catch(() => {});
      return worker;
    };
    const worker = () => {
      const next = spare ?? hire();
      spare = hire();
      return next;
    };
    // After a failed start, the next one begins from scratch.
    const forget = () => {
      all.forget();
      spare?.terminate();
      spare = undefined;
    };
    /** Fetch what the first run needs, unless the reader saves data. */
    const approach = () => {
      if (navigator.connection?.saveData) return;
      all.runtime().catch(() => {});
    };

    // -- One run ------------------------------------------------------------------------

    /** Tell how much has arrived, until the function that is returned is called. */
    const follow = (loading) => {
      let shown = 0;
      const listen = () => {
        // Each chunk would be more than anybody can read.
        if (performance.now() - shown < 100) return;
        shown = performance.now();
        loading(all.loaded());
      };
      all.listeners.add(listen);
      loading(all.loaded());
      return () => all.listeners.delete(listen);
    };
    /**
     * Run a program.
     * @param {string} name its file name.
     * @param {string} source
     * @param {object} tell what is called: loading({words, share}), ready({python, expected}),
     *   started(), print({text, time}), events(log), ended(status), stopped(why),
     *   crashed(message), failed().
     * @param {object} [how]
     * @param {boolean} [how.live] whether a sleep takes its time.
     * @param {string} [how.lines] the observer of lines, if they are to be logged.
     * @returns {() => void} stops the program.
     */
    const start = (name, source, tell, { live = true, lines } = {}) => {
      const mine = worker();
      let over = false;
      const stop = () => {
        over = true;
        clearInterval(watch);
        unfollow();
        mine.terminate();
      };
      const fail = (error) => {
        if (over) return;
        console.error(error);
        stop();
        forget();
        tell.failed();
      };
      all.begin();
      const check = () => all.silence() > PATIENCE && fail("no data arrives");
      const watch = setInterval(check, 1000);
      const unfollow = follow(tell.loading);
      const answer = ({ data }) => {
        if (over) return;
        if (data.started) {
          clearInterval(watch);
          mine.onerror = ({ message }) => tell.crashed(message);
        }
        passOn(data, tell, fail);
      };
      const arrive = () => {
        unfollow();
        if (!over) tell.loading(all.loaded());
      };
      const begin = async () => {
        const runtime = all.runtime();
        runtime.then(arrive, () => {}); // a failure is reported below
        const [{ files, python, expected }] = await Promise.all([runtime, mine.ready]);
        if (over) return;
        tell.ready({ python, expected });
        mine.onerror = fail;
        mine.onmessage = answer;
        send(mine, { name, source, live, lines, files });
      };
      begin().catch(fail);
      return stop;
    };

    return { approach, folder, runtime: all.runtime, start };
  };

  const pythons = new Map();
  /**
   * One of the Pythons.
   * @param {string} [minor] its version, such as `3.13`; the usual one by default.
   */
  const pythonOf = (minor) => {
    const folder = minor ? `${minor}/` : "";
    if (!pythons.has(folder)) pythons.set(folder, makePython(folder));
    return pythons.get(folder);
  };

  // -- The editor ---------------------------------------------------------------------

  let editor;
  /** The module of the editor, fetched at the first call. */
  const loadEditor = () => {
    editor ??= get("editor.bin")
      .then(scriptOf)
      .then((address) => import(address))
      .then((module) => (ours.editor = module));
    editor.catch(() => (editor = undefined));
    return editor;
  };

  let sources;
  /** The sources of all examples that run in a page, by path. */
  const programs = () => {
    sources ??= get("programs.json").then((answer) => answer.json());
    sources.catch(() => (sources = undefined));
    return sources;
  };

  Object.assign(ours, { enter, unpack, pythonOf, loadEditor, programs });
})();
