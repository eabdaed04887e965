/** All tables of netlink messages; ../tables.ts describes their format. */
import { DIAG } from "./diag.ts";
import { LINK } from "./link.ts";
import { OTHER } from "./other.ts";
import { ROUTE } from "./route.ts";
import { SOCKETS } from "./sockets.ts";
import { TRAFFIC } from "./traffic.ts";

export const POLICIES: readonly string[] = [LINK, ROUTE, TRAFFIC, DIAG, OTHER, SOCKETS];
