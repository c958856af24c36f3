// Ask Lighthouse about some pages, one after the other, in one browser.
//
// Reads JSON, {chrome, pages: [{url, form}]}; writes a line of JSON for each, its report.

import fs from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const { chrome, pages } = JSON.parse(fs.readFileSync(0, "utf8"));
const browser = await launch({
  chromePath: chrome,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});
try {
  for (const { url, form } of pages) {
    const flags = { port: browser.port, logLevel: "error", disableFullPageScreenshot: true };
    const config = form === "desktop" ? desktopConfig : undefined;
    const { lhr } = await lighthouse(url, flags, config);
    process.stdout.write(`${JSON.stringify(lhr)}\n`);
  }
} finally {
  browser.kill();
}
