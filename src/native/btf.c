/*
 * Minimizes the kernel's BTF to the types that an object's CO-RE relocations need, as `bpftool gen
 * min_core_btf` does. libbpf would parse all of its 130,000 types and compare their names
 * repeatedly, which takes longer than the rest of the start-up. The output has the types that the
 * object names and what they contain by value. CO-RE does not follow pointers, so all pointers
 * become one `void *`. Type ids change, so bpf_core_type_id_kernel() would return a wrong one.
 *
 * Format: Documentation/bpf/btf.rst, include/uapi/linux/btf.h. Type matching: src/relo_core.c of
 * libbpf. The types are copied by Cheney's algorithm: the output is also the work list.
 */
#define _GNU_SOURCE
#include "btf.h"
#include <bpf/btf.h>
#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>

#define INFO_UNKNOWN_BITS 0x60ff0000
#define VOID_POINTER	  1 /* id in the output */

enum {
	NAMED = 1, /* CO-RE looks it up by name */
	EMBEDDABLE = 2, /* can be a member of a struct */
	HAS_TYPE_ID = 4, /* `type` is a type id */
};
/* Size of what follows the struct btf_type of each kind: once, and per element (vlen). */
static const struct kind {
	uint8_t fixed, each, traits;
} kinds[] = {
	[BTF_KIND_INT] = { 4, 0, NAMED | EMBEDDABLE },
	[BTF_KIND_PTR] = { 0, 0, 0 },
	[BTF_KIND_ARRAY] = { sizeof(struct btf_array), 0, EMBEDDABLE },
	[BTF_KIND_STRUCT] = { 0, sizeof(struct btf_member), NAMED | EMBEDDABLE },
	[BTF_KIND_UNION] = { 0, sizeof(struct btf_member), NAMED | EMBEDDABLE },
	[BTF_KIND_ENUM] = { 0, sizeof(struct btf_enum), NAMED | EMBEDDABLE },
	[BTF_KIND_FWD] = { 0, 0, NAMED | EMBEDDABLE },
	[BTF_KIND_TYPEDEF] = { 0, 0, NAMED | EMBEDDABLE | HAS_TYPE_ID },
	[BTF_KIND_VOLATILE] = { 0, 0, EMBEDDABLE | HAS_TYPE_ID },
	[BTF_KIND_CONST] = { 0, 0, EMBEDDABLE | HAS_TYPE_ID },
	[BTF_KIND_RESTRICT] = { 0, 0, EMBEDDABLE | HAS_TYPE_ID },
	[BTF_KIND_FUNC] = { 0, 0, 0 },
	[BTF_KIND_FUNC_PROTO] = { 0, sizeof(struct btf_param), 0 },
	[BTF_KIND_VAR] = { sizeof(struct btf_var), 0, 0 },
	[BTF_KIND_DATASEC] = { 0, sizeof(struct btf_var_secinfo), 0 },
	[BTF_KIND_FLOAT] = { 0, 0, NAMED | EMBEDDABLE },
	[BTF_KIND_DECL_TAG] = { sizeof(struct btf_decl_tag), 0, 0 },
	[BTF_KIND_TYPE_TAG] = { 0, 0, EMBEDDABLE | HAS_TYPE_ID },
	[BTF_KIND_ENUM64] = { 0, sizeof(struct btf_enum64), NAMED | EMBEDDABLE },
};

struct btf_min {
	void *names; /* tsearch(3) */
	/* input, with an index */
	const char *types, *strings;
	uint32_t types_size, strings_size;
	uint32_t *offsets; /* id → offset in types */
	uint32_t count;
	/* output */
	char *out_types, *out_strings;
	uint32_t out_types_size, out_strings_size, out_count;
	uint32_t *new_ids; /* id → id in the output; 0: not copied */
	int error; /* first error, a negative errno */
};

static uint32_t fail(struct btf_min *min, int error)
{
	if (!min->error)
		min->error = error;
	return 0;
}

