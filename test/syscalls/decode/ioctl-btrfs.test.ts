/** Requests of btrfs and of trusted execution environments, and names outside of the tables. */
import { expect, test } from "bun:test";
import { constants } from "../../../src/syscalls/decode/named-constants.ts";
import { argumentText, BASE } from "./fixed-memory.ts";

const number = (name: string) => constants("ioctl").find(([each]) => each === name)![1];
const call = (name: string, memory: Uint8Array, result = 0, verbose = false) =>
  argumentText({ name: "ioctl", args: [3, number(name), BASE], memory, result, verbose }, 2);
const requestText = (request: number) => argumentText({ name: "ioctl", args: [3, request, 0] }, 1);

/** Memory of 64-bit words, and what else is in it. */
function memory(size: number, words: Readonly<Record<number, bigint | number>>, texts = {}) {
  const bytes = Buffer.alloc(size);
  for (const [at, value] of Object.entries(words))
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), Number(at));
  for (const [at, text] of Object.entries(texts)) bytes.write(String(text), Number(at));
  return new Uint8Array(bytes);
}

const ARGS_V2 = 4096;

test("a subvolume is named, and has quota groups only if its flags say so", () => {
  const plain = memory(ARGS_V2, { 0: 4, 16: 2, 24: 9 }, { 56: "snap" });
  expect(call("BTRFS_IOC_SNAP_CREATE_V2", plain, -9)).toBe(
    '{fd=4, flags=BTRFS_SUBVOL_RDONLY, name="snap"}',
  );
  const groups = BASE + BigInt(ARGS_V2);
  const inherit = memory(
    ARGS_V2 + 88,
    { 16: 4, 24: 88, 32: groups, [ARGS_V2 + 8]: 2, [ARGS_V2 + 72]: 5, [ARGS_V2 + 80]: 6 },
    { 56: "s" },
  );
  const text = (verbose: boolean) => call("BTRFS_IOC_SUBVOL_CREATE_V2", inherit, 0, verbose);
  expect(text(false)).toContain("size=88, qgroup_inherit={flags=0, num_qgroups=2, ");
  expect(text(false)).toContain('rsv_excl=0}, ...}, name="s"}');
  expect(text(true)).toContain("rsv_excl=0}, qgroups=[5, 6]}");
});

test("a subvolume or a device may be a number instead of a name", () => {
  const subvolume = memory(ARGS_V2, { 16: 16, 56: 257 });
  expect(call("BTRFS_IOC_SNAP_DESTROY_V2", subvolume)).toBe(
    "{fd=0, flags=BTRFS_SUBVOL_SPEC_BY_ID, subvolid=257}",
  );
  const device = memory(ARGS_V2, { 16: 8, 56: 2 });
  expect(call("BTRFS_IOC_RM_DEV_V2", device)).toBe(
    "{fd=0, flags=BTRFS_DEVICE_SPEC_BY_ID, devid=2}",
  );
});

const SEARCH = 4096;

test("a search shows its key, and the items that were found with -v", () => {
  const bytes = memory(SEARCH, { 0: 5, 8: 256, 16: -256, 32: -1, 48: -1, [104 + 8]: -4 });
  const view = new DataView(bytes.buffer);
  view.setUint32(60, 0xffffffff, true);
  view.setUint32(64, 2, true);
  // struct btrfs_ioctl_search_header, with four bytes of data behind the first.
  view.setUint32(104 + 24, 84, true);
  view.setUint32(104 + 28, 4, true);
  view.setUint32(104 + 32 + 4 + 24, 7, true);
  const key =
    "min_offset=0, max_offset=UINT64_MAX, min_transid=0, max_transid=UINT64_MAX, min_type=0, max_type=UINT32_MAX, nr_items=2}}";
  expect(call("BTRFS_IOC_TREE_SEARCH", bytes)).toBe(
    `{key={tree_id=BTRFS_FS_TREE_OBJECTID, ${key} => {key={nr_items=2}, ...}`,
  );
  expect(call("BTRFS_IOC_TREE_SEARCH", bytes, -9)).not.toContain("=>");
  const ids = "min_objectid=BTRFS_FIRST_FREE_OBJECTID, max_objectid=BTRFS_LAST_FREE_OBJECTID";
  expect(call("BTRFS_IOC_TREE_SEARCH", bytes, 0, true)).toBe(
    `{key={tree_id=BTRFS_FS_TREE_OBJECTID, ${ids}, ${key} => {key={nr_items=2}, buf=[` +
      "{transid=0, objectid=BTRFS_BALANCE_OBJECTID, offset=0, type=BTRFS_DIR_ITEM_KEY, len=4}, " +
      "{transid=0, objectid=BTRFS_DEV_STATS_OBJECTID, offset=0, type=7, len=0}]}",
  );
});

