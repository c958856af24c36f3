// Run one program as `python NAME` does, in Pyodide.  For a worker of a page, and for
// Node, in which the tests run every example.
//
// A Python is used for one program only: it ends as an interpreter ends, with all that
// is printed then, and is not used again.

export const HOME = "/home/pyodide";

/**
 * @param {object} options
 * @param {Function} options.loadPyodide Pyodide's own.
 * @param {object} options.settings what it is called with, besides.
 * @param {string} options.name the program's file name.
 * @param {string} options.source the program.
 * @param {string} options.prepare the text of prepare.py.
 * @param {(bytes: Uint8Array) => void} options.write takes what is printed.
 * @param {object} options.calls what prepare.py calls, by name.
 * @param {() => void} options.started is called when the program is.
 * @returns {Promise<number>} the exit status.
 */
export async function run(options) {
  const { loadPyodide, settings, name, source, prepare, write, calls, started } = options;
  Object.assign(globalThis, calls);
  const python = await loadPyodide({
    ...settings,
    // Set, it would have Python wait for more once the program has ended.
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
  // Nothing may keep alive what the program is to see go.
  start.destroy();
  names.destroy();
  const c = python._module;
  const path = c.stringToNewUTF8(name);
  started();
  try {
    const failed = c._PyRun_AnyFileExFlags(c._fopen(path, c.stringToNewUTF8("r")), path, 1, 0);
    return c._Py_FinalizeEx() < 0 ? 120 : failed ? 1 : 0;
  } catch (error) {
    // How Emscripten ends a process, as sys.exit() asks for.
    if (error.name === "ExitStatus") return error.status;
    throw error;
  }
}

/** A function that sleeps some milliseconds without work, where that may be done. */
export function sleeper() {
  // Not a SharedArrayBuffer: pages have that only with special headers.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const cell = new Int32Array(memory.buffer);
  return (milliseconds) => void Atomics.wait(cell, 0, 0, milliseconds);
}