/* Returns the size of a type with its trailing data; 0 if the kind is unknown. */
static size_t type_size(const struct btf_type *type)
{
	unsigned int kind = btf_kind(type);
	if (kind == BTF_KIND_UNKN || kind >= sizeof(kinds) / sizeof(*kinds) ||
	    (type->info & INFO_UNKNOWN_BITS))
		return 0;
	return sizeof(*type) + kinds[kind].fixed + kinds[kind].each * (size_t)btf_vlen(type);
}

static const struct btf_type *type_at(const char *types, uint32_t at)
{
	return (const void *)(types + at);
}

static int compare(const void *left, const void *right)
{
	return strcmp(left, right);
}

/* Collects the names of the object's types, without the suffix ___x that marks a version. */
static void collect_names(struct btf_min *min, const struct btf *btf)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const char *name = btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off);
		const char *version = strstr(name, "___");
		char *copy = version ? strndup(name, version - name) : strdup(name);
		char **found = copy ? tsearch(copy, &min->names, compare) : 0;
		if (!found)
			fail(min, -ENOMEM);
		if (!found || *found != copy)
			free(copy);
	}
}

static int is_needed(struct btf_min *min, const struct btf_type *type)
{
	if (!(kinds[btf_kind(type)].traits & NAMED) || !type->name_off)
		return 0;
	if (type->name_off >= min->strings_size)
		return fail(min, -EINVAL);
	return !!tfind(min->strings + type->name_off, &min->names, compare);
}

/* Locates the two sections. Checks that they are within the data and that the last string ends. */
static void read_header(struct btf_min *min, const char *data, size_t size)
{
	struct btf_header header = { 0 };
	if (size >= sizeof(header))
		memcpy(&header, data, sizeof(header));
	size_t body = size - header.hdr_len;
	if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || header.flags ||
	    header.hdr_len < sizeof(header) || header.hdr_len > size || header.hdr_len % 4 ||
	    header.type_off > body || header.type_len > body - header.type_off ||
	    header.str_off > body || header.str_len > body - header.str_off ||
	    header.type_off % 4 || !header.str_len) {
		fail(min, -EINVAL);
		return;
	}
	min->types = data + header.hdr_len + header.type_off;
	min->types_size = header.type_len;
	min->strings = data + header.hdr_len + header.str_off;
	min->strings_size = header.str_len;
	if (min->strings[0] || min->strings[header.str_len - 1])
		fail(min, -EINVAL);
}

/* Copies a type unless it has been copied. Returns its id in the output. */
static uint32_t copy_type(struct btf_min *min, uint32_t id)
{
	if (id >= min->count)
		return fail(min, -EINVAL);
	if (!id || min->new_ids[id])
		return min->new_ids[id];
	const struct btf_type *type = type_at(min->types, min->offsets[id]);
	if (btf_is_ptr(type))
		return VOID_POINTER;
	if (!(kinds[btf_kind(type)].traits & EMBEDDABLE))
		return 0; /* a function: typedefs can refer to one */
	memcpy(min->out_types + min->out_types_size, type, type_size(type));
	min->out_types_size += type_size(type);
	return min->new_ids[id] = ++min->out_count;
}

/* Copies a name. Returns its offset in the output. */
static uint32_t copy_name(struct btf_min *min, uint32_t offset)
{
	if (offset >= min->strings_size)
		return fail(min, -EINVAL);
	uint32_t at = min->out_strings_size, size = strlen(min->strings + offset) + 1;
	if (size == 1)
		return 0;
	if (size > min->strings_size - at)
		return fail(min, -E2BIG); /* each use has its own copy */
	memcpy(min->out_strings + at, min->strings + offset, size);
	min->out_strings_size += size;
	return at;
}

