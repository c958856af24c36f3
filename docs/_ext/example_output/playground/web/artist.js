// Draws what the tasks of a reader's program did, with the modules that draw the pictures
// of the site: a second Python, in a worker of its own, so that a picture grows while its
// program runs.

import { loadPyodide } from "./pyodide.js";

// The files of the runtime are those that the page has fetched for worker.js.
async function load({ lock, module, script, library, timeline }) {
  const base = new URL("./", import.meta.url).href;
  globalThis.fetch = async (url) => new Response(String(url).endsWith(".wasm") ? null : library);
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    instance: await WebAssembly.instantiate(module, imports),
    module,
  });
  const { default: createPyodideModule } = await import(script);
  const python = await loadPyodide({
    createPyodideModule,
    indexURL: base,
    stdLibURL: `${base}library.bin`,
    lockFileContents: lock,
  });
  const folder = "/lib/pictures/example_output";
  python.FS.mkdirTree(`${folder}/timeline`);
  for (const [name, source] of Object.entries(timeline)) {
    python.FS.writeFile(`${folder}/timeline/${name}.py`, source);
  }
  python.runPython("import sys; sys.path.insert(0, '/lib/pictures')");
  const { answer } = python.pyimport("example_output.timeline.live");
  const add = (source) => python.FS.writeFile(`${folder}/timeline/lines.py`, source);
  return { answer, add };
}

let ready;
onmessage = async ({ data: { files, id, request, lines } }) => {
  if (files) {
    ready = load(files);
    ready.catch(() => {}); // each request reports it
    return;
  }
  try {
    const { answer, add } = await ready;
    if (lines) add(lines); // the module for a request about lines
    postMessage({ id, reply: JSON.parse(answer(JSON.stringify(request))) });
  } catch (error) {
    postMessage({ id, failed: String(error) });
  }
};
