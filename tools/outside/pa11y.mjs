// pa11y with both of its engines, axe and HTML CodeSniffer, at each size.
// Reads {chromium, sandbox, sizes, pages: {name: address}}; writes {page, size, engine, code, message, selector}
// for each fault, and {page, size} for each page that was judged.
import { readFileSync } from "node:fs";
import pa11y from "pa11y";
import puppeteer from "puppeteer";

const AT_ONCE = 2;
const { chromium, sandbox, sizes, pages } = JSON.parse(readFileSync(0, "utf8"));
const browser = await puppeteer.launch({
  executablePath: chromium,
  args: ["--disable-gpu", "--no-first-run", "--disable-background-networking", ...(sandbox ? [] : ["--no-sandbox"])],
});
const say = (line) => console.log(JSON.stringify(line));

// CodeSniffer's warnings and notices are questions to a reader.  axe's findings are faults whatever weight
// pa11y gives them, but for those that axe itself could not decide.
const isFault = ({ runner, type, runnerExtras }) =>
  runner === "axe" ? !runnerExtras.needsFurtherReview : type === "error";

async function judge(page, address, size) {
  const { issues } = await pa11y(address, {
    browser,
    runners: ["axe", "htmlcs"],
    standard: "WCAG2AA",
    viewport: size,
    includeWarnings: true,
    includeNotices: true,
    timeout: 60_000,
  });
  for (const issue of issues.filter(isFault)) {
    const { runner: engine, code, message, selector } = issue;
    say({ page, size: size.width, engine, code, message, selector });
  }
  say({ page, size: size.width });
}

const waiting = sizes.flatMap((size) => Object.entries(pages).map(([page, address]) => [page, address, size]));
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) await judge(...next);
}
await Promise.all(Array.from({ length: AT_ONCE }, work));
await browser.close();
