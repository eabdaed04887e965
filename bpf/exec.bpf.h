/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * Execs: the program, the call that executed it, and the files that the kernel reads before it runs:
 * scripts (binfmt_script, binfmt_misc) and the ELF interpreter.
 */
#ifndef TRACE_EXEC_BPF_H
#define TRACE_EXEC_BPF_H

#include "syscalls.bpf.h"

/* ---- the call ---- */

enum interpreted { INTERPRETED_UNKNOWN, INTERPRETED_NO, INTERPRETED_YES };

/* What is lost before sched_process_exec: the registers and the name of the interpreter. */
struct exec_call {
	u64 flags;
	s32 dfd;
	u16 nr;
	u8 call; /* 0: unknown */
	u8 abi;
	u8 interpreted; /* enum interpreted */
	u8 by_fd; /* the call is execveat */
	u8 reserved[6];
};

/* By address of the task, because an exec changes the tid. A failed exec leaves its entry. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, struct exec_call);
} exec_calls SEC(".maps");

static __always_inline u64 syscall_nr(void *regs)
{
	if (bpf_core_field_exists(struct pt_regs___arm64, syscallno))
		return (s64)BPF_CORE_READ((struct pt_regs___arm64 *)regs, syscallno);
	return BPF_CORE_READ((struct pt_regs___x86 *)regs, orig_ax);
}

static __always_inline void note_exec_call(u8 interpreted)
{
	u64 task = bpf_get_current_task();
	void *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	u64 id = syscall_nr(regs), nr = id & ~(u64)X32_SYSCALL_BIT;
	int compat = is_compat();
	struct exec_call call = { .dfd = AT_FDCWD, .interpreted = interpreted };
	u64 args = nr < SYSCALLS ? lookup_args(nr, compat) : 0;

	if (args && (ARG(args, traits) & TRAIT_FAILED_ONLY)) {
		call.call = ARG(args, call);
		call.nr = nr;
		call.abi = compat ? ABI_COMPAT : id & X32_SYSCALL_BIT ? ABI_X32 : ABI_NATIVE;
		if (ARG(args, dfd) != NO_ARG) {
			call.by_fd = 1;
			call.dfd = read_reg(regs, ARG(args, dfd));
		}
		if (ARG(args, flags) != NO_ARG)
			call.flags = (u32)read_reg(regs, ARG(args, flags));
	}
	if (call.call || interpreted)
		bpf_map_update_elem(&exec_calls, &task, &call, BPF_ANY);
}

/*
 * Whether two strings of a tracepoint's record differ: __data_loc is offset | length << 16. Compares
 * word by word, as the verifier limits the number of jumps.
 */
static __always_inline int strings_differ(struct record *record, void *context, u32 one, u32 other)
{
	u64 length = one >> 16;
	char *copy = record->data, *other_copy = record->data + NAME_BYTES + sizeof(u64);

	if (length != other >> 16 || length > NAME_BYTES)
		return 1;
	*(u64 *)(copy + length) = 0;
	*(u64 *)(other_copy + length) = 0;
	bpf_probe_read_kernel(copy, length, context + (one & 0xffff));
	bpf_probe_read_kernel(other_copy, length, context + (other & 0xffff));
	for (u32 i = 0; i < NAME_BYTES; i += sizeof(u64)) {
		if (i >= length)
			break;
		if (*(u64 *)(copy + i) != *(u64 *)(other_copy + i))
			return 1;
	}
	return 0;
}

/*
 * Linux 6.10 and later: runs once no more interpreters are looked up, before the registers are
 * cleared. Of a script, interp is the name of its last interpreter.
 */
SEC("?tracepoint/sched/sched_prepare_exec")
int prepare_exec(struct trace_event_raw_sched_prepare_exec *context)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return 0;
	note_exec_call(strings_differ(record, context, context->__data_loc_filename,
				      context->__data_loc_interp) ?
			       INTERPRETED_YES :
			       INTERPRETED_NO);
	return 0;
}

/* Linux 5.15 to 6.9: an exec sets the name of its thread before the registers are cleared. */
SEC("?tracepoint/task/task_rename")
int rename_exec(void *context)
{
	(void)context;
	note_exec_call(INTERPRETED_UNKNOWN);
	return 0;
}

/* Returns the call of the current exec, and forgets it. */
static __always_inline struct exec_call take_exec_call(void)
{
	u64 task = bpf_get_current_task();
	struct exec_call call = { .dfd = AT_FDCWD };
	struct exec_call *noted = bpf_map_lookup_elem(&exec_calls, &task);

	if (noted) {
		call = *noted;
		bpf_map_delete_elem(&exec_calls, &task);
	}
	return call;
}

