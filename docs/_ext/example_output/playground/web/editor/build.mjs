// Bundle the editor: `node build.mjs SITE`, beside its node_modules.
//
// Writes editor.bin, and adds the licences of what is in it to LICENSES.txt.

import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";
import { build } from "esbuild";

const [site] = process.argv.slice(2);
const done = await build({
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  write: false,
});
const packed = zlib.gzipSync(done.outputFiles[0].contents, { level: 9 });
fs.writeFileSync(path.join(site, "editor.bin"), packed);

const packages = new Set();
for (const file of Object.keys(done.metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
  if (found) packages.add(found[1]);
}
for (const name of [...packages].sort()) {
  const folder = path.join("node_modules", name);
  const { version } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const licence = fs.readFileSync(path.join(folder, "LICENSE"), "utf8").trim();
  const text = `\n${"-".repeat(72)}\n${name} ${version}, in editor.bin\n\n${licence}\n`;
  fs.appendFileSync(path.join(site, "LICENSES.txt"), text);
}
