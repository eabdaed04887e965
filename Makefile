# Builds ./trace and runs its tests, benchmarks and generators. The targets demo, test, ci, test-vm,
# truth and bench install what they need first; the other targets expect it to be installed.

CC := gcc
OBJCOPY := objcopy
READELF := readelf
CLANG := clang
LLVM_STRIP := llvm-strip
BUN := node_modules/.bin/bun
PACKAGES := node_modules/.package-lock.json

# Expanded only in rules that need them: the compiler may not be installed before make setup.
MACHINE = $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
BPF_ARCH = $(if $(filter aarch64,$(MACHINE)),arm64,x86)
# Where the kernel's headers of the machine are: cross compilers have their own.
BPF_INCLUDE = /usr/include/$(shell $(CC) -print-multiarch)

# The first two keep the executable from reading ./bunfig.toml and ./.env, the third from running code
# named in BUN_OPTIONS. test/probe.sh checks it.
BUN_BUILD = $(BUN) build --compile $(BUN_TARGET) --minify --bytecode --format=esm \
  --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
  --compile-exec-argv="--disallow-code-generation-from-strings=strict --no-addons --no-ffi-cc"

.DELETE_ON_ERROR:
.PHONY: all setup demo test ci check test-root test-vm strace-suite truth lifecycle soak \
  locks rpm task-runners clickhouse digests start-failures bench fuzz man completions dist dist-sources npm \
  test-dist test-reproducible install uninstall tables clean

all: trace
	@:

# The executable becomes ./trace only if it passes the probe.
trace: build/trace test/probe.sh
	test/probe.sh build/trace
	cp build/trace build/trace.copy
	mv build/trace.copy $@

