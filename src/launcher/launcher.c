/*
 * The launcher of the one-file executable. The kernel starts it instead of a dynamic linker: it maps
 * glibc's dynamic linker, which is appended to the executable, and has it load the C library that is
 * appended too. So the executable runs in any user land, also where there is no glibc.
 *
 * Bun is linked against glibc and has to find it by a name. The libraries are therefore copied into
 * memfds, and the names that Bun's dynamic section refers to are /proc/self/./fd/N: elf(5), ld.so(8),
 * memfd_create(2). "/./" keeps the names different from those of libraries that are loaded later from
 * a memfd of the same number.
 *
 * Before that it says what the machine lacks where Bun would crash, and hides the variables that Bun
 * obeys.
 *
 * src/build/one-file generates layout.h, links this file to its address, and inserts it.
 */
#include "layout.h"
#ifdef __x86_64__
#include "x86_64.h"
#else
#include "aarch64.h"
#endif

typedef unsigned long word;

enum { EXIT_FAILED = 125 };
enum { EACCES = 13, EINVAL = 22 };
enum { O_RDONLY = 0, O_CLOEXEC = 02000000, AT_FDCWD = -100 };
enum { PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_FIXED = 16, MAP_ANONYMOUS = 32 };
enum { MFD_CLOEXEC = 1, MFD_NOEXEC_SEAL = 8, MFD_EXEC = 16 };
/* getrlimit(2) */
enum { RLIMIT_FSIZE = 1, RLIMIT_DATA = 2, RLIMIT_STACK = 3, RLIMIT_AS = 9 };
/* getauxval(3) */
enum { AT_NULL = 0, AT_PHDR = 3, AT_PHNUM = 5, AT_PAGESZ = 6, AT_BASE = 7, AT_ENTRY = 9, AT_SECURE = 23 };

struct segment {
	word address, file_size, memory_size, offset;
	int protection;
};

struct library {
	/* Of the memfd, which /proc/PID/maps shows. */
	const char *name;
	word offset, size;
};

static const struct segment loader_segments[] = { LOADER_SEGMENTS };
static const struct library libraries[] = { LIBRARIES };
/* Like those of the file, but with the PT_INTERP that the dynamic linker expects of a program. */
__attribute__((section(".program_headers"))) static const word program_headers[] = { PROGRAM_HEADERS };

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* In the segment of the launcher's data: src/build/one-file knows where the names are. */
static struct {
	char names[LENGTH(libraries)][NAME_SIZE];
	long fds[LENGTH(libraries)];
	word hidden_count;
	char *hidden[MAX_HIDDEN];
} *const state = (void *)STATE_ADDRESS;

static word length_of(const char *text)
{
	word length = 0;
	while (text[length])
		length++;
	return length;
}

static void write_error(const char *text)
{
	system_call(SYS_write, 2, (long)text, length_of(text), 0, 0, 0);
}

__attribute__((noreturn)) static void fail(const char *message)
{
	write_error("trace: ");
	write_error(message);
	write_error("\n");
	for (;;)
		system_call(SYS_exit_group, EXIT_FAILED, 0, 0, 0, 0, 0);
}

static int failed(long result)
{
	return result < 0 && result > -4096;
}

static int starts_with(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return 0;
	return 1;
}

/* Appends a text. Returns the end. */
static char *append(char *end, const char *text)
{
	while (*text)
		*end++ = *text++;
	return end;
}

/* Appends a number, and a final zero. Returns the end. */
static char *append_number(char *end, word number, unsigned base)
{
	char digits[20];
	int count = 0;
	do
		digits[count++] = "0123456789abcdef"[number % base];
	while (number /= base);
	while (count)
		*end++ = digits[--count];
	*end = 0;
	return end;
}

/* Returns the limit on a resource. */
static word limit(int resource)
{
	word both[2];
	return failed(system_call(SYS_prlimit, 0, resource, 0, (long)both, 0, 0)) ? -1UL : both[0];
}

/* With less than this, Bun crashes or is killed before any of our code runs. */
static void check_limits(void)
{
	if (limit(RLIMIT_STACK) < 256UL << 10)
		fail("the limit on the stack is below 256 KiB, which trace needs; raise it with ulimit -s");
	if (limit(RLIMIT_AS) < 512UL << 20)
		fail("the limit on address space is below 512 MiB, which trace needs; raise it with ulimit -v");
	if (limit(RLIMIT_DATA) < 512UL << 20)
		fail("the limit on data is below 512 MiB, which trace needs; raise it with ulimit -d");
}