/* ---- the name ---- */

#define DEV_FD	      0x2f64662f7665642fULL /* "/dev/fd/", little-endian */
#define DEV_FD_LENGTH 8
#define FD_DIGITS     10

/*
 * Parses "/dev/fd/N" or "/dev/fd/N/" at the start of the slot's data, which execveat(2) makes of
 * an fd. Returns its length, 0 if there is none; sets event.dfd.
 */
__attribute__((noinline)) int parse_dev_fd(u32 slot)
{
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record || *(u64 *)record->data != DEV_FD)
		return 0;
	u32 fd = 0;
	for (int i = 0; i <= FD_DIGITS; i++) {
		char c = record->data[DEV_FD_LENGTH + i];
		if (c >= '0' && c <= '9') {
			fd = fd * 10 + (c - '0');
			continue;
		}
		if (!i || (c && c != '/'))
			return 0;
		record->event.dfd = fd;
		return DEV_FD_LENGTH + i + (c ? 1 : 0);
	}
	return 0;
}

/* Sets the name as passed, and dfd. Returns the offset of what follows. */
static __always_inline u32 append_exec_name(struct record *record, struct exec_call *call,
					    void *name)
{
	long length = bpf_probe_read_kernel_str(record->data, NAME_BYTES, name);
	u64 prefix = 0;

	record->event.dfd = call->dfd;
	if (length > DEV_FD_LENGTH && (call->by_fd ? call->dfd != AT_FDCWD : !call->call))
		prefix = parse_dev_fd(SCRATCH_PROCESS);
	asm volatile("%0 &= 0x1f" : "+r"(prefix)); /* for the verifier */
	if (prefix)
		length = bpf_probe_read_kernel_str(record->data, NAME_BYTES, name + prefix);
	return set_name(&record->event, 0, length);
}

/* ---- the program ---- */

/*
 * Exec records with arguments exceed the value size of a per-CPU map. This ordinary map has one
 * value per possible CPU; no two tracepoints of exec nest on a CPU.
 */
struct exec_record {
	struct event event;
	char data[DATA_BYTES + COMPONENT_BYTES + ARGV_BYTES];
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* the number of possible CPUs if arguments are requested */
	__type(key, u32);
	__type(value, struct exec_record);
} exec_records SEC(".maps");

/* Sends a copy of the record, followed by the arguments. */
__attribute__((noinline)) int send_exec_record(u32 offset)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	u32 cpu = bpf_get_smp_processor_id();
	struct exec_record *out = bpf_map_lookup_elem(&exec_records, &cpu);
	if (!record || !out)
		return 0;
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 start = BPF_CORE_READ(task, mm, arg_start);
	u64 length = BPF_CORE_READ(task, mm, arg_end) - start;

	BOUND(offset);
	if (offset > sizeof(record->data))
		return 0;
	if (length > ARGV_BYTES) {
		length = ARGV_BYTES;
		record->event.notes |= NOTE_ARGV_CUT;
	}
	if (bpf_probe_read_user(out->data + offset, length, (void *)start)) {
		length = 0;
		record->event.notes |= NOTE_ARGV_CUT;
	}
	record->event.argv_len = length;
	bpf_probe_read_kernel(out, sizeof(record->event) + offset, record);
	ring_output(out, sizeof(record->event) + offset + length);
	return 0;
}

/*
 * Adds the requested parts of a program or interpreter. A file that is in no directory, as that of
 * memfd_create(2), has its name as the only component, without NOTE_PATH. Returns the new offset.
 */
__attribute__((noinline)) int append_program(u64 address, u32 offset)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct file *file = (void *)address;
	offset = append_file(record, file, offset, SCRATCH_PROCESS);
	if (!(config.want & WANT_PATH) || !file)
		return offset;
	if (record->event.notes & (NOTE_PATH | NOTE_PATH_CUT) || record->event.path_len)
		return offset;
	BOUND(offset);
	if (offset > DATA_BYTES)
		return offset;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return offset;
	const unsigned char *name = BPF_CORE_READ(dentry, d_name.name);
	u32 length = bpf_probe_read_kernel_str(record->data + offset, COMPONENT_BYTES, name);
	if (length > COMPONENT_BYTES)
		return offset;
	record->event.path_len = length;
	return offset + length;
}

