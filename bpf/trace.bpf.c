/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The one eBPF object: every program that runs in the kernel, each in the file of its subject. */
#include "process.bpf.h"
#include "syscalls.bpf.h"
#include "io_uring.bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
