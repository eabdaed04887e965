/*
 * A FUSE file system in memory, enough to create directories and empty files: mounts itself on the
 * directory of its argument, prints a line, and serves until it is unmounted. linux/fuse.h, fuse(4).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define MAX_NODES 4096

static struct node {
	unsigned long parent; /* 0: there is none */
	char name[256];
	unsigned int mode;
	struct timespec changed;
} nodes[MAX_NODES];

static int device;
static union {
	char bytes[1 << 18];
	struct fuse_in_header header;
} request;

static void reply(int error, const void *data, size_t size)
{
	struct fuse_out_header out = { sizeof(out) + size, error, request.header.unique };
	struct iovec parts[] = { { &out, sizeof(out) }, { (void *)data, size } };

	if (writev(device, parts, size ? 2 : 1) < 0 && errno != ENOENT)
		perror("writev");
}

static struct fuse_attr attributes(unsigned long id)
{
	struct node *node = &nodes[id];

	return (struct fuse_attr){ .ino = id, .mode = node->mode, .nlink = 1, .blksize = 4096,
				   .ctime = node->changed.tv_sec, .mtime = node->changed.tv_sec,
				   .ctimensec = node->changed.tv_nsec,
				   .mtimensec = node->changed.tv_nsec };
}

static unsigned long find(unsigned long parent, const char *name)
{
	for (unsigned long id = 2; id < MAX_NODES; id++)
		if (nodes[id].parent == parent && strcmp(nodes[id].name, name) == 0)
			return id;
	return 0;
}

static struct fuse_entry_out entry(unsigned long id)
{
	return (struct fuse_entry_out){ .nodeid = id, .generation = 1, .attr = attributes(id) };
}

static unsigned long make(unsigned long parent, const char *name, unsigned int mode)
{
	static unsigned long last = 1;
	struct node *node = &nodes[++last];

	if (last >= MAX_NODES)
		return 0;
	node->parent = parent;
	node->mode = mode;
	clock_gettime(CLOCK_REALTIME, &node->changed);
	nodes[parent].changed = node->changed;
	strncpy(node->name, name, sizeof(node->name) - 1);
	return last;
}

static void list(unsigned long parent, const struct fuse_read_in *in)
{
	static char buffer[1 << 16];
	size_t at = 0;

	for (unsigned long id = in->offset + 1; id < MAX_NODES; id++) {
		size_t length = strlen(nodes[id].name);
		struct fuse_dirent *out = (void *)(buffer + at);

		if (nodes[id].parent != parent)
			continue;
		if (at + FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + length) > in->size)
			break;
		*out = (struct fuse_dirent){ id, id, length, nodes[id].mode >> 12 };
		memcpy(out->name, nodes[id].name, length);
		at += FUSE_DIRENT_SIZE(out);
	}
	reply(0, buffer, at);
}

static void create(unsigned long parent, const char *name, unsigned int mode, int opens)
{
	struct {
		struct fuse_entry_out entry;
		struct fuse_open_out open;
	} out = { entry(make(parent, name, mode)), {} };

	reply(0, &out, opens ? sizeof(out) : sizeof(out.entry));
}

static void take_away(unsigned long id)
{
	if (id)
		nodes[id].parent = 0;
	reply(id ? 0 : -ENOENT, 0, 0);
}

static void serve(void)
{
	unsigned long node = request.header.nodeid;
	void *in = request.bytes + sizeof(request.header);
	unsigned long found;

	switch (request.header.opcode) {
	case FUSE_INIT: {
		struct fuse_init_out out = { .major = FUSE_KERNEL_VERSION, .minor = 31,
					     .max_readahead = 4096, .max_write = 4096 };
		reply(0, &out, sizeof(out));
		break;
	}
	case FUSE_LOOKUP: {
		found = find(node, in);
		struct fuse_entry_out out = entry(found);
		reply(found ? 0 : -ENOENT, &out, found ? sizeof(out) : 0);
		break;
	}
	case FUSE_GETATTR:
	case FUSE_SETATTR: {
		struct fuse_attr_out out = { .attr = attributes(node) };
		reply(0, &out, sizeof(out));
		break;
	}
	case FUSE_MKDIR:
		create(node, (char *)in + sizeof(struct fuse_mkdir_in), S_IFDIR | 0755, 0);
		break;
	case FUSE_CREATE:
		create(node, (char *)in + sizeof(struct fuse_create_in), S_IFREG | 0644, 1);
		break;
	case FUSE_UNLINK:
	case FUSE_RMDIR:
		take_away(find(node, in));
		break;
	case FUSE_OPEN:
	case FUSE_OPENDIR: {
		struct fuse_open_out out = { 0 };
		reply(0, &out, sizeof(out));
		break;
	}
	case FUSE_READDIR:
		list(node, in);
		break;
	case FUSE_STATFS: {
		struct fuse_statfs_out out = { .st = { .bsize = 4096, .namelen = 255 } };
		reply(0, &out, sizeof(out));
		break;
	}
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
		reply(0, 0, 0);
		break;
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		break;
	default:
		reply(-ENOSYS, 0, 0);
	}
}

int main(int argc, char **argv)
{
	char options[128];

	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (argc != 2 || device < 0)
		return 1;
	nodes[1].mode = S_IFDIR | 0755;
	clock_gettime(CLOCK_REALTIME, &nodes[1].changed);
	sprintf(options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
	if (mount("fusefs", argv[1], "fuse", 0, options) < 0)
		return 1;
	puts("mounted");
	fflush(stdout);
	while (read(device, request.bytes, sizeof(request.bytes)) > 0)
		serve();
	return 0;
}
