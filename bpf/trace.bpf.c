/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/* The one eBPF object: every program that runs in the kernel, each in the file of its subject. */
#include "processes.h"
#include "syscalls.h"
#include "io_uring.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";
