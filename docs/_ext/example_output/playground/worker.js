// Runs one program for a page: see run.js.  The page ends this worker after that, or
// before, when Stop is pressed.

import { loadPyodide } from "./pyodide.js";
import { run, sleeper } from "./run.js";

const BATCH = 20; // milliseconds for which output is gathered
const LIMIT = 500_000; // bytes of output
const decoder = new TextDecoder();

let began = 0;
let gathered = "";
let flushed = -Infinity;
let size = 0;

function flush() {
  flushed = performance.now();
  if (gathered) postMessage({ text: gathered, time: flushed - began });
  gathered = "";
}

function write(bytes) {
  size += bytes.length;
  gathered += decoder.decode(bytes.slice(), { stream: true });
  // At once, if there was a while of nothing: a line before an endless loop is seen.
  if (performance.now() - flushed > BATCH) flush();
  if (size > LIMIT) end({ limit: LIMIT });
}

function end(how) {
  flush();
  postMessage(how);
  // The page ends this worker; until then nothing more is to happen.
  sleeper()(60_000);
}

onmessage = async ({ data: { name, source, prepare, lock, module, library, rest } }) => {
  // Pyodide fetches what the page has fetched, and compiled, already.
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
  const calls = {
    pause: (milliseconds) => {
      flush();
      sleep(milliseconds);
    },
    nothingWakes: () => end({ deadlock: true }),
    restOfLibrary: (top) => {
      if (!rest.includes(top)) return "";
      const request = new XMLHttpRequest();
      request.open("GET", `${base}rest.bin`, false);
      request.responseType = "arraybuffer";
      request.send();
      python.FS.writeFile("/lib/rest.zip", new Uint8Array(request.response));
      return "/lib/rest.zip";
    },
  };
  try {
    const status = await run({
      loadPyodide: async (settings) => (python = await loadPyodide(settings)),
      settings: { indexURL: base, stdLibURL: `${base}library.bin`, lockFileContents: lock },
      name,
      source,
      prepare,
      write,
      calls,
      started: () => {
        began = performance.now();
        postMessage({ started: true });
      },
    });
    flush();
    postMessage({ status });
  } catch (error) {
    postMessage({ broken: String(error) });
  }
};
postMessage({ ready: true });
