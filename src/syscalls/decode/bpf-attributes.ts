/**
 * What each command of bpf(2) takes: the fields of union bpf_attr. linux/bpf.h.
 *
 * A line has the command, the size that its first version had, the name of the struct around the
 * fields ("-" for none), and the shape of the fields: shapes.ts describes it. The kernel's layouts call
 * the anonymous members of the union bpf_attr.0, bpf_attr.1 and so on.
 */
export interface BpfCommand {
  readonly minimum: number;
  readonly member: string | null;
  readonly shape: string;
}

const LINES = `
  BPF_MAP_CREATE 16 - bpf_attr.0
  BPF_MAP_LOOKUP_ELEM|BPF_MAP_LOOKUP_AND_DELETE_ELEM 24 - bpf_attr.1
  BPF_MAP_UPDATE_ELEM 32 - bpf_attr.1
  BPF_MAP_DELETE_ELEM 16 - bpf_attr.1/delete
  BPF_MAP_GET_NEXT_KEY 24 - bpf_attr.1/next
  BPF_MAP_FREEZE 4 - bpf_attr.1/map
  BPF_PROG_LOAD 24 - bpf_attr.3
  BPF_OBJ_PIN|BPF_OBJ_GET 12 - bpf_attr.4
  BPF_PROG_ATTACH 16 - bpf_attr.5
  BPF_PROG_DETACH 12 - bpf_attr.5/detach
  BPF_PROG_TEST_RUN 40 test bpf_attr.6
  BPF_PROG_GET_NEXT_ID|BPF_MAP_GET_NEXT_ID 8 - bpf_attr.7
  BPF_BTF_GET_NEXT_ID|BPF_LINK_GET_NEXT_ID 8 - bpf_attr.7
  BPF_PROG_GET_FD_BY_ID 8 - bpf_attr.7/prog
  BPF_MAP_GET_FD_BY_ID 8 - bpf_attr.7/map
  BPF_BTF_GET_FD_BY_ID 4 - bpf_attr.7/btf
  BPF_LINK_GET_FD_BY_ID 4 - bpf_attr.7/link
  BPF_OBJ_GET_INFO_BY_FD 16 info bpf_attr.8
  BPF_PROG_QUERY 28 query bpf_attr.9
  BPF_RAW_TRACEPOINT_OPEN 12 raw_tracepoint bpf_attr.10
  BPF_BTF_LOAD 28 - bpf_attr.11
  BPF_TASK_FD_QUERY 48 task_fd_query bpf_attr.12
  BPF_MAP_LOOKUP_BATCH|BPF_MAP_LOOKUP_AND_DELETE_BATCH 56 batch bpf_attr.2
  BPF_MAP_UPDATE_BATCH 56 batch bpf_attr.2/update
  BPF_MAP_DELETE_BATCH 56 batch bpf_attr.2/delete
  BPF_LINK_CREATE 16 link_create bpf_attr.13
  BPF_LINK_UPDATE 16 link_update bpf_attr.14
  BPF_LINK_DETACH 4 link_detach bpf_attr.15
  BPF_ENABLE_STATS 4 enable_stats bpf_attr.16
  BPF_ITER_CREATE 8 iter_create bpf_attr.17
  BPF_PROG_BIND_MAP 12 prog_bind_map bpf_attr.18
  BPF_TOKEN_CREATE 8 token_create bpf_attr.19
`;

export const BPF_COMMANDS: ReadonlyMap<string, BpfCommand> = new Map(
  LINES.trim()
    .split("\n")
    .flatMap((line) => {
      const [commands, minimum, member, shape] = line.trim().split(" ");
      const command = { minimum: Number(minimum), member: member === "-" ? null : member, shape };
      return commands.split("|").map((name) => [name, command] as const);
    }),
);
