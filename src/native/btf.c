/*
 * Cuts out of the kernel's BTF what an object's CO-RE relocations need. libbpf would parse all of its
 * 130,000 types and compare their names again and again, which takes longer than the rest of trace's
 * start. The cut has the types whose names the object itself uses, and what they hold by value:
 * CO-RE stops at a pointer, so all pointers become one `void *`. The types get new ids, so what asks
 * for an id (bpf_core_type_id_kernel) would be told a wrong one.
 *
 * The format: Documentation/bpf/btf.rst, include/uapi/linux/btf.h. What CO-RE compares: libbpf's
 * src/relo_core.c. The copying is Cheney's: what is copied is also the list of what is left to do.
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
#define VOID_POINTER 1 /* its id in the cut */

enum {
	BY_NAME = 1,  /* CO-RE finds it by its name */
	BY_VALUE = 2, /* a struct can hold it */
	REFERS = 4,   /* its `type` is an id */
};
/* What follows the struct btf_type of each kind, in bytes: once, and for each of its vlen. */
static const struct kind {
	uint8_t once, each, is;
} kinds[] = {
	[BTF_KIND_INT] = {4, 0, BY_NAME | BY_VALUE},
	[BTF_KIND_PTR] = {0, 0, 0},
	[BTF_KIND_ARRAY] = {sizeof(struct btf_array), 0, BY_VALUE},
	[BTF_KIND_STRUCT] = {0, sizeof(struct btf_member), BY_NAME | BY_VALUE},
	[BTF_KIND_UNION] = {0, sizeof(struct btf_member), BY_NAME | BY_VALUE},
	[BTF_KIND_ENUM] = {0, sizeof(struct btf_enum), BY_NAME | BY_VALUE},
	[BTF_KIND_FWD] = {0, 0, BY_NAME | BY_VALUE},
	[BTF_KIND_TYPEDEF] = {0, 0, BY_NAME | BY_VALUE | REFERS},
	[BTF_KIND_VOLATILE] = {0, 0, BY_VALUE | REFERS},
	[BTF_KIND_CONST] = {0, 0, BY_VALUE | REFERS},
	[BTF_KIND_RESTRICT] = {0, 0, BY_VALUE | REFERS},
	[BTF_KIND_FUNC] = {0, 0, 0},
	[BTF_KIND_FUNC_PROTO] = {0, sizeof(struct btf_param), 0},
	[BTF_KIND_VAR] = {sizeof(struct btf_var), 0, 0},
	[BTF_KIND_DATASEC] = {0, sizeof(struct btf_var_secinfo), 0},
	[BTF_KIND_FLOAT] = {0, 0, BY_NAME | BY_VALUE},
	[BTF_KIND_DECL_TAG] = {sizeof(struct btf_decl_tag), 0, 0},
	[BTF_KIND_TYPE_TAG] = {0, 0, BY_VALUE | REFERS},
	[BTF_KIND_ENUM64] = {0, sizeof(struct btf_enum64), BY_NAME | BY_VALUE},
};

struct cut {
	void *wanted; /* names: tsearch(3) */
	/* The kernel's. */
	const char *types, *strings;
	uint32_t types_size, strings_size;
	uint32_t *at; /* where a type begins, by id */
	uint32_t count;
	/* The cut's. */
	char *kept_types, *kept_strings;
	uint32_t kept_types_size, kept_strings_size, kept_count;
	uint32_t *kept; /* a type's id in the cut, by id; 0: not in it */
	int error; /* the first, a negative errno */
};

static uint32_t fail(struct cut *cut, int error)
{
	if (!cut->error)
		cut->error = error;
	return 0;
}

/* A type with what follows it; 0 if its kind is not known here. */
static size_t size_of(const struct btf_type *type)
{
	unsigned int kind = btf_kind(type);
	if (kind == BTF_KIND_UNKN || kind >= sizeof(kinds) / sizeof(*kinds) ||
	    (type->info & INFO_UNKNOWN_BITS))
		return 0;
	return sizeof(*type) + kinds[kind].once + kinds[kind].each * (size_t)btf_vlen(type);
}

static const struct btf_type *type_at(const char *types, uint32_t at)
{
	return (const void *)(types + at);
}

static int compare(const void *left, const void *right) { return strcmp(left, right); }

/* Wants the names of the object's types; what follows "___" only tells versions of one apart. */
static void want(struct cut *cut, const struct btf *btf)
{
	for (uint32_t id = 1; id < btf__type_cnt(btf); id++) {
		const char *name = btf__name_by_offset(btf, btf__type_by_id(btf, id)->name_off);
		const char *version = strstr(name, "___");
		char *copy = version ? strndup(name, version - name) : strdup(name);
		char **found = copy ? tsearch(copy, &cut->wanted, compare) : 0;
		if (!found)
			fail(cut, -ENOMEM);
		if (!found || *found != copy)
			free(copy);
	}
}

static int is_wanted(struct cut *cut, const struct btf_type *type)
{
	if (!(kinds[btf_kind(type)].is & BY_NAME) || !type->name_off)
		return 0;
	if (type->name_off >= cut->strings_size)
		return fail(cut, -EINVAL);
	return !!tfind(cut->strings + type->name_off, &cut->wanted, compare);
}

