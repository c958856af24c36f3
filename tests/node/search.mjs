// Asks the search of a built site: reads {folder, queries}, prints one answer a line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";

const { folder, queries } = JSON.parse(readFileSync(0, "utf8"));
const scripts = [
  "_static/base-stemmer.js",
  "_static/english-stemmer.js",
  "_static/search/minisearch.js",
  "_static/search/engine.js",
  "searchsections.js",
];
// As one page has them: its scripts share their names.
const page = vm.createContext({});
for (const script of scripts)
  vm.runInContext(readFileSync(join(folder, script), "utf8"), page, script);
const { search } = vm.runInContext("makeSearch(searchSections)", page);
for (const query of queries) console.log(JSON.stringify(search(query)));
