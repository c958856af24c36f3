// Runs one program for a page; see run.js.  The page terminates this worker when the
// program ends or Stop is pressed.

import { loadPyodide } from "./pyodide.js";
import { run, sleeper } from "./run.js";

// Limits of the output.  A page stays responsive with any output below them.
const LIMITS = { lines: 5_000, bytes: 500_000, pieces: 50_000 };
const LINES = 1_000; // of the program, which a reader can step through
const EVENTS = 400; // a picture of more would be too large to read
const LINE_FEED = 10;
const decoder = new TextDecoder();

// Taken from the global scope before the program starts.
const send = postMessage.bind(globalThis);
const Request = XMLHttpRequest;

let began = 0;
const printed = { lines: 0, bytes: 0, pieces: 0 };

// Each write is sent immediately, with its own time.  If it were buffered, a line before
// a long computation would appear after it: no timer runs while Python computes.
function write(bytes) {
  const time = performance.now() - began;
  let end = 0;
  while (end < bytes.length && printed.lines < LIMITS.lines && printed.bytes < LIMITS.bytes) {
    printed.bytes++;
    if (bytes[end++] === LINE_FEED) printed.lines++;
  }
  printed.pieces++;
  // The page gets a copy, because the bytes are in Python's memory.
  const text = decoder.decode(bytes.slice(0, end), { stream: true });
  if (text) send({ text, time });
  const reached = Object.keys(LIMITS).find((kind) => printed[kind] >= LIMITS[kind]);
  if (reached) finish({ limit: `${LIMITS[reached].toLocaleString("en")} ${reached}` });
}

function finish(how) {
  send(how);
  // Block until the page terminates this worker.
  sleeper()(60_000);
}

onmessage = async ({ data }) => {
  const { name, source, prepare, lock, module, library, rest, script, observer, live } = data;
  // Pyodide would fetch files that the page has already fetched and compiled.
  const base = new URL("./", import.meta.url).href;
  const { fetch } = globalThis;
  globalThis.fetch = async (url, ...options) => {
    if (String(url).endsWith(".wasm")) return new Response();
    if (String(url).endsWith("library.bin")) return new Response(library);
    return fetch(url, ...options);
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    instance: await WebAssembly.instantiate(module, imports),
    module,
  });
  const sleep = sleeper();
  let python;
  let started = false;
  const calls = {
    pause: sleep,
    nothingWakes: () => finish({ deadlock: true }),
    restOfLibrary: (top) => {
      if (!rest.includes(top)) return "";
      const request = new Request();
      request.open("GET", `${base}rest.bin`, false);
      request.responseType = "arraybuffer";
      request.send();
      python.FS.writeFile("/lib/rest.zip", new Uint8Array(request.response));
      return "/lib/rest.zip";
    },
  };
  try {
    const { default: createPyodideModule } = await import(script);
    const status = await run({
      loadPyodide: async (settings) =>
        (python = await loadPyodide({ ...settings, createPyodideModule })),
      settings: { indexURL: base, stdLibURL: `${base}library.bin`, lockFileContents: lock },
      name,
      source,
      prepare,
      observer,
      observed: (events) => send({ events }),
      live,
      most: EVENTS,
      lines: observer.lines ? LINES : 0,
      write,
      calls,
      started: () => {
        started = true;
        began = performance.now();
        send({ started: true });
      },
    });
    send({ status });
  } catch (error) {
    send({ [started ? "broken" : "unloadable"]: String(error) });
  }
};
postMessage({ ready: true });