/* Finds the two sections: they lie within the bytes, and the last string is ended. */
static void read_header(struct cut *cut, const char *whole, size_t size)
{
	struct btf_header header = {0};
	if (size >= sizeof(header))
		memcpy(&header, whole, sizeof(header));
	size_t body = size - header.hdr_len;
	if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || header.flags ||
	    header.hdr_len < sizeof(header) || header.hdr_len > size || header.hdr_len % 4 ||
	    header.type_off > body || header.type_len > body - header.type_off ||
	    header.str_off > body || header.str_len > body - header.str_off ||
	    header.type_off % 4 || !header.str_len) {
		fail(cut, -EINVAL);
		return;
	}
	cut->types = whole + header.hdr_len + header.type_off;
	cut->types_size = header.type_len;
	cut->strings = whole + header.hdr_len + header.str_off;
	cut->strings_size = header.str_len;
	if (cut->strings[0] || cut->strings[header.str_len - 1])
		fail(cut, -EINVAL);
}

/* Copies a type unless that was done; returns its id in the cut. */
static uint32_t keep(struct cut *cut, uint32_t id)
{
	if (id >= cut->count)
		return fail(cut, -EINVAL);
	if (!id || cut->kept[id])
		return cut->kept[id];
	const struct btf_type *type = type_at(cut->types, cut->at[id]);
	if (btf_is_ptr(type))
		return VOID_POINTER;
	if (!(kinds[btf_kind(type)].is & BY_VALUE))
		return 0; /* a function, to which a typedef can lead */
	memcpy(cut->kept_types + cut->kept_types_size, type, size_of(type));
	cut->kept_types_size += size_of(type);
	return cut->kept[id] = ++cut->kept_count;
}

/* Copies a name; returns its offset in the cut. */
static uint32_t keep_name(struct cut *cut, uint32_t offset)
{
	if (offset >= cut->strings_size)
		return fail(cut, -EINVAL);
	uint32_t at = cut->kept_strings_size, size = strlen(cut->strings + offset) + 1;
	if (size == 1)
		return 0;
	if (size > cut->strings_size - at)
		return fail(cut, -E2BIG); /* each use is a copy: a cut longer than the whole */
	memcpy(cut->kept_strings + at, cut->strings + offset, size);
	cut->kept_strings_size += size;
	return at;
}

/* Gives a copied type the cut's own ids and names. */
static void adopt(struct cut *cut, struct btf_type *type)
{
	const struct kind *kind = &kinds[btf_kind(type)];
	uint32_t *word = (uint32_t *)(type + 1);
	type->name_off = keep_name(cut, type->name_off);
	if (kind->is & REFERS)
		type->type = keep(cut, type->type);
	if (btf_is_array(type)) {
		btf_array(type)->type = keep(cut, btf_array(type)->type);
		btf_array(type)->index_type = keep(cut, btf_array(type)->index_type);
	}
	/* A member begins with its name and its type, an enum's value with its name. */
	for (int i = 0; kind->each && i < btf_vlen(type); i++, word += kind->each / 4) {
		word[0] = keep_name(cut, word[0]);
		if (btf_is_composite(type))
			word[1] = keep(cut, word[1]);
	}
}

/* Makes room for all there may be, and puts the one pointer there. */
static void begin(struct cut *cut)
{
	const struct btf_type pointer = {.info = BTF_KIND_PTR << 24};
	size_t room = cut->types_size + sizeof(pointer), most = cut->types_size / sizeof(pointer) + 1;
	cut->at = calloc(most, sizeof(*cut->at));
	cut->kept = calloc(most, sizeof(*cut->kept));
	cut->kept_types = malloc(room + cut->strings_size);
	if (!cut->at || !cut->kept || !cut->kept_types) {
		fail(cut, -ENOMEM);
		return;
	}
	cut->kept_strings = cut->kept_types + room;
	cut->kept_strings[cut->kept_strings_size++] = 0;
	memcpy(cut->kept_types, &pointer, sizeof(pointer));
	cut->kept_types_size = sizeof(pointer);
	cut->kept_count = VOID_POINTER;
}

/* Finds where each type begins, as a type's id is its place in the order, and copies the wanted. */
static void read_types(struct cut *cut)
{
	size_t size;
	cut->count = 1; /* 0 is void */
	for (uint32_t at = 0; at < cut->types_size && !cut->error; at += size) {
		const struct btf_type *type = type_at(cut->types, at);
		uint32_t left = cut->types_size - at;
		size = left < sizeof(*type) ? left + 1 : size_of(type);
		if (!size || size > left) {
			fail(cut, size ? -EINVAL : -ENOTSUP);
			return;
		}
		cut->at[cut->count++] = at;
		if (is_wanted(cut, type))
			keep(cut, cut->count - 1);
	}
}

/* Copies what the copied hold. */
static void adopt_all(struct cut *cut)
{
	for (uint32_t at = 0; at < cut->kept_types_size && !cut->error;) {
		struct btf_type *type = (void *)(cut->kept_types + at);
		adopt(cut, type);
		at += size_of(type);
	}
}

static void write_cut(struct cut *cut, int fd)
{
	struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = cut->kept_types_size,
		.str_off = cut->kept_types_size,
		.str_len = cut->kept_strings_size,
	};
	struct iovec parts[] = {
		{&header, sizeof(header)},
		{cut->kept_types, header.type_len},
		{cut->kept_strings, header.str_len},
	};
	ssize_t size = sizeof(header) + header.type_len + header.str_len;
	if (writev(fd, parts, 3) != size)
		fail(cut, -EIO);
}

int trace_cut_btf(const struct bpf_object *object, const void *whole, size_t size, int fd)
{
	struct cut cut = {0};
	want(&cut, bpf_object__btf(object));
	read_header(&cut, whole, size);
	if (!cut.error)
		begin(&cut);
	if (!cut.error)
		read_types(&cut);
	if (!cut.error)
		adopt_all(&cut);
	if (!cut.error)
		write_cut(&cut, fd);
	tdestroy(cut.wanted, free);
	free(cut.at);
	free(cut.kept);
	free(cut.kept_types);
	return cut.error;
}