test("space is asked for its number of kinds first, then for each", () => {
  const one = { 0: 1, 8: 1, 16: 1, 24: 8192, 32: 4096 };
  expect(call("BTRFS_IOC_SPACE_INFO", memory(16, { 8: 3 }))).toBe(
    "{space_slots=0} => {total_spaces=3}",
  );
  expect(call("BTRFS_IOC_SPACE_INFO", memory(40, one))).toBe(
    "{space_slots=1} => {total_spaces=1, ...}",
  );
  expect(call("BTRFS_IOC_SPACE_INFO", memory(40, one), 0, true)).toBe(
    "{space_slots=1} => {total_spaces=1, spaces=[{flags=BTRFS_BLOCK_GROUP_DATA, total_bytes=8192, used_bytes=4096}]}",
  );
});

test("the paths of an inode, and the inodes of an address, are those of the buffer", () => {
  const at = BASE + 56n;
  const paths = memory(100, { 0: 257, 8: 44, 48: at, 64: 1, 72: 8 }, { 80: "a/b\0" });
  expect(call("BTRFS_IOC_INO_PATHS", paths, 0, true)).toEndWith(
    'elem_cnt=1, elem_missed=0, val=["a/b"]}}',
  );
  expect(call("BTRFS_IOC_INO_PATHS", paths)).toEndWith("elem_cnt=1, elem_missed=0, ...}}");
  const inodes = memory(96, { 0: 4096, 8: 40, 48: at, 64: 3, 72: 257, 88: 5 });
  expect(call("BTRFS_IOC_LOGICAL_INO_V2", inodes, 0, true)).toEndWith(
    "val=[{inum=257, offset=0, root=BTRFS_FS_TREE_OBJECTID}]}}",
  );
});

test("ranges to share show their target before, and what was shared after", () => {
  const words: Record<number, bigint | number> = { 8: 4096, 16: 3 };
  for (let i = 0; i < 3; i++) Object.assign(words, { [24 + i * 32]: 5, [40 + i * 32]: 4096 });
  const bytes = memory(120, words);
  const given =
    "{src_offset=0, src_length=4096, dest_count=3, info=[{dest_fd=5, dest_offset=0}, {dest_fd=5, dest_offset=0}, ...]}";
  expect(call("FIDEDUPERANGE", bytes, -9)).toBe(given);
  expect(call("FIDEDUPERANGE", bytes)).toBe(
    `${given} => {info=[{bytes_deduped=4096, status=0}, {bytes_deduped=4096, status=0}, ...]}`,
  );
  expect(call("FIDEDUPERANGE", bytes, -9, true)).not.toContain("...");
});

test("the replacement of a device shows the struct of its command", () => {
  const start = memory(2600, { 0: 0, 16: 1 }, { 32: "/dev/a", [32 + 1025]: "/dev/b" });
  const given =
    '{cmd=BTRFS_IOCTL_DEV_REPLACE_CMD_START, start={srcdevid=makedev(0, 0x1), cont_reading_from_srcdev_mode=BTRFS_IOCTL_DEV_REPLACE_CONT_READING_FROM_SRCDEV_MODE_ALWAYS, srcdev_name="/dev/a", tgtdev_name="/dev/b"}}';
  expect(call("BTRFS_IOC_DEV_REPLACE", start, -9)).toBe(given);
  expect(call("BTRFS_IOC_DEV_REPLACE", start)).toBe(
    `${given} => {result=BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR}`,
  );
  const status = memory(2600, { 0: 1, 16: 2, 24: 1000 });
  expect(call("BTRFS_IOC_DEV_REPLACE", status)).toContain(
    "} => {result=BTRFS_IOCTL_DEV_REPLACE_RESULT_NO_ERROR, status={replace_state=BTRFS_IOCTL_DEV_REPLACE_STATE_FINISHED, progress_1000=1000,",
  );
});

test("a received subvolume has a UUID and dates", () => {
  const bytes = memory(200, { 0: 0xefcdab89_67452301n, 16: 7, 32: 1463193386, 24: 8 });
  // The date depends on the time zone.
  expect(call("BTRFS_IOC_SET_RECEIVED_SUBVOL", bytes, -9)).toMatch(
    /^{uuid=01234567-89ab-cdef-0000-000000000000, stransid=7, stime={sec=1463193386, nsec=0} \/\* 2016-05-1[345]T.* \*\/, flags=0}$/,
  );
  expect(call("BTRFS_IOC_SET_RECEIVED_SUBVOL", bytes)).toContain("} => {rtransid=8, rtime={");
});

