// Builds lms/static/: bundles and minifies CSS and modules, makes one sprite of the icons in icons.json, copies
// pictures and fonts. Every file gets its content hash in its name; manifest.json maps logical names to them and is
// replaced last, in one move, so a running server never points to a file that is not there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, extname, basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.BENHOC_OUT ?? join(here, "..", "static");
const fonts = process.env.BENHOC_FONTS ?? join(here, "fonts");
const manifest = {};

// Logical name → entry. A page that needs more than the frame loads its own bundle.
const entries = {
  "app.css": "css/app.css",
  "editor.css": "css/editor.css",
  "player.css": "css/player.css",
  "second-step.css": "css/second-step.css",
  "sources.css": "css/sources.css",
  "styleguide.css": "css/styleguide.css",
  "app.js": "js/app.js",
  "player.js": "js/player.js",
  "editor.js": "js/editor.js",
  "fresh-links.js": "js/fresh-links.js",
  "suggest.js": "js/suggest.js",
  "upload.js": "js/upload.js",
  "upload-direct.js": "js/upload-direct.js",
  "upload-tus.js": "js/upload-tus.js",
  "passkey.js": "js/passkey.js",
  "watch.js": "js/watch.js",
};

function write(file, bytes) {
  const part = join(out, `.${file}.${process.pid}`);
  writeFileSync(part, bytes);
  renameSync(part, join(out, file));
}

function keep(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const extension = extname(name);
  const file = `${basename(name, extension)}.${hash}${extension}`;
  write(file, bytes);
  if ([".css", ".js", ".svg", ".json"].includes(extension)) {
    write(`${file}.gz`, gzipSync(bytes, { level: 9 }));
    write(`${file}.br`, brotliCompressSync(bytes));
  }
  manifest[name] = file;
}

function sprite() {
  const names = [...new Set(JSON.parse(readFileSync(join(here, "icons.json"), "utf8")))].sort();
  const symbols = names.map((name) => {
    const svg = readFileSync(join(here, "node_modules", "lucide-static", "icons", `${name}.svg`), "utf8");
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`;
}

mkdirSync(out, { recursive: true });

const faces = {};
if (existsSync(fonts)) {
  for (const name of readdirSync(fonts).filter((file) => file.endsWith(".woff2"))) {
    keep(name, readFileSync(join(fonts, name)));
    faces[`/fonts/${name}`] = manifest[name];
  }
  for (const name of readdirSync(fonts).filter((file) => file.endsWith(".ttf"))) keep(name, readFileSync(join(fonts, name)));
}
keep("icons.svg", Buffer.from(sprite()));
for (const name of readdirSync(join(here, "img"))) keep(name, readFileSync(join(here, "img", name)));

for (const [name, entry] of Object.entries(entries)) {
  if (!existsSync(join(here, entry))) continue;
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    target: "es2020",
    format: "esm",
    external: ["/fonts/*"],
    legalComments: "none",
    absWorkingDir: here,
  });
  let text = result.outputFiles[0].text;
  for (const [from, to] of Object.entries(faces)) text = text.replaceAll(from, to);
  keep(name, Buffer.from(text));
}
write("manifest.json", JSON.stringify(manifest, Object.keys(manifest).sort(), 1));

// Pages that are open still ask for the files of the build before; those of yesterday may go.
const current = new Set(Object.values(manifest));
for (const file of readdirSync(out)) {
  const named = current.has(file.replace(/\.(gz|br)$/, "")) || file === "manifest.json";
  if (!named && Date.now() - statSync(join(out, file)).mtimeMs > 24 * 3600 * 1000) rmSync(join(out, file), { force: true });
}
