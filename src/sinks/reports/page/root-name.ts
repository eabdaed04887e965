/** Where the paths of other mount namespaces are shown. */
import type { Namespace } from "../../../model/volume.ts";

/** Returns the name of the directory that absolute paths of a mount namespace start in. */
export function rootName(view: Namespace | null, home: Namespace): string {
  return view === null || view.id === home.id ? "/" : `(mount namespace ${view.id})`;
}