/* Translates the type ids and name offsets of a copied type. */
static void relocate(struct btf_min *min, struct btf_type *type)
{
	const struct kind *kind = &kinds[btf_kind(type)];
	uint32_t *word = (uint32_t *)(type + 1);
	type->name_off = copy_name(min, type->name_off);
	if (kind->traits & HAS_TYPE_ID)
		type->type = copy_type(min, type->type);
	if (btf_is_array(type)) {
		btf_array(type)->type = copy_type(min, btf_array(type)->type);
		btf_array(type)->index_type = copy_type(min, btf_array(type)->index_type);
	}
	/* A member starts with its name and its type, an enumerator with its name. */
	for (int i = 0; kind->each && i < btf_vlen(type); i++, word += kind->each / 4) {
		word[0] = copy_name(min, word[0]);
		if (btf_is_composite(type))
			word[1] = copy_type(min, word[1]);
	}
}

/* Allocates the maximum size of the output and adds the `void *` type. */
static void alloc_output(struct btf_min *min)
{
	const struct btf_type pointer = { .info = BTF_KIND_PTR << 24 };
	size_t max_size = min->types_size + sizeof(pointer);
	size_t max_types = min->types_size / sizeof(pointer) + 1;

	min->offsets = calloc(max_types, sizeof(*min->offsets));
	min->new_ids = calloc(max_types, sizeof(*min->new_ids));
	min->out_types = malloc(max_size + min->strings_size);
	if (!min->offsets || !min->new_ids || !min->out_types) {
		fail(min, -ENOMEM);
		return;
	}
	min->out_strings = min->out_types + max_size;
	min->out_strings[min->out_strings_size++] = 0;
	memcpy(min->out_types, &pointer, sizeof(pointer));
	min->out_types_size = sizeof(pointer);
	min->out_count = VOID_POINTER;
}

/* Records where each type starts (ids are sequential) and copies those that are needed. */
static void read_types(struct btf_min *min)
{
	size_t size;
	min->count = 1; /* 0 is void */
	for (uint32_t at = 0; at < min->types_size && !min->error; at += size) {
		const struct btf_type *type = type_at(min->types, at);
		uint32_t remaining = min->types_size - at;
		size = remaining < sizeof(*type) ? remaining + 1 : type_size(type);
		if (!size || size > remaining) {
			fail(min, size ? -EINVAL : -ENOTSUP);
			return;
		}
		min->offsets[min->count++] = at;
		if (is_needed(min, type))
			copy_type(min, min->count - 1);
	}
}

/* Copies everything that the copied types refer to. */
static void relocate_all(struct btf_min *min)
{
	for (uint32_t at = 0; at < min->out_types_size && !min->error;) {
		struct btf_type *type = (void *)(min->out_types + at);
		relocate(min, type);
		at += type_size(type);
	}
}

static void write_output(struct btf_min *min, int fd)
{
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = min->out_types_size,
		.str_off = min->out_types_size,
		.str_len = min->out_strings_size,
	};
	struct iovec parts[] = {
		{ &header, sizeof(header) },
		{ min->out_types, header.type_len },
		{ min->out_strings, header.str_len },
	};
	ssize_t size = sizeof(header) + header.type_len + header.str_len;
	if (writev(fd, parts, 3) != size)
		fail(min, -EIO);
}

int trace_minimize_btf(const struct bpf_object *object, const void *data, size_t size, int fd)
{
	struct btf_min min = { 0 };
	collect_names(&min, bpf_object__btf(object));
	read_header(&min, data, size);
	if (!min.error)
		alloc_output(&min);
	if (!min.error)
		read_types(&min);
	if (!min.error)
		relocate_all(&min);
	if (!min.error)
		write_output(&min, fd);
	tdestroy(min.names, free);
	free(min.offsets);
	free(min.new_ids);
	free(min.out_types);
	return min.error;
}

int trace_find_btf_function(const void *data, size_t size, const char *name)
{
	struct btf_min min = { 0 };
	read_header(&min, data, size);
	uint32_t id = 1;
	for (uint32_t at = 0; !min.error && at + sizeof(struct btf_type) <= min.types_size; id++) {
		const struct btf_type *type = type_at(min.types, at);
		size_t length = type_size(type);
		if (!length || length > min.types_size - at || type->name_off >= min.strings_size)
			return -EINVAL;
		if (btf_is_func(type) && !strcmp(min.strings + type->name_off, name))
			return id;
		at += length;
	}
	return min.error ? min.error : -ENOENT;
}
