/** Commands whose locks must be the same each time, and how to make their directories. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Repeated {
  readonly name: string;
  readonly command: readonly string[];
  /** Programs that it needs, of those that a machine may lack. */
  readonly needs?: readonly string[];
  /** Makes the directory before the first run. */
  make(directory: string): void;
  /** Removes what a run made. */
  clean(directory: string): void;
}

const MAKEFILE = `OBJECTS := $(patsubst src/%.c,build/%.o,$(wildcard src/*.c))
app: $(OBJECTS) lib.a
\tgcc -o $@ $(OBJECTS) lib.a
build/%.o: src/%.c
\t@mkdir -p build
\tgcc -c -o $@ $<
lib.a: build/f1.o build/f2.o
\tar rcs $@ $^
version.h: version.txt
\tcp $< $@
\tsed -i s/a/b/ $@
app: version.h
`;

/** What rustc and cargo do to files: random names in temporary directories and in target. */
const CARGO = `set -e
target=target/debug
mkdir -p $target/deps $target/.fingerprint/app-0123456789abcdef $target/build
: >$target/.cargo-lock
for crate in app dep; do
  work=$(mktemp -d "\${TMPDIR:-/tmp}/rustcXXXXXX")
  session=$target/incremental/$crate-0a1b2c3d4e5f6/s-$(date +%s%N)-$$
  mkdir -p $session-working
  cat src/$crate.rs >$work/$crate.rcgu.o
  cp $work/$crate.rcgu.o $target/deps/$crate-fedcba9876543210.o
  mv $session-working $session-hash
  rmeta=$(mktemp -d $target/deps/rmetaXXXXXX)
  echo meta >$rmeta/full.rmeta
  mv $rmeta/full.rmeta $target/deps/lib$crate-fedcba9876543210.rmeta
  rmdir $rmeta
  rm -r $work
  tmp=$(mktemp $target/.tmpXXXXXX)
  echo "$crate: src/$crate.rs" >$tmp
  mv $tmp $target/deps/$crate-fedcba9876543210.d
done
python3 -c 'import tempfile; tempfile.NamedTemporaryFile().write(b"x")'
echo $$ >run.pid; rm run.pid
cat $target/deps/*.o >$target/app
`;

const CMAKE = `cmake_minimum_required(VERSION 3.10)
project(app C)
add_library(part STATIC part.c)
add_executable(app main.c)
target_link_libraries(app part)
`;

/** A package of Python without dependencies, whose build backend is its own. */
const BACKEND = `import zipfile
def build_wheel(directory, config_settings=None, metadata_directory=None):
    name = "thing-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{directory}/{name}", "w") as wheel:
        wheel.writestr("thing.py", "x = 1\\n")
        info = "thing-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{info}/RECORD", "")
    return name
`;

const CRATE = `[package]
name = "app"
version = "0.1.0"
edition = "2021"
`;

/** Writes files by their names. */
export function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}

/** Runs a command to prepare a directory. @throws Error */
function prepare(directory: string, script: string): void {
  const { success, stderr } = Bun.spawnSync(["sh", "-ec", script], { cwd: directory });
  if (!success) throw new Error(`${script}: ${stderr}`);
}

function remove(directory: string, ...names: readonly string[]): void {
  for (const name of names) rmSync(join(directory, name), { recursive: true, force: true });
}

