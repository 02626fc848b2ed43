// Rebuilds static/vendor/uswds from the locked packages: themed CSS, the bundle of components, every
// file that the CSS names, a sprite of the icons in src/icons.txt, and VERSIONS with the hashes.
//   npm ci && npm run build
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const uswds = join(here, "node_modules/@uswds/uswds");
const vendor = join(here, "../../static/vendor");
const out = join(vendor, "uswds");

// Weights that no rule asks for: bold italics would be 65 kB of files never downloaded.
const UNUSED_FACES = /@font-face\{[^}]*font-style:italic;font-weight:(600|700)[^}]*\}/g;
// A test for `mask` that Django's manifest storage would read as the address of a file.
const EMPTY_ADDRESS = /@supports\(mask: ?url\(""\)\)/g;

function themedCss() {
  const result = compile(join(here, "src/portal.scss"), {
    style: "compressed",
    loadPaths: [join(uswds, "packages")],
    quietDeps: true,
    silenceDeprecations: ["if-function", "global-builtin", "import"],
    logger: { warn() {}, debug() {} },
  });
  return result.css.replace(UNUSED_FACES, "").replace(EMPTY_ADDRESS, "@supports(mask:none)");
}

function copyNamedFiles(css) {
  const named = new Set([...css.matchAll(/url\(["']?([^"')]+)["']?\)/g)].map((match) => match[1]));
  for (const path of named) {
    if (path.startsWith("data:")) continue;
    mkdirSync(dirname(join(out, path)), { recursive: true });
    cpSync(join(uswds, "dist", path), join(out, path));
  }
}

// PDFs: Pango finds fonts through fontconfig and takes none that is packed as WOFF2.
const PDF_FACES = ["Regular", "Bold", "Italic"];

function copyPdfFonts() {
  for (const face of PDF_FACES) {
    const path = `fonts/public-sans/PublicSans-${face}.ttf`;
    cpSync(join(uswds, "dist", path), join(out, path));
  }
}

// Two signs that the design system lacks: a dot (nothing to do) and a half-filled circle (part of each).
const OWN_SYMBOLS = [
  '<symbol id="dot" viewBox="0 0 24 24"><circle cx="12" cy="12" r="6"/></symbol>',
  '<symbol id="half" viewBox="0 0 24 24"><path d="M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2a8 8 0 0 1 0 16z"/></symbol>',
];

function sprite() {
  const all = readFileSync(join(uswds, "dist/img/sprite.svg"), "utf8");
  const symbols = readFileSync(join(here, "src/icons.txt"), "utf8").trim().split("\n").map((name) => {
    const symbol = all.match(new RegExp(`<symbol id="${name}".*?</symbol>`));
    if (!symbol) throw new Error(`src/icons.txt: the sprite has no icon ${name}`);
    return symbol[0];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${[...symbols, ...OWN_SYMBOLS].join("\n")}\n</svg>\n`;
}

function* files(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else if (name !== "VERSIONS") yield path;
  }
}

function versions() {
  const { version } = JSON.parse(readFileSync(join(uswds, "package.json"), "utf8"));
  const lines = [
    "# Vendored files: what they are, under which licence, and their SHA-256.",
    "# Made by tools/frontend/build.mjs; `sha256sum` over each file must agree.",
    "",
    `uswds ${version}  https://github.com/uswds/uswds`,
    "  licence: public domain in the United States, CC0-1.0 elsewhere",
    "  uswds-portal.js: the date picker says aria-pressed where the original says aria-selected",
    "  fonts/public-sans: Public Sans, SIL Open Font License 1.1",
    "  img: Material Icons, modified, Apache License 2.0",
    "",
  ];
  for (const path of files(vendor)) {
    const hash = createHash("sha256").update(readFileSync(path)).digest("hex");
    lines.push(`${hash}  ${relative(vendor, path)}`);
  }
  return lines.join("\n") + "\n";
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "img"), { recursive: true });
const css = themedCss();
writeFileSync(join(out, "portal.css"), css);
copyNamedFiles(css);
copyPdfFonts();
writeFileSync(join(out, "img/sprite.svg"), sprite());

// Days of the date picker are buttons, on which aria-selected is not allowed: axe calls it critical.
const pressedDays = {
  name: "pressed-days",
  setup(bundle) {
    bundle.onLoad({ filter: /usa-date-picker[/\\]src[/\\]index\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll('"aria-selected"', '"aria-pressed"'),
      loader: "js",
    }));
  },
};
await build({
  entryPoints: [join(here, "src/components.js")],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
  sourcemap: false,
  plugins: [pressedDays],
  outfile: join(out, "uswds-portal.js"),
});
writeFileSync(join(vendor, "VERSIONS"), versions());
