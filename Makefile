# Builds ./trace and runs what is run by hand or by CI. `make demo` and `make test` install what they
# need first; the other targets expect that it is there.

CC := gcc
CLANG := clang
LLVM_STRIP := llvm-strip
BUN := node_modules/.bin/bun
PACKAGES := node_modules/.package-lock.json

# Asked of the compiler when a rule needs them: make setup may not have installed it yet.
MULTIARCH = $(shell $(CC) -print-multiarch)
BPF_ARCH = $(if $(filter aarch64,$(shell uname -m)),arm64,x86)

# Without the first two, the executable would obey ./bunfig.toml and ./.env wherever it is run, and
# without the third, code that BUN_OPTIONS names. test/probe.sh watches over it.
BUN_BUILD := $(BUN) build --compile --minify --bytecode --format=esm \
  --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
  --compile-exec-argv="--disallow-code-generation-from-strings=strict --no-addons --no-ffi-cc"

.DELETE_ON_ERROR:
.PHONY: all setup demo test ci check test-root test-vm truth bench fuzz tables clean

all: trace
	@:

# It becomes ./trace only when the probe finds no fault with it.
trace: $(shell find src -name '*.ts') build/native.so build/trace.bpf.o $(PACKAGES) test/probe.sh Makefile
	$(BUN_BUILD) src/main.ts --outfile build/trace
	$(BUN) src/build/patch-bun-imports.ts build/trace
	test/probe.sh build/trace
	mv build/trace $@

build/native.so: $(wildcard src/native/*) | build
	CC="$(CC)" src/native/build.sh $@

build/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h) Makefile | build
	$(CLANG) -g -O2 -Wall -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) \
	  -I/usr/include/$(MULTIARCH) -c $< -o $@
	$(LLVM_STRIP) -g $@

build:
	mkdir -p $@

$(PACKAGES): package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

setup:
	@.ci/setup
	@$(MAKE) --no-print-directory $(PACKAGES)

# The seed's example: a program that writes one file itself and has bash write another.
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

# What CI runs: of the other kernels the oldest and the newest.
ci:
	@.ci/setup vm
	@$(MAKE) --no-print-directory all
	@KERNELS="5.10 newest" $(BUN) test/run.ts check root vm

# The tests that depend on the kernel, on Debian's under QEMU: KERNELS="5.10 6.1" keeps to these, and
# TESTS="uring tree" to these files of test/root.
test-vm:
	@.ci/setup vm
	@$(MAKE) --no-print-directory all
	@KERNELS="$(KERNELS)" TESTS="$(TESTS)" $(BUN) test/run.ts vm

# Real commands, each under trace and strace at once, and under both backends at once; ONLY=NAME keeps to those with that name.
truth:
	@.ci/setup truth
	@$(MAKE) --no-print-directory all
	@$(BUN) test/truth/run.ts $(ONLY)

# More than a million datagrams of the process connector, and as many times more of what else is
# fuzzed as ROUNDS says; SEED=n makes others than the last time.
ROUNDS := 40
fuzz:
	@ROUNDS=$(ROUNDS) SEED=$(SEED) $(BUN) test --timeout=3600000 test/fuzz

bench:
	@.ci/setup bench
	@$(MAKE) --no-print-directory all
	@$(BUN) test/bench/run.ts

# The tables of system calls, from the running kernel and the newest headers that Debian has: by hand
# and as root, when a kernel brought new calls. What came out is committed.
tables: build/native.so build/headers/version
	$(BUN) src/build/syscall-tables/main.ts build/headers
	node_modules/.bin/biome check --write src/syscalls/generated

build/headers/version: | build
	src/build/syscall-tables/headers.sh build/headers

clean:
	rm -rf build trace