export const REPEATED: readonly Repeated[] = [
  {
    name: "git clone",
    command: ["git", "clone", "-q", "--no-hardlinks", "origin", "copy"],
    needs: ["git"],
    make(directory) {
      const identity = "-c user.name=a -c user.email=a@b";
      write(directory, { "origin/a.c": "int a;\n", "origin/src/b.c": "int b;\n" });
      prepare(
        directory,
        `cd origin; git init -q; git add .; git ${identity} commit -qm one; echo >>a.c; git ${identity} commit -qam two; git gc -q`,
      );
    },
    clean: (directory) => remove(directory, "copy"),
  },
  {
    name: "git commit",
    command: [
      "sh",
      "-c",
      "git -C work add . && git -C work -c user.name=a -c user.email=a@b commit -qm two",
    ],
    needs: ["git"],
    make(directory) {
      const identity = "-c user.name=a -c user.email=a@b";
      write(directory, { "start/a.c": "int a;\n", "start/src/b.c": "int b;\n" });
      prepare(
        directory,
        `cd start; git init -q; git add .; git ${identity} commit -qm one; echo >>a.c`,
      );
      prepare(directory, "cp -a start work");
    },
    clean: (directory) => prepare(directory, "rm -r work; cp -a start work"),
  },
  {
    name: "cmake and ninja",
    command: ["sh", "-c", "cmake -S . -B build -G Ninja >/dev/null && ninja -C build >/dev/null"],
    needs: ["cmake", "ninja", "gcc"],
    make(directory) {
      const main = "int part(void); int main(void) { return part(); }\n";
      write(directory, {
        "CMakeLists.txt": CMAKE,
        "main.c": main,
        "part.c": "int part(void) { return 0; }\n",
      });
    },
    clean: (directory) => remove(directory, "build"),
  },
  {
    name: "python3 -m venv",
    command: ["/usr/bin/python3", "-m", "venv", "--without-pip", "env"],
    needs: ["/usr/bin/python3"],
    make() {},
    clean: (directory) => remove(directory, "env"),
  },
  {
    name: "pip install",
    command: [
      ..."python3 -m pip install --no-index --no-build-isolation -q --disable-pip-version-check".split(
        " ",
      ),
      ..."--root-user-action ignore --target out ./thing".split(" "),
    ],
    needs: ["pip3"],
    make(directory) {
      const project = `[project]\nname = "thing"\nversion = "1.0"\n`;
      const system = `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`;
      write(directory, { "thing/pyproject.toml": project + system, "thing/backend.py": BACKEND });
    },
    clean: (directory) => remove(directory, "out", "thing/__pycache__"),
  },
  {
    name: "cargo build",
    command: ["cargo", "build", "--offline", "-q"],
    needs: ["cargo"],
    make: (directory) => write(directory, { "Cargo.toml": CRATE, "src/main.rs": "fn main() {}\n" }),
    clean: (directory) => remove(directory, "target", "Cargo.lock"),
  },
  {
    name: "ccache gcc",
    command: [
      "sh",
      "-c",
      "CCACHE_DIR=$PWD/cache ccache gcc -c a.c; rm a.o; CCACHE_DIR=$PWD/cache ccache gcc -c a.c",
    ],
    needs: ["ccache", "gcc"],
    make: (directory) => write(directory, { "a.c": "#include <stdio.h>\nint a;\n" }),
    clean: (directory) => remove(directory, "cache", "a.o"),
  },
  {
    name: "make -j2",
    command: ["make", "-j2"],
    make(directory) {
      mkdirSync(join(directory, "src"));
      writeFileSync(join(directory, "Makefile"), MAKEFILE);
      writeFileSync(join(directory, "version.txt"), "a\n");
      for (let number = 1; number <= 6; number++)
        writeFileSync(join(directory, `src/f${number}.c`), `int f${number}(void) { return 1; }\n`);
      writeFileSync(join(directory, "src/main.c"), "int main(void) { return 0; }\n");
    },
    clean(directory) {
      for (const name of ["app", "lib.a", "build", "version.h"])
        rmSync(join(directory, name), { recursive: true });
    },
  },
  {
    name: "npm ci",
    command: ["npm", "ci", "--offline", "--no-audit", "--no-fund", "--no-update-notifier"],
    make(directory) {
      const write = (name: string, json: object) =>
        writeFileSync(join(directory, name), JSON.stringify(json));
      const dependencies = { one: "file:one", two: "file:two" };
      write("package.json", { name: "app", version: "1.0.0", dependencies });
      for (const name of Object.keys(dependencies)) {
        mkdirSync(join(directory, name));
        const scripts = { postinstall: "node -e 0" };
        write(`${name}/package.json`, { name, version: "1.0.0", scripts });
      }
      write("package-lock.json", {
        name: "app",
        version: "1.0.0",
        lockfileVersion: 3,
        packages: {
          "": { name: "app", version: "1.0.0", dependencies },
          "node_modules/one": { resolved: "one", link: true },
          "node_modules/two": { resolved: "two", link: true },
          one: { version: "1.0.0", hasInstallScript: true },
          two: { version: "1.0.0", hasInstallScript: true },
        },
      });
    },
    clean(directory) {
      rmSync(join(directory, "node_modules"), { recursive: true });
    },
  },
  {
    name: "a script that does to files what cargo build does",
    command: ["sh", "build.sh"],
    make(directory) {
      mkdirSync(join(directory, "src"));
      for (const name of ["app", "dep"]) writeFileSync(join(directory, `src/${name}.rs`), "x\n");
      writeFileSync(join(directory, "build.sh"), CARGO);
    },
    clean(directory) {
      rmSync(join(directory, "target"), { recursive: true });
    },
  },
];