static __always_inline u32 append_cwd(u32 offset, u32 which)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	return append_path((u64)__builtin_preserve_access_index(&fs->pwd), offset, SCRATCH_PROCESS,
			   which);
}

/* Appends the standard streams. Returns the new offset. */
__attribute__((noinline)) int append_stdio(u32 offset)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	for (int fd = 0; fd < 3; fd++) {
		struct stdio stream = {};
		struct file *file = fd_to_file(fd);
		if (file) {
			struct inode *inode = BPF_CORE_READ(file, f_inode);
			stream.ino = inode_number(inode);
			stream.dev = BPF_CORE_READ(inode, i_sb, s_dev);
			stream.i_mode = BPF_CORE_READ(inode, i_mode);
			stream.pipefs = BPF_CORE_READ(inode, i_sb, s_magic) == PIPEFS_MAGIC;
		}
		BOUND(offset);
		if (offset > DATA_BYTES)
			return offset;
		bpf_probe_read_kernel(record->data + offset, sizeof(stream), &stream);
		offset += sizeof(stream);
	}
	record->event.stdio_len = 3 * sizeof(struct stdio);
	return offset;
}

static __always_inline void emit_exec(struct exec_call *call, void *name)
{
	struct record *record = begin_process_record(EVENT_EXEC, call->call);
	if (!record)
		return;
	struct task_struct *task = (void *)bpf_get_current_task();
	u32 offset = append_exec_name(record, call, name);

	record->event.nr = call->nr;
	record->event.abi = call->abi;
	record->event.flags = call->flags;
	offset = append_program((u64)BPF_CORE_READ(task, mm, exe_file), offset);
	if (config.want & WANT_CWD)
		offset = append_cwd(offset, PATH_SECOND);
	offset = append_mount_roots(record, offset, SCRATCH_PROCESS);
	if (config.want & WANT_CGROUP)
		offset = append_cgroup(offset, SCRATCH_PROCESS);
	if (config.want & WANT_STDIO)
		offset = append_stdio(offset);
	if (config.want & WANT_ARGV)
		send_exec_record(offset);
	else
		send_whole_record(record, offset);
}

/* ---- scripts ---- */

/* Appends the first arguments, among which are the names of the interpreters. */
__attribute__((noinline)) int append_first_arguments(u32 offset)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct task_struct *task = (void *)bpf_get_current_task();
	u64 start = BPF_CORE_READ(task, mm, arg_start);
	u64 length = BPF_CORE_READ(task, mm, arg_end) - start;

	if (length > INTERP_ARGV_BYTES)
		length = INTERP_ARGV_BYTES;
	BOUND(offset);
	if (offset > DATA_BYTES + COMPONENT_BYTES - INTERP_ARGV_BYTES ||
	    bpf_probe_read_user(record->data + offset, length, (void *)start))
		return offset;
	record->event.argv_len = length;
	return offset + length;
}

static __always_inline u32 append_root(u32 offset, u32 which)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	return append_path((u64)__builtin_preserve_access_index(&fs->root), offset,
			   SCRATCH_PROCESS, which);
}

/* Appends the components of the root directory as the second name. Returns the new offset. */
static __always_inline u32 append_root_as_name2(struct record *record, u32 offset)
{
	struct event *event = &record->event;
	u32 end = append_root(offset, PATH_SECOND);

	if (event->path2_len < NAME_BYTES && event->notes & NOTE_PATH2)
		event->name2_len = event->path2_len;
	else
		end = offset;
	event->path2_len = 0;
	event->notes &= ~(NOTE_PATH2 | NOTE_PATH2_CUT);
	return end;
}

/*
 * Appends the file that was executed, or the directory that its name starts from, and the
 * directories that names of interpreters start from: the working directory or, if that is the first
 * path, the root directory. Where the first path is neither, the second name is the root directory.
 */
__attribute__((noinline)) int append_script_paths(u32 offset)
{
	u32 slot = SCRATCH_PROCESS;
	struct record *record = bpf_map_lookup_elem(&scratch, &slot);
	if (!record)
		return offset;
	struct event *event = &record->event;
	int absolute = event->name_len && record->data[0] == '/';
	int by_fd = !absolute && event->dfd != AT_FDCWD;

	if (by_fd && config.want & WANT_PATH)
		offset = append_root_as_name2(record, offset);
	if (by_fd && !event->name_len)
		offset = append_program((u64)fd_to_file(event->dfd), offset);
	else
		offset = append_base(record, 0, event->name_len, event->dfd, offset,
				     SCRATCH_PROCESS, PATH_FIRST);
	if (!(config.want & WANT_PATH))
		return offset;
	return absolute || by_fd ? append_cwd(offset, PATH_SECOND) :
				   append_root(offset, PATH_SECOND);
}