static long map(word address, word size, int protection, int flags, long fd, word offset)
{
	long result = system_call(SYS_mmap, address, size, protection, flags, fd, offset);
	if (failed(result))
		fail("cannot map the C library: out of memory");
	return result;
}

/* Fills the rest of a segment with zeros up to the end of its page, which the dynamic linker uses too. */
static void clear_rest(const struct segment *segment, word base, word page_size)
{
	word end = base + segment->address + segment->file_size;
	word stop = base + segment->address + segment->memory_size;
	word page = (end + page_size - 1) & -page_size;
	for (; end < page; end++)
		*(volatile char *)end = 0;
	if (stop > page)
		map(page, stop - page, segment->protection, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
}

/* Returns the address that the dynamic linker is mapped to. */
static word map_loader(long executable, word page_size)
{
	word base = map(0, LOADER_SPAN, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (word i = 0; i < LENGTH(loader_segments); i++) {
		const struct segment *segment = &loader_segments[i];
		word skew = segment->address & (page_size - 1);
		map(base + segment->address - skew, segment->file_size + skew, segment->protection,
		    MAP_PRIVATE | MAP_FIXED, executable, segment->offset - skew);
		if (segment->memory_size > segment->file_size)
			clear_rest(segment, base, page_size);
	}
	return base;
}

/* vm.memfd_noexec can refuse MFD_EXEC, and kernels before 6.3 do not know it: memfd_create(2). */
static long create_memfd(const char *name)
{
	static const int kinds[] = { MFD_EXEC, 0, MFD_NOEXEC_SEAL };
	long fd = -EINVAL;
	for (word i = 0; i < LENGTH(kinds) && (fd == -EINVAL || fd == -EACCES); i++)
		fd = system_call(SYS_memfd_create, (long)name, MFD_CLOEXEC | kinds[i], 0, 0, 0, 0);
	if (failed(fd))
		fail("memfd_create failed, which trace needs: Linux 3.17");
	return fd;
}

/* Returns the fd. */
static long copy_to_memfd(long executable, const struct library *library, char *name)
{
	long fd = create_memfd(library->name);
	word offset = library->offset, end = offset + library->size;
	while (offset < end)
		if (system_call(SYS_sendfile, fd, executable, (long)&offset, end - offset, 0, 0) <= 0)
			fail("cannot copy the C library: out of memory");
	append_number(append(name, FD_DIRECTORY), fd, 10);
	return fd;
}

/*
 * The limit on file sizes does not apply to shared memory, which has a name as a file too. Only root can
 * open it: proc_pid_map_files(5). Returns the fd, which shows that.
 */
static long copy_to_memory(long executable, const struct library *library, char *name, word page_size)
{
	word size = (library->size + page_size - 1) & -page_size;
	word address = map(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (word done = 0; done < library->size;) {
		long got = system_call(SYS_pread, executable, address + done, library->size - done,
				       library->offset + done, 0, 0);
		if (got <= 0)
			fail("cannot copy the C library: read error");
		done += got;
	}
	char *end = append_number(append(name, "/proc/self/map_files/"), address, 16);
	append_number(append(end, "-"), address + size, 16);
	long fd = system_call(SYS_openat, AT_FDCWD, (long)name, O_RDONLY | O_CLOEXEC, 0, 0, 0);
	if (failed(fd))
		fail("the limit on file sizes is below 4 MiB, which trace needs; raise it with ulimit -f");
	return fd;
}

static void copy_libraries(long executable, word page_size)
{
	for (word i = 0; i < LENGTH(libraries); i++) {
		const struct library *library = &libraries[i];
		char *name = state->names[i];
		state->fds[i] = limit(RLIMIT_FSIZE) < library->size
					? copy_to_memory(executable, library, name, page_size)
					: copy_to_memfd(executable, library, name);
	}
}

/*
 * Variables that glibc's dynamic linker obeys are for the user's programs and their libc, not for ours.
 * They get another first character until it has run.
 */
static void hide_variables(char **environment)
{
	for (; *environment; environment++) {
		char *variable = *environment;
		if (!starts_with(variable, "LD_") && !starts_with(variable, "GLIBC_TUNABLES=") &&
		    !starts_with(variable, "MALLOC_"))
			continue;
		if (state->hidden_count == MAX_HIDDEN)
			fail("too many variables LD_* in the environment");
		state->hidden[state->hidden_count++] = variable;
		*variable ^= 0x20;
	}
}

/* Whether a text starts with a prefix in lower case, in any case. */
static int starts_with_any_case(const char *text, const char *prefix)
{
	while (*prefix)
		if ((*text++ | 0x20) != (*prefix++ | 0x20))
			return 0;
	return 1;
}

/*
 * Bun and its allocator obey these: BUN_BE_BUN=1 would run Bun instead of trace, as root. They get
 * another first character, which src/process/hidden-variables.ts takes back before a command inherits
 * them.
 */
static void hide_from_bun(char **environment)
{
	for (; *environment; environment++)
		if (starts_with(*environment, "BUN_") || starts_with(*environment, "NODE_") ||
		    starts_with_any_case(*environment, "mimalloc_"))
			**environment ^= 0x40;
}

/*
 * Most runs are shorter than it takes to compile their code well: compiling it early was half of
 * trace's CPU time. src/process/hidden-variables.ts takes them out of what a command inherits.
 */
static char *const engine_variables[] = {
	"BUN_JSC_thresholdForOptimizeAfterWarmUp=20000",
	"BUN_JSC_thresholdForFTLOptimizeAfterWarmUp=1000000",
};

/*
 * Moves the arguments and the environment down to the start of the stack, where the entry left room
 * for the variables, which become the last ones.
 */
static void add_engine_variables(word *stack)
{
	word *to = stack, *from = stack + LENGTH(engine_variables);
	for (word *environment = from + *from + 2; from < environment || *from;)
		*to++ = *from++;
	for (word i = 0; i < LENGTH(engine_variables); i++)
		*to++ = (word)engine_variables[i];
}

static word auxiliary_value(const word *auxv, word type)
{
	for (; *auxv != AT_NULL; auxv += 2)
		if (*auxv == type)
			return auxv[1];
	return 0;
}

/*
 * Runs before the dynamic linker. Returns its entry.
 * What the kernel put on the stack begins two words above its start.
 */
__attribute__((used)) word launch(word *stack)
{
	_Static_assert(LENGTH(engine_variables) == 2, "the entry leaves room for two words");
	char **first_variable = (char **)stack + 2 + stack[2] + 2;
	hide_from_bun(first_variable);
	add_engine_variables(stack);
	char **environment = (char **)stack + *stack + 2, **end = environment;
	while (*end)
		end++;
	word *auxv = (word *)end + 1;
	check_processor(fail);
	check_limits();
	long executable = system_call(SYS_openat, AT_FDCWD, (long)"/proc/self/exe", O_RDONLY | O_CLOEXEC, 0, 0, 0);
	if (failed(executable))
		fail("cannot open /proc/self/exe; mount /proc: mount -t proc proc /proc");
	word page_size = auxiliary_value(auxv, AT_PAGESZ);
	word loader = map_loader(executable, page_size);
	copy_libraries(executable, page_size);
	system_call(SYS_close, executable, 0, 0, 0, 0, 0);
	/* In a privileged program, the dynamic linker removes them from the environment: they stay removed. */
	if (!auxiliary_value(auxv, AT_SECURE))
		hide_variables(environment);
	for (; *auxv != AT_NULL; auxv += 2)
		switch (*auxv) {
		case AT_PHDR: auxv[1] = (word)program_headers; break;
		case AT_PHNUM: auxv[1] = PROGRAM_HEADER_COUNT; break;
		case AT_BASE: auxv[1] = loader; break;
		case AT_ENTRY: auxv[1] = (word)start_program; break;
		}
	return loader + LOADER_ENTRY;
}

/* Runs after the dynamic linker. Returns the entry of Bun. */
__attribute__((used)) word finish(void)
{
	for (word i = 0; i < LENGTH(libraries); i++)
		system_call(SYS_close, state->fds[i], 0, 0, 0, 0, 0);
	for (word i = 0; i < state->hidden_count; i++)
		*state->hidden[i] ^= 0x20;
	return PROGRAM_ENTRY;
}
