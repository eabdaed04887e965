/** Layouts of fanotify events, file handles, directory entries and struct statx in the headers. */
import { expect, test } from "bun:test";
import * as fan from "../../src/kernel/fanotify.ts";
import { STATX, STATX_STRUCT_SIZE } from "../../src/kernel/statx.ts";
import { offsetsOf, valuesOf } from "./compiler.ts";

const HEADERS = ["sys/types.h", "linux/fanotify.h"];

function sizeOf(headers: readonly string[], type: string): number {
  return valuesOf(headers, [`sizeof(${type})`])[`sizeof(${type})`];
}

test("an event and its records have the layouts of linux/fanotify.h", () => {
  for (const [type, fields, size] of [
    ["fanotify_event_metadata", fan.FANOTIFY_METADATA, fan.FANOTIFY_METADATA_SIZE],
    ["fanotify_event_info_header", fan.FANOTIFY_INFO, fan.FANOTIFY_INFO_SIZE],
    ["fanotify_event_info_fid", fan.FANOTIFY_INFO_FID, fan.FANOTIFY_INFO_FID.handle],
    ["fanotify_event_info_pidfd", fan.FANOTIFY_INFO_PIDFD, fan.FANOTIFY_INFO_PIDFD_SIZE],
    ["fanotify_event_info_error", fan.FANOTIFY_INFO_ERROR, fan.FANOTIFY_INFO_ERROR_SIZE],
  ] as const) {
    expect(offsetsOf(HEADERS, `struct ${type}`, Object.keys(fields))).toEqual({ ...fields });
    expect(sizeOf(HEADERS, `struct ${type}`)).toBe(size);
  }
});

test("a file handle has the layout of fcntl.h", () => {
  const names = Object.keys(fan.FILE_HANDLE);
  expect(offsetsOf(["fcntl.h"], "struct file_handle", names)).toEqual({ ...fan.FILE_HANDLE });
});

test("the id of a file system has the offset of sys/vfs.h and the size of that in events", () => {
  expect(offsetsOf(["sys/vfs.h"], "struct statfs", ["f_fsid"])).toEqual({ f_fsid: 56 });
  expect(sizeOf(["sys/vfs.h"], "struct statfs")).toBe(120);
  expect(sizeOf(["sys/vfs.h"], "((struct statfs *)0)->f_fsid")).toBe(8);
});

test("a directory entry has the layout of dirent.h", () => {
  const fields = { d_reclen: 16, d_type: 18, d_name: 19 };
  expect(offsetsOf(["dirent.h"], "struct dirent64", Object.keys(fields))).toEqual(fields);
});

test("struct statx has the layout of linux/stat.h", () => {
  expect(offsetsOf(["linux/stat.h"], "struct statx", Object.keys(STATX))).toEqual({ ...STATX });
  expect(sizeOf(["linux/stat.h"], "struct statx")).toBe(STATX_STRUCT_SIZE);
});