/*
 * Emits the file that was executed, unless it is the program itself. User space finds the scripts
 * that interpret it.
 */
static __always_inline void emit_script(struct exec_call *call, void *name)
{
	struct record *record = begin_record(SCRATCH_PROCESS, EVENT_INTERP, 0);
	if (!record)
		return;
	struct event *event = &record->event;
	struct task_struct *task = (void *)bpf_get_current_task();
	struct inode *program = BPF_CORE_READ(task, mm, exe_file, f_inode);
	u32 offset = append_exec_name(record, call, name);

	event->dev2 = BPF_CORE_READ(program, i_sb, s_dev);
	event->ino2 = inode_number(program);
	if (call->interpreted == INTERPRETED_UNKNOWN)
		event->notes |= NOTE_INTERP_UNSURE;
	offset = append_script_paths(offset);
	offset = append_mount_roots(record, offset, SCRATCH_PROCESS);
	if (config.want & WANT_CGROUP)
		offset = append_cgroup(offset, SCRATCH_PROCESS);
	offset = append_first_arguments(offset);
	send_whole_record(record, offset);
}

SEC("?tracepoint/sched/sched_process_exec")
int process_exec(struct trace_event_raw_sched_process_exec *context)
{
	struct exec_call call = take_exec_call();
	void *name = (void *)context + (context->__data_loc_filename & 0xffff);

	if (config.events & WANT_EXEC)
		emit_exec(&call, name);
	if (!task_matches())
		return 0;
	if ((config.events & WANT_INTERP) && call.interpreted != INTERPRETED_NO)
		emit_script(&call, name);
	return 0;
}

/* ---- the ELF interpreter ---- */

static __always_inline void emit_elf_interpreter(struct file *file)
{
	struct record *record = begin_record(SCRATCH_PROCESS, EVENT_INTERP, 0);
	if (record)
		send_record(record, append_program((u64)file, 0), SCRATCH_PROCESS);
}

static __always_inline int is_program(struct file *file)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(file, f_inode) == BPF_CORE_READ(task, mm, exe_file, f_inode);
}

/* Returns the address of the first instruction: of the ELF interpreter if there is one. */
static __always_inline u64 first_instruction(void)
{
	void *regs = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	if (bpf_core_field_exists(struct pt_regs___arm64, syscallno))
		return BPF_CORE_READ((struct pt_regs___arm64 *)regs, pc);
	return BPF_CORE_READ((struct pt_regs *)regs, ip);
}

struct found_mapping {
	struct file *file;
};

static long visit_mapping(struct task_struct *task, struct vm_area_struct *vma,
			  struct found_mapping *found)
{
	(void)task;
	found->file = BPF_CORE_READ(vma, vm_file);
	return 0;
}

/* Linux 5.17 and later. */
SEC("?tracepoint/sched/sched_process_exec")
int elf_interpreter(void *context)
{
	(void)context;
	struct found_mapping found = {};

	if (!task_matches())
		return 0;
	if (bpf_find_vma(bpf_get_current_task_btf(), first_instruction(), visit_mapping, &found, 0))
		count_loss(LOSS_INTERP);
	else if (found.file && !is_program(found.file))
		emit_elf_interpreter(found.file);
	return 0;
}

#define MAX_MAPPINGS 256

/*
 * Returns the mapped file that is not the program: after an exec, only those two are mapped. Null
 * if there is none.
 */
static __always_inline struct file *other_mapped_file(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct vm_area_struct *vma = BPF_CORE_READ(task, mm, mmap);
	for (int i = 0; i < MAX_MAPPINGS; i++) {
		if (!vma)
			return 0;
		struct file *file = BPF_CORE_READ(vma, vm_file);
		if (file && !is_program(file))
			return file;
		vma = BPF_CORE_READ(vma, vm_next);
	}
	count_loss(LOSS_INTERP);
	return 0;
}

/* Before 5.17. */
SEC("?tracepoint/sched/sched_process_exec")
int elf_interpreter_in_list(void *context)
{
	(void)context;
	if (!task_matches())
		return 0;
	struct file *file = other_mapped_file();
	if (file)
		emit_elf_interpreter(file);
	return 0;
}

#endif
