// Run one program in Pyodide as `python NAME` does.  Used by a worker of a page, and by
// Node to prove which examples run.
//
// Each Python runs one program only: it is finalized like any interpreter, which may
// print more.

export const HOME = "/home/pyodide";

/**
 * @param {object} options
 * @param {Function} options.loadPyodide Pyodide's own.
 * @param {object} options.settings its other settings.
 * @param {string} options.name the program's file name.
 * @param {string} options.source the program.
 * @param {string} options.prepare the text of prepare.py.
 * @param {(bytes: Uint8Array) => void} options.write receives the output.
 * @param {object} options.calls the functions that prepare.py calls, by name.
 * @param {() => void} options.started called when the program starts.
 * @returns {Promise<number>} the exit status.
 */
export async function run(options) {
  const { loadPyodide, settings, name, source, prepare, write, calls, started } = options;
  Object.assign(globalThis, calls);
  const python = await loadPyodide({
    ...settings,
    // If set, Python would wait for input once the program has ended.
    env: { PYTHONINSPECT: "", HOME },
  });
  const stream = {
    write: (bytes) => {
      write(bytes);
      return bytes.length;
    },
  };
  python.setStdout(stream);
  python.setStderr(stream);
  python.setStdin({ stdin: () => null });
  python.FS.writeFile(`${HOME}/${name}`, source);
  const names = python.runPython("dict()");
  python.runPython(prepare, { globals: names });
  const start = names.get("prepare");
  start(name);
  // References from here would keep objects alive when the program ends.
  start.destroy();
  names.destroy();
  const c = python._module;
  const path = c.stringToNewUTF8(name);
  started();
  try {
    const failed = c._PyRun_AnyFileExFlags(c._fopen(path, c.stringToNewUTF8("r")), path, 1, 0);
    return c._Py_FinalizeEx() < 0 ? 120 : failed ? 1 : 0;
  } catch (error) {
    // Emscripten throws this to end a process, for instance in sys.exit().
    if (error.name === "ExitStatus") return error.status;
    throw error;
  }
}

/** A function that blocks a worker for some milliseconds without using the CPU. */
export function sleeper() {
  // Not a SharedArrayBuffer: pages have that only with special headers.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const cell = new Int32Array(memory.buffer);
  return (milliseconds) => void Atomics.wait(cell, 0, 0, milliseconds);
}
