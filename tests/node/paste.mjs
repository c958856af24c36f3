// Asks the box for errors: reads {messages, texts}, prints one answer a line.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { script, messages, texts } = JSON.parse(readFileSync(0, "utf8"));
const page = vm.createContext({});
vm.runInContext(readFileSync(script, "utf8"), page, script);
for (const text of texts)
  console.log(JSON.stringify(page.findMessages(messages, text).map((hit) => hit.address)));
