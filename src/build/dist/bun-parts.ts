/**
 * What Bun's executable consists of: the table of Bun's page on its license, in the npm package
 * bun-types, with the copyright statements of each part. components.ts fails if that page names a part
 * that is missing here. Statements are those of the parts' license files.
 */

export interface BunPart {
  readonly name: string;
  /** SPDX expression of the license; of several to choose from, the chosen one. */
  readonly license: string;
  readonly copyright: string;
  /** Where the source is. */
  readonly source: string;
  /** Its name in process.versions, where Bun says which version it has. */
  readonly key?: string;
}

const GITHUB = "https://github.com";
const JOYENT = "Copyright Joyent, Inc. and other Node contributors";

/** A package of npm that Bun embeds, under the MIT license. */
function polyfill(name: string, copyright: string): BunPart {
  return { name, license: "MIT", copyright, source: `https://www.npmjs.com/package/${name}` };
}

export const BUN_PARTS: readonly BunPart[] = [
  {
    name: "JavaScriptCore",
    license: "LGPL-2.0-or-later AND BSD-2-Clause",
    copyright:
      "Copyright (C) 1999-2001 Harri Porten, 2001 Peter Kelly, 2003-2026 Apple Inc. and others",
    source: `${GITHUB}/oven-sh/WebKit`,
    key: "webkit",
  },
  {
    name: "boringssl",
    license: "Apache-2.0 AND MIT",
    copyright:
      "Copyright (c) The OpenSSL Project Authors, Google Inc., Eric Young, the fiat-crypto authors and others",
    source: "https://boringssl.googlesource.com/boringssl",
    key: "boringssl",
  },
  {
    name: "brotli",
    license: "MIT",
    copyright: "Copyright (c) 2009, 2010, 2013-2016 by the Brotli Authors",
    source: `${GITHUB}/google/brotli`,
  },
  {
    name: "libarchive",
    license: "BSD-2-Clause AND BSD-3-Clause",
    copyright:
      "Copyright (c) 2003-2018 Tim Kientzle and others; The Regents of the University of California",
    source: `${GITHUB}/libarchive/libarchive`,
    key: "libarchive",
  },
  {
    name: "lol-html",
    license: "BSD-3-Clause",
    copyright: "Copyright (C) 2019, Cloudflare, Inc.; Copyright (C) 2019, Ivan Nikulin",
    source: `${GITHUB}/cloudflare/lol-html`,
    key: "lolhtml",
  },
  {
    name: "cssparser and selectors",
    license: "MPL-2.0",
    copyright: "Copyright (c) The Servo Project Developers",
    source: `${GITHUB}/servo`,
  },
  {
    name: "ls-hpack",
    license: "MIT AND BSD-2-Clause",
    copyright:
      "Copyright (c) 2018 LiteSpeed Technologies Inc; xxHash: Copyright (C) 2012-2016 Yann Collet",
    source: `${GITHUB}/litespeedtech/ls-hpack`,
    key: "lshpack",
  },
  {
    name: "ls-qpack",
    license: "MIT",
    copyright: "Copyright (c) 2018 - 2021 LiteSpeed Technologies Inc",
    source: `${GITHUB}/litespeedtech/ls-qpack`,
  },
  {
    name: "lsquic",
    license: "MIT AND BSD-3-Clause",
    copyright:
      "Copyright (c) 2017 - 2018 LiteSpeed Technologies Inc; Copyright 2015 The Chromium Authors",
    source: `${GITHUB}/litespeedtech/lsquic`,
  },
  {
    name: "mimalloc",
    license: "MIT",
    copyright: "Copyright (c) 2018-2025 Microsoft Corporation, Daan Leijen",
    source: `${GITHUB}/microsoft/mimalloc`,
    key: "mimalloc",
  },
  {
    name: "picohttp",
    license: "MIT",
    copyright:
      "Copyright (c) 2009-2014 Kazuho Oku, Tokuhiro Matsuno, Daisuke Murase, Shigeo Mitsunari",
    source: `${GITHUB}/h2o/picohttpparser`,
    key: "picohttpparser",
  },
  {
    name: "llhttp",
    license: "MIT",
    copyright: "Copyright Fedor Indutny, 2018",
    source: `${GITHUB}/nodejs/llhttp`,
    key: "llhttp",
  },
  {
    name: "zstd",
    license: "BSD-3-Clause",
    copyright: "Copyright (c) Meta Platforms, Inc. and affiliates",
    source: `${GITHUB}/facebook/zstd`,
    key: "zstd",
  },
  {
    name: "simdutf",
    license: "Apache-2.0",
    copyright: "Copyright 2021 The simdutf authors",
    source: `${GITHUB}/simdutf/simdutf`,
  },
  {
    name: "tinycc",
    license: "LGPL-2.1-or-later",
    copyright: "Copyright (c) 2001-2004 Fabrice Bellard and others",
    source: `${GITHUB}/tinycc/tinycc`,
    key: "tinycc",
  },
  {
    name: "uSockets",
    license: "Apache-2.0",
    copyright: "Copyright (c) Alex Hultman and contributors",
    source: `${GITHUB}/uNetworking/uSockets`,
    key: "usockets",
  },
  {
    name: "uWebsockets",
    license: "Apache-2.0",
    copyright: "Copyright (c) Alex Hultman and contributors",
    source: `${GITHUB}/uNetworking/uWebSockets`,
    key: "uwebsockets",
  },
  {
    name: "zlib-ng",
    license: "Zlib",
    copyright: "(C) 1995-2025 Jean-loup Gailly and Mark Adler",
    source: `${GITHUB}/zlib-ng/zlib-ng`,
    key: "zlib",
  },
  {
    name: "c-ares",
    license: "MIT",
    copyright:
      "Copyright (c) 1998 Massachusetts Institute of Technology; Copyright (c) 2007 - 2023 Daniel Stenberg with many contributors",
    source: `${GITHUB}/c-ares/c-ares`,
    key: "ares",
  },
  {
    name: "libicu",
    license: "Unicode-3.0",
    copyright:
      "Copyright (c) 1991-2026 Unicode, Inc.; Copyright (c) 1995-2016 International Business Machines Corporation and others",
    source: `${GITHUB}/unicode-org/icu`,
    key: "icu",
  },
  {
    name: "libbase64",
    license: "BSD-2-Clause",
    copyright:
      "Copyright (c) 2005-2007, Nick Galbreath; 2015-2018, Wojciech Muła; 2016-2017, Matthieu Darbois; 2013-2022, Alfred Klomp",
    source: `${GITHUB}/aklomp/base64`,
  },
  {
    name: "libdeflate",
    license: "MIT",
    copyright: "Copyright 2016 Eric Biggers; Copyright 2017 Jun He; Copyright 2024 Google LLC",
    source: `${GITHUB}/ebiggers/libdeflate`,
    key: "libdeflate",
  },
  {
    name: "libjpeg-turbo",
    license: "IJG AND BSD-3-Clause AND Zlib",
    copyright:
      "Copyright (C) 1991-2020, Thomas G. Lane, Guido Vollbeding; Copyright (C) 2009-2026 D. R. Commander and others",
    source: `${GITHUB}/libjpeg-turbo/libjpeg-turbo`,
  },
  {
    name: "libspng",
    license: "BSD-2-Clause AND libpng-2.0",
    copyright:
      "Copyright (c) 2018-2023, Randy <randy408@protonmail.com>; Copyright (c) 1995-2019 The PNG Reference Library Authors, 2018-2019 Cosmin Truta",
    source: `${GITHUB}/randy408/libspng`,
  },
  {
    name: "libwebp",
    license: "BSD-3-Clause",
    copyright: "Copyright (c) 2010, Google Inc.",
    source: `${GITHUB}/webmproject/libwebp`,
  },
  {
    name: "highway",
    license: "BSD-3-Clause",
    copyright: "Copyright (c) the Highway Project Authors",
    source: `${GITHUB}/google/highway`,
  },
  {
    name: "HdrHistogram_c",
    license: "BSD-2-Clause",
    copyright:
      "Copyright (c) 2012, 2013, 2014 Gil Tene; 2014 Michael Barker, Matt Warren; 2015 Philip Orwig",
    source: `${GITHUB}/HdrHistogram/HdrHistogram_c`,
  },
  {
    name: "sqlite",
    license: "blessing",
    copyright: "None: SQLite is in the public domain",
    source: "https://sqlite.org",
    key: "sqlite",
  },
  {
    name: "Tigerbeetle's IO code",
    license: "Apache-2.0",
    copyright: "Copyright TigerBeetle, Inc.",
    source: `${GITHUB}/tigerbeetle/tigerbeetle`,
  },
  {
    name: "esbuild",
    license: "MIT",
    copyright: "Copyright (c) 2020 Evan Wallace",
    source: `${GITHUB}/evanw/esbuild`,
  },
  {
    name: "Lightning CSS",
    license: "MPL-2.0",
    copyright: "Copyright (c) Devon Govett and contributors",
    source: `${GITHUB}/parcel-bundler/lightningcss`,
  },
  {
    name: "libstdc++ and libgcc",
    license: "GPL-3.0-or-later WITH GCC-exception-3.1",
    copyright: "Copyright (C) Free Software Foundation, Inc.",
    source: "https://gcc.gnu.org",
  },
  {
    name: "acorn",
    license: "MIT",
    copyright: "Copyright (C) 2012-2022 by various contributors",
    source: `${GITHUB}/acornjs/acorn`,
  },
  {
    name: "acorn-walk",
    license: "MIT",
    copyright: "Copyright (C) 2012-2020 by various contributors",
    source: `${GITHUB}/acornjs/acorn`,
  },
  polyfill("assert", JOYENT),
  polyfill("browserify-zlib", `Copyright (c) 2014-2015 Devon Govett; ${JOYENT}`),
  polyfill("buffer", "Copyright (c) Feross Aboukhadijeh, and other contributors"),
  polyfill("constants-browserify", "Copyright (c) Julian Gruber"),
  polyfill("crypto-browserify", "Copyright (c) 2013 Dominic Tarr"),
  polyfill("domain-browser", "Copyright (c) Benjamin Lupton and contributors"),
  polyfill("events", JOYENT),
  polyfill("https-browserify", "Copyright (c) James Halliday"),
  polyfill("os-browserify", "Copyright (c) 2017 CoderPuppy"),
  polyfill("path-browserify", "Copyright (c) 2013 James Halliday"),
  polyfill("process", "Copyright (c) 2013 Roman Shtylman <shtylman@gmail.com>"),
  polyfill("punycode", "Copyright Mathias Bynens <https://mathiasbynens.be/>"),
  polyfill("querystring-es3", "Copyright 2012 Irakli Gozalishvili"),
  polyfill("stream-browserify", "Copyright (c) James Halliday"),
  polyfill("stream-http", "Copyright (c) 2015 John Hiesey"),
  polyfill("string_decoder", JOYENT),
  polyfill("timers-browserify", `Copyright © 2012 J. Ryan Stinnett <jryans@gmail.com>; ${JOYENT}`),
  polyfill("tty-browserify", "Copyright (c) James Halliday"),
  polyfill("url", "Copyright 2014 Joyent, Inc. and other Node contributors"),
  polyfill("util", JOYENT),
  polyfill("vm-browserify", "Copyright (c) James Halliday"),
];
