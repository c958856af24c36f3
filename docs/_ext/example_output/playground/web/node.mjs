// Run programs in the runtime of the pages, one after the other, to prove which examples
// run there.
//
// Reads one line of JSON, {runtime, site, observer, lines, files: {key: path}}; writes a
// line per file.  If lines are to be logged, waits take no time.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

const TIMEOUT = 60_000; // milliseconds

async function work({ order, file }) {
  const from = (folder, name) => import(pathToFileURL(path.join(folder, name)).href);
  const { loadPyodide } = await from(order.runtime, "pyodide.js");
  const { run, sleeper } = await from(order.site, "run.js");
  const manifest = JSON.parse(fs.readFileSync(path.join(order.site, "runtime.json"), "utf8"));
  let python;
  const status = await run({
    loadPyodide: async (settings) => (python = await loadPyodide(settings)),
    settings: {
      indexURL: order.runtime,
      stdLibURL: path.join(order.site, "library.bin"),
      lockFileContents: manifest.lock,
    },
    name: path.basename(file),
    source: fs.readFileSync(file, "utf8"),
    prepare: fs.readFileSync(path.join(order.site, "prepare.py"), "utf8"),
    observer: order.observer,
    lines: order.lines,
    live: !order.lines,
    observed: (events) => parentPort.postMessage({ events }),
    kept: ["process"], // Emscripten ends a program with it in Node
    started: () => {},
    write: (bytes) => parentPort.postMessage({ bytes: bytes.slice() }),
    calls: {
      pause: sleeper(),
      nothingWakes: () => {
        parentPort.postMessage({ ending: "deadlock" });
        sleeper()(60_000);
      },
      restOfLibrary: (top) => {
        if (!manifest.rest.includes(top)) return "";
        python.FS.writeFile("/lib/rest.zip", fs.readFileSync(path.join(order.site, "rest.bin")));
        return "/lib/rest.zip";
      },
    },
  });
  parentPort.postMessage({ status, ending: "exit" });
}

async function supervise(order) {
  for (const [key, file] of Object.entries(order.files)) {
    const chunks = [];
    let events = "";
    const began = performance.now();
    const end = await new Promise((resolve) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: { order, file } });
      const timer = setTimeout(() => done({ ending: "timeout" }), TIMEOUT);
      const done = (how) => {
        clearTimeout(timer);
        worker.terminate();
        resolve(how);
      };
      worker.on("message", (message) => {
        if (message.bytes) chunks.push(message.bytes);
        else if (message.events) events += message.events;
        else done(message);
      });
      worker.on("error", (error) => done({ ending: "broken", error: String(error.stack) }));
    });
    const output = Buffer.concat(chunks).toString("utf8");
    const seconds = (performance.now() - began) / 1000;
    process.stdout.write(`${JSON.stringify({ key, output, events, status: 0, seconds, ...end })}\n`);
  }
}

if (isMainThread) {
  await supervise(JSON.parse(fs.readFileSync(0, "utf8")));
} else {
  await work(workerData);
}
