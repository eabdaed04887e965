/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The eBPF object: all programs, one file per subject. */
#include "process.bpf.h"
#include "syscalls.bpf.h"
#include "exec.bpf.h"
#include "io_uring.bpf.h"
#include "identity.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