test("the flags of a subvolume are shown if the kernel has read or written them", () => {
  expect(call("BTRFS_IOC_SUBVOL_SETFLAGS", memory(8, { 0: 2 }), -9)).toBe("BTRFS_SUBVOL_RDONLY");
  expect(call("BTRFS_IOC_SUBVOL_GETFLAGS", memory(8, { 0: 2 }))).toBe("BTRFS_SUBVOL_RDONLY");
  expect(call("BTRFS_IOC_SUBVOL_GETFLAGS", memory(8, { 0: 2 }), -9)).toBe("0x10000");
});

const BUFFER = 16;

/** struct tee_ioctl_buf_data and what it points to. */
const tee = (size: number, words: Readonly<Record<number, bigint | number>>) =>
  memory(BUFFER + size, {
    ...{ 0: BASE + BigInt(BUFFER), 8: size },
    ...Object.fromEntries(Object.entries(words).map(([at, word]) => [BUFFER + Number(at), word])),
  });

test("a call of a trusted application shows its parameters by their types, and its result", () => {
  // func and session, cancel_id and ret, ret_origin and num_params, parameters.
  const parameters = { 24: 0x101, 32: 1, 40: 2, 48: 3, 56: 5, 64: 16, 72: 32, 80: 7, 88: 0 };
  const bytes = tee(24 + 96, {
    0: 9 + 2 ** 32,
    8: 2 ** 32 * 5,
    16: 4 + 3 * 2 ** 32,
    ...parameters,
  });
  const shown =
    "num_params=3, params=[{attr=TEE_IOCTL_PARAM_ATTR_TYPE_VALUE_INPUT|TEE_IOCTL_PARAM_ATTR_META, a=0x1, b=0x2, c=0x3}, " +
    "{attr=TEE_IOCTL_PARAM_ATTR_TYPE_MEMREF_INPUT, shm_offs=0x10, size=0x20, shm_id=7}, {attr=TEE_IOCTL_PARAM_ATTR_TYPE_NONE}]}}";
  const given = `{buf_len=120, buf_ptr={func=9, session=0x1, cancel_id=0, ${shown}`;
  expect(call("TEE_IOC_INVOKE", bytes, -9)).toBe(given);
  expect(call("TEE_IOC_INVOKE", bytes)).toBe(
    `${given} => {buf_ptr={ret=0x5, ret_origin=4, ${shown}`,
  );
});

test("a buffer whose length does not fit its parameters is an address", () => {
  for (const size of [4, 24 + 31])
    expect(call("TEE_IOC_INVOKE", tee(size, {}), -9)).toBe(`{buf_len=${size}, buf_ptr=0x10010}`);
});

test("a session names its group by a number, and other clients not at all", () => {
  const login = (kind: number) =>
    call("TEE_IOC_OPEN_SESSION", tee(56, { 16: 100, 32: kind, 40: 0 }), -9);
  expect(login(1)).toContain("clnt_login=TEE_IOCTL_LOGIN_USER, cancel_id=0");
  expect(login(6)).toContain("TEE_IOCTL_LOGIN_GROUP_APPLICATION, clnt_uuid=100, cancel_id=0");
  expect(login(9)).toContain("/* TEE_IOCTL_LOGIN_??? */, clnt_uuid=[0x64, 0, ");
});

test("requests of OpenZFS, and those that contain a length or a channel, have names", () => {
  expect(requestText(0x5a00)).toBe("ZFS_IOC_POOL_CREATE");
  expect(requestText(0x5a54)).toBe("ZFS_IOC_WAIT_FS");
  expect(requestText(0x5a55)).toBe("_IOC(_IOC_NONE, 0x5a, 0x55, 0)");
  expect(requestText(0x4b00)).toBe("_IOC(_IOC_NONE, 0x4b, 0, 0)");
  expect(requestText(0x80104806)).toBe("HIDIOCGNAME(16)");
  expect(requestText(0x80044d0d)).toBe("MIXER_READ(13) or OTPSELECT");
  expect(requestText(0xc0044d00)).toBe("MIXER_WRITE(0)");
  expect(requestText(0xc0084d00)).not.toContain("MIXER");
});
