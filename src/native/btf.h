/* BTF minimization: src/native/btf.c. */
#ifndef TRACE_BTF_H
#define TRACE_BTF_H

#include <bpf/libbpf.h>
#include <stddef.h>

/*
 * Writes to fd those types of `data`, `size` bytes of BTF, that the object's relocations need.
 * Returns 0 or a negative errno: EINVAL for malformed BTF, ENOTSUP for an unknown kind of type.
 */
int trace_minimize_btf(const struct bpf_object *object, const void *data, size_t size, int fd);

/* Returns the id of a function in BTF, or a negative errno. */
int trace_find_btf_function(const void *data, size_t size, const char *name);

#endif
