// Run one program in Pyodide as `python NAME` does.  Used by a worker of a page, and by
// Node to prove which examples run.
//
// Each Python runs one program only: it is finalized like any interpreter, which may
// print more.

export const HOME = "/home/pyodide";

// What is left of the global scope when a program starts: the language, and what Python
// uses meanwhile.  It is a list of what stays, so that it is complete in any browser.
const KEPT = `
  Object Function Array String Number Boolean Symbol BigInt Math JSON Reflect Proxy Promise
  Date RegExp Map Set WeakMap WeakSet WeakRef FinalizationRegistry Iterator
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError
  ArrayBuffer SharedArrayBuffer DataView Atomics Int8Array Uint8Array Uint8ClampedArray
  Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array
  Float32Array Float64Array globalThis undefined NaN Infinity isNaN isFinite
  parseInt parseFloat decodeURIComponent encodeURIComponent
  WebAssembly TextDecoder TextEncoder crypto performance console
`
  .trim()
  .split(/\s+/);

/**
 * @param {object} options
 * @param {Function} options.loadPyodide Pyodide's own.
 * @param {object} options.settings its other settings.
 * @param {string} options.name the program's file name.
 * @param {string} options.source the program.
 * @param {string} options.prepare the text of prepare.py.
 * @param {(bytes: Uint8Array) => void} options.write receives the output.
 * @param {object} [options.observer] the parts of the observer of its tasks, by name.
 * @param {(text: string) => void} [options.observed] receives what the observer logs.
 * @param {boolean} [options.live] whether it lets a sleep take its time.
 * @param {number} [options.most] how many events it logs; 0 for all.
 * @param {number} [options.lines] how many lines of the program it logs.
 * @param {object} options.calls the functions that prepare.py calls, by name.
 * @param {string[]} [options.kept] more names that stay in the global scope.
 * @param {() => void} options.started called when the program starts.
 * @returns {Promise<number>} the exit status.
 */
export async function run(options) {
  const { loadPyodide, settings, name, source, prepare, write, calls, started } = options;
  refuseText();
  const python = await loadPyodide({
    ...settings,
    // The module `js`, until prepare.py removes it.
    jsglobals: calls,
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
  if (options.observer) {
    addDevice(python.FS, "/dev/events", options.observed);
    const observe = names.get("observe");
    const { live = true, most = 0, lines = 0 } = options;
    observe(options.observer, "/dev/events", live, most, lines);
    observe.destroy();
  }
  // References from here would keep objects alive when the program ends.
  start.destroy();
  names.destroy();
  const c = python._module;
  const path = c.stringToNewUTF8(name);
  seal(options.kept);
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

/** A file that passes on what is written to it, immediately. */
function addDevice(files, path, write) {
  const decoder = new TextDecoder();
  const device = files.makedev(64, 0);
  files.registerDevice(device, {
    open: (stream) => void (stream.seekable = false),
    write: (_, memory, start, length) => {
      write(decoder.decode(memory.slice(start, start + length), { stream: true }));
      return length;
    },
  });
  files.mkdev(path, device);
}

/** Make JavaScript refuse to run text, before Pyodide keeps what could do it. */
export function refuseText() {
  refuse.prototype = Function.prototype;
  for (const made of [() => {}, async () => {}, function* () {}, async function* () {}]) {
    Object.defineProperty(Object.getPrototypeOf(made), "constructor", { value: refuse });
  }
  globalThis.Function = globalThis.eval = refuse;
}

function refuse() {
  throw new EvalError("programs cannot run JavaScript");
}

/**
 * Delete network, storage, messages and the rest from the global scope, where also Python
 * would find them.
 *
 * @param {string[]} [more] what stays, besides KEPT.
 */
export function seal(more = []) {
  let scope = globalThis;
  while (scope && scope !== Object.prototype) {
    for (const name of Reflect.ownKeys(scope)) {
      if (KEPT.includes(name) || more.includes(name)) continue;
      // Some numbers are constants, which cannot be deleted.
      if (!Reflect.deleteProperty(scope, name) && typeof scope[name] !== "number") {
        throw new Error(`a program would reach ${String(name)}`);
      }
    }
    scope = Object.getPrototypeOf(scope);
  }
}

/** A function that blocks a worker for some milliseconds without using the CPU. */
export function sleeper() {
  // Not a SharedArrayBuffer: pages have that only with special headers.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const cell = new Int32Array(memory.buffer);
  return (milliseconds) => void Atomics.wait(cell, 0, 0, milliseconds);
}
