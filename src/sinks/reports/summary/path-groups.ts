/** Groups of files that almost every command accesses; a summary shows each as one line. */

/** The first pattern that matches determines the group. */
const PATH_GROUPS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["/proc", /^\/proc(\/|$)/],
  ["/sys", /^\/sys(\/|$)/],
  ["/dev", /^\/dev(\/|$)/],
  ["shared libraries", /^\/(usr\/)?(local\/)?lib(32|64|x32)?\/.*\.so(\.[\d.]+)?$/],
  ["shared libraries", /^\/etc\/ld\.so\.(cache|preload|conf.*)$/],
  [
    "locale and time zone",
    /^\/usr\/(share\/(locale|i18n|zoneinfo|locale-langpack)|lib\/locale)(\/|$)|\/gconv(\/|-)|^\/etc\/(locale\.alias|localtime|timezone)$/,
  ],
];

export function pathGroup(path: string): string | undefined {
  return PATH_GROUPS.find(([, pattern]) => pattern.test(path))?.[0];
}
