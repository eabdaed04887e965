/** Events of made-up runs. */
import type { RunEvent } from "../../src/model/run-event.ts";

/** An open for reading by process 10. Tests change what they are about. */
export const RUN_EVENT: RunEvent = {
  event: "open",
  call: "",
  pid: 10,
  comm: "sh",
  flags: 0,
  name: "",
  name2: "",
  path: null,
  path2: null,
  followed: true,
  followed2: true,
  directory: null,
  directory2: null,
  mount: null,
  mount2: null,
  mntns: "",
  result: 0,
  created: false,
  fileType: "file",
  id: null,
  argv: null,
};
