// Makes codemirror.js and LICENSES.txt of this folder from the packages that package-lock.json names.
//
//   node build.mjs           writes both files and prints the SHA-256 of the bundle
//   node build.mjs --check   builds elsewhere and fails where either file differs from what is here
//
// Needs Node.js 18 or later with npm, and a package registry that npm can reach. The lock file has every package with its
// exact version and digest, and no address, so any registry will do and none can slip something else in. Run it after a
// change to entry.js, or with another version in package.json after `npm install --package-lock-only`.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const npm = process.platform === "win32" ? "npm.cmd" : "npm";
const work = mkdtempSync(join(tmpdir(), "codemirror-bundle-"));

try {
  for (const name of ["package.json", "package-lock.json", ".npmrc", "entry.js"]) cpSync(join(here, name), join(work, name));
  execFileSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: work, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32",
  });
  const { buildSync } = createRequire(join(work, "package.json"))("esbuild");
  const result = buildSync({
    absWorkingDir: work,
    entryPoints: ["entry.js"],
    bundle: true,
    format: "esm",
    target: ["es2020"],
    minify: true,
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
  });
  const used = packages(Object.keys(result.metafile.inputs));
  const header = `/*! ${used.map((item) => `${item.name} ${item.version}`).join(", ")}; MIT; see LICENSES.txt */\n`;
  const files = {
    "codemirror.js": Buffer.concat([Buffer.from(header), Buffer.from(result.outputFiles[0].contents)]),
    "LICENSES.txt": Buffer.from(used.map(notice).join("\n" + "-".repeat(76) + "\n\n")),
  };
  let differs = false;
  for (const [name, bytes] of Object.entries(files)) {
    if (!process.argv.includes("--check")) writeFileSync(join(here, name), bytes);
    else if (!readFileSync(join(here, name)).equals(bytes)) {
      console.error(`${name} is not what this builds`);
      differs = true;
    }
    console.log(`${createHash("sha256").update(bytes).digest("hex")}  ${name}`);
  }
  process.exitCode = differs ? 1 : 0;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The packages that the bundle has something of, by name. */
function packages(inputs) {
  const folders = new Set();
  for (const path of inputs) {
    const match = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path.replaceAll("\\", "/"));
    if (match) folders.add(match[1]);
  }
  return [...folders].sort().map((name) => {
    const folder = join(work, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (license !== "MIT") throw new Error(`${name} is under ${license}`);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    if (!file) throw new Error(`${name} comes without its licence`);
    return { name, version, text: readFileSync(join(folder, file), "utf8").trim() };
  });
}

function notice({ name, version, text }) {
  return `${name} ${version}\n\n${text}\n`;
}
