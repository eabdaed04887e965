/** Commands whose locks must be the same each time, and how to make their directories. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Repeated {
  readonly name: string;
  readonly command: readonly string[];
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

export const REPEATED: readonly Repeated[] = [
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
