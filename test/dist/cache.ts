/** Where downloads and roots are kept. */
import { homedir } from "node:os";
import { join } from "node:path";

export const CACHE = join(
  process.env.XDG_CACHE_HOME || join(homedir(), ".cache"),
  "trace-test-dist",
);