build/trace: $(shell find src -name '*.ts') $(wildcard src/launcher/*) build/native.so \
  build/report.template build/trace.bpf.o $(PACKAGES) Makefile
	@CC="$(CC)" READELF="$(READELF)" $(BUN) src/build/check-glibc.ts
	$(BUN_BUILD) src/main.ts src/storage/digest-worker.ts src/sinks/watch/otlp/worker.ts \
	  --outfile build/trace.bun
	$(BUN) src/build/patch-bun-imports.ts build/trace.bun
	CC="$(CC)" OBJCOPY="$(OBJCOPY)" $(BUN) src/build/one-file/main.ts build/trace.bun $@
	rm build/trace.bun

build/native.so: $(wildcard src/native/*) | build
	CC="$(CC)" OBJCOPY="$(OBJCOPY)" READELF="$(READELF)" src/native/build.sh $@

# The page of trace report.
build/report.template: $(wildcard src/report-page/*) src/build/report-page.ts $(PACKAGES) | build
	$(BUN) src/build/report-page.ts $@

build/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h) Makefile | build
	$(CLANG) -g -O2 -Wall -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) \
	  -I$(BPF_INCLUDE) -ffile-prefix-map=$(CURDIR)=. -c $< -o $@
	$(LLVM_STRIP) -g $@

build:
	mkdir -p $@

$(PACKAGES): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

setup:
	@.ci/setup
	@$(MAKE) --no-print-directory $(PACKAGES)

# The README's example: a program that writes one file itself and has bash write another.
demo:
	@.ci/setup
	@$(MAKE) --no-print-directory all
	@test/demo.sh

test:
	@.ci/setup test
	@$(MAKE) --no-print-directory all
	@$(BUN) test/run.ts check root

check: trace
	@$(BUN) test/run.ts check

test-root: trace
	@$(BUN) test/run.ts root

# The tests of CI, which include some on the oldest and the newest of the other kernels: those that
# depend on the kernel most. make test-vm runs all of them, which takes twice as long.
CI_VM_TESTS := abi all btf columns connector identity leftovers tree uring

ci:
	@.ci/setup vm
	@$(MAKE) --no-print-directory all
	@KERNELS="5.10 newest" TESTS="$(CI_VM_TESTS)" $(BUN) test/run.ts check root soak strace vm

# The tests that depend on the kernel, on Debian's kernels under QEMU; KERNELS="5.10 6.1" and
# TESTS="uring tree" (files of test/root) select some of them.
test-vm:
	@.ci/setup vm
	@$(MAKE) --no-print-directory all
	@KERNELS="$(KERNELS)" TESTS="$(TESTS)" $(BUN) test/run.ts vm

# Runs strace's own tests, from Debian's source package, with trace. ONLY=REGEX or LIST=FILE selects
# tests, KEEP=DIR keeps what they expected and got, JOBS=N runs N at a time.
strace-suite:
	@.ci/setup strace
	@$(MAKE) --no-print-directory all
	@$(BUN) test/strace-suite/run.ts $(if $(ONLY),--only '$(ONLY)') $(if $(LIST),--list $(LIST)) \
	  $(if $(KEEP),--keep $(KEEP)) $(if $(JOBS),--jobs $(JOBS))

# Runs real commands under trace and strace at once, and under both backends at once; judges the
# summaries of these commands, of one-liners and of COUNT random programs from seed SEED on. ONLY=NAME
# selects the commands with that text in their names, and no random programs.
COUNT := 200
truth:
	@.ci/setup truth
	@$(MAKE) --no-print-directory all
	@$(BUN) test/truth/run.ts $(ONLY)
	@$(BUN) test/truth/summary/run.ts "$(ONLY)"
	@$(if $(ONLY),,$(BUN) test/truth/summary/run-random.ts $(COUNT) $(or $(SEED),1))

# Runs COUNT random programs of processes and threads, from seed SEED on, natively and under each tracer
# by ptrace: they must end the same, say the same and leave nothing.
lifecycle:
	@.ci/setup truth
	@$(MAKE) --no-print-directory all
	@$(BUN) test/lifecycle/run.ts $(COUNT) $(or $(SEED),1)

# Runs watch, procs and all for DURATION seconds under load: they must not grow and lose nothing.
DURATION := 1800
soak: trace
	@$(if $(filter 0,$(shell id -u)),,sudo) $(BUN) test/soak/run.ts $(DURATION)

# Locks of repeated runs of make, npm ci and a script like cargo build must be the same. RUNS=N sets
# how many, ONLY=NAME selects commands.
locks:
	@.ci/setup locks
	@$(MAKE) --no-print-directory trace
	@$(BUN) test/lock/run.ts $(or $(RUNS),10) "$(ONLY)"

# Exports packages of an rpm database that rpmbuild and rpm make.
rpm:
	@.ci/setup rpm
	@$(MAKE) --no-print-directory trace
	@$(if $(filter 0,$(shell id -u)),,sudo) $(BUN) test --timeout 60000 test/root/rpm.test.ts

# Pastes what trace lock prints into Nx, Turborepo, Vite Task and Bazel, from npm, and checks their tasks.
task-runners: trace
	@$(BUN) test/run.ts task-runners

# Loads a million events of a hundred machines into Debian's clickhouse-server, as docs/clickhouse.md says.
clickhouse:
	@.ci/setup clickhouse
	@$(MAKE) --no-print-directory all
	@$(BUN) test/run.ts clickhouse

# Changes COUNT files, 10,000 by default, at every moment between their open and the end of their digest,
# from seed SEED on: no digest may be wrong.
digests: trace
	@$(if $(filter 0,$(shell id -u)),,sudo) $(BUN) test/digest/faults.ts \
	  $(if $(filter command,$(origin COUNT)),$(COUNT),10000) $(SEED)

# Fails every system call of a start in turn: none may leave a process.
start-failures: trace
	@STRIDE=1 $(BUN) test --timeout=3600000 test/root/start-failure.test.ts

# Fuzzes the parsers, with more than a million datagrams of the process connector. ROUNDS multiplies
# the inputs, SEED=n changes them.
ROUNDS := 40
fuzz:
	@ROUNDS=$(ROUNDS) SEED=$(SEED) $(BUN) test --timeout=3600000 test/fuzz

bench:
	@.ci/setup bench
	@$(MAKE) --no-print-directory all
	@$(BUN) test/bench/run.ts

# The man pages, in build/man.
man: build/trace.bpf.o build/native.so $(PACKAGES)
	rm -rf build/man
	$(BUN) src/build/manual/main.ts build/man

# What completes command lines in bash, zsh and fish, in build/completions.
completions: build/trace.bpf.o build/native.so $(PACKAGES)
	rm -rf build/completions
	$(BUN) src/build/completions.ts build/completions

# The files of a release, for all machines: MACHINES="x64" selects some.
dist:
	@.ci/setup dist
	@$(MAKE) --no-print-directory $(PACKAGES) man completions
	@$(BUN) src/build/dist/main.ts $(MACHINES)

# The npm packages for this machine, in dist/npm.
npm: trace
	@$(BUN) src/build/npm/main.ts

# The sources of Debian's packages that a release contains code of, to be published with it.
dist-sources:
	@$(BUN) src/build/dist/sources.ts

# Makes the release in two clones in different directories, and compares them. MACHINES="x64" selects.
test-reproducible:
	@.ci/setup dist
	@test/dist/reproducible.sh $(MACHINES)

# Installs ./trace and its documentation into $(DESTDIR)$(PREFIX).
PREFIX := /usr/local
install: trace man completions
	@$(BUN) src/build/dist/install.ts install $(DESTDIR)$(PREFIX)

uninstall:
	@$(BUN) src/build/dist/install.ts uninstall $(DESTDIR)$(PREFIX)

# Tries the release for this machine in other user lands.
test-dist:
	@.ci/setup dist
	@$(BUN) test/dist/run.ts

# Generates the tables of system calls from the running kernel and Debian's newest headers. Run by
# hand, as root, when a kernel has new calls; the result is committed.
tables: build/native.so build/headers/version
	$(BUN) src/build/syscall-tables/main.ts build/headers
	node_modules/.bin/biome check --write src/syscalls/generated

build/headers/version: | build
	src/build/syscall-tables/headers.sh build/headers

clean:
	rm -rf build dist trace
