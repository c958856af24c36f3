// Make the library of the runtime: modules for most programs as bytecode, the rest as is.
//
// Pyodide contains sources, and compiling them would take most of the time of each start.
// They are compiled here, by the Python that will load them.

import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, site] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(runtime, "pyodide.js")).href);
const lock = JSON.parse(fs.readFileSync(path.join(runtime, "pyodide-lock.json"), "utf8"));
const lockFileContents = JSON.stringify({ ...lock, packages: {} });
const python = await loadPyodide({ indexURL: runtime, lockFileContents });
const program = fs.readFileSync(new URL("./library.py", import.meta.url), "utf8");
const rest = JSON.parse(python.runPython(program));
for (const name of ["library.bin", "rest.bin"]) {
  fs.writeFileSync(path.join(site, name), python.FS.readFile(`/tmp/${name}`));
}
const manifest = { python: python.runPython("import platform; platform.python_version()") };
Object.assign(manifest, { pyodide: lock.info.version ?? python.version, rest, lock: lockFileContents });
fs.writeFileSync(path.join(site, "runtime.json"), JSON.stringify(manifest));
