/*
 * Opens an eBPF object with a minimized BTF (btf.c, bpf_object_open_opts.btf_custom_path): libbpf
 * takes some 45 ms to parse the kernel's.
 */
#define _GNU_SOURCE
#include "btf.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Maps a file of sysfs, which Linux 6.16 and later support, or else reads it, which takes 20 times
 * as long: read(2) returns at most a page at a time.
 */
static char *map_or_read(int fd, size_t size)
{
	char *bytes = mmap(0, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes != MAP_FAILED)
		return bytes;
	bytes = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (size_t done = 0; bytes != MAP_FAILED && done < size;) {
		ssize_t length = read(fd, bytes + done, size - done);
		if (length <= 0) {
			munmap(bytes, size);
			return MAP_FAILED;
		}
		done += length;
	}
	return bytes;
}

/* Returns the kernel's BTF, which the caller unmaps; MAP_FAILED with errno if there is none. */
static char *map_kernel_btf(size_t *size)
{
	struct stat st;
	int fd = open("/sys/kernel/btf/vmlinux", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return MAP_FAILED;
	char *btf = fstat(fd, &st) ? MAP_FAILED : map_or_read(fd, st.st_size);
	close(fd);
	*size = st.st_size;
	return btf;
}

static int minimize_kernel_btf(const struct bpf_object *object, int to)
{
	size_t size;
	char *btf = map_kernel_btf(&size);
	if (btf == MAP_FAILED)
		return -EIO;
	int error = trace_minimize_btf(object, btf, size, to);
	munmap(btf, size);
	return error;
}

/*
 * Attaches an empty program to the exit of a kernel function and detaches it. Returns 0, or a
 * negative errno: where the kernel has no BPF trampolines, either the load or the attachment fails.
 */
int trace_probe_trampoline(const char *function)
{
	const struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	size_t size;
	char *btf = map_kernel_btf(&size);
	if (btf == MAP_FAILED)
		return -errno;
	int id = trace_find_btf_function(btf, size, function);
	munmap(btf, size);
	if (id < 0)
		return id;
	LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = BPF_TRACE_FEXIT,
		    .attach_btf_id = id);
	int fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "trace_probe", "GPL", program,
			       sizeof(program) / sizeof(*program), &options);
	if (fd < 0)
		return fd;
	int link = bpf_raw_tracepoint_open(0, fd);
	int error = link < 0 ? -errno : 0;
	close(link);
	close(fd);
	return error;
}

/*
 * Opens an eBPF object file in memory; returns NULL with errno if it is malformed. *btf_fd is the
 * minimized BTF, which the caller closes after the load; -1 if the kernel's BTF could not be
 * minimized and libbpf finds it by itself.
 */
struct bpf_object *trace_open_object(const void *image, size_t size, int *btf_fd)
{
	char path[32];
	LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = path);
	*btf_fd = syscall(SYS_memfd_create, "trace btf", MFD_CLOEXEC);
	if (*btf_fd >= 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", *btf_fd);
		struct bpf_object *object = bpf_object__open_mem(image, size, &options);
		if (!object || !minimize_kernel_btf(object, *btf_fd))
			return object;
		bpf_object__close(object);
		close(*btf_fd);
		*btf_fd = -1;
	}
	return bpf_object__open_mem(image, size, 0);
}
