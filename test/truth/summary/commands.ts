/**
 * Shell one-liners that summaries are judged by, in the directory of the random programs: files
 * a b d/e/f d/g d/h p/q/r p/s, links l → d/e, m → p, p/up → ..
 */

export interface Judged {
  readonly name: string;
  readonly command: readonly string[];
  /** Prepares the directory; not traced. */
  readonly before?: readonly string[];
  /** Whether the directory starts with the files of the random programs. */
  readonly planted: boolean;
}

const PYTHON = "python3 -S -E -c";
const C_FILE = "printf 'int main(void) { return 0; }\\n' >m.c";
const GIT = "git -c user.name=t -c user.email=t@example.org -c gc.auto=0";

const ONE_LINERS: readonly (string | { before: string; script: string })[] = [
  // A name that is replaced after its file was read.
  "sed -i s/foo/bar/ a",
  "sed -i.bak s/foo/bar/ a d/g",
  "cat a; rm a; echo new >a",
  "cat a >t; mv t a",
  "cat a; echo x >t; mv t a; cat a",
  "flock a sh -c 'cat a >a.new; mv a.new a'",
  ": >a.lock; cat a >a.lock; mv a.lock a",
  "tar cf t.tar d; rm -r d; tar xf t.tar",
  "tar cf t.tar d p; tar xf t.tar",
  "tar -C p -cf - . | tar -C d -xf -",
  "gzip a; gzip -d a.gz",
  "sort -o a a",
  "perl -pi -e s/foo/bar/ a b",
  "perl -pi.orig -e s/foo/bar/ a",
  { before: "sed s/foo/bar/ a >new; diff -u a new >p.diff; rm new", script: "patch -s a p.diff" },
  { before: "sed s/foo/bar/ a >new; diff -u a new >p.diff; rm new", script: "patch -sb a p.diff" },
  // Read by another name.
  "mv a c; cat c",
  "mv a b; cat b",
  "mv -b a b; cat b b~",
  "ln a x; cat x",
  "ln a x; rm a; cat x",
  "ln -f a b; cat b",
  "mv d x; cat x/e/f",
  "mv d/e x; cat x/f; rm x/f",
  "mv d/e p/q/; cat p/q/e/f; mv p/q/e d/",
  "cp -al d d2; echo x >d2/g; cat d/h",
  "cp -al d d2; sed -i s/foo/bar/ d2/g; cat d/g",
  "mkdir n; mv a n/a; mv n o; cat o/a",
  "mkdir n; mv n d/e/n; touch d/e/n/x; mv d/e q; cat q/n/x q/f",
  "mv a t; mv t a",
  "mv d x; mv x d; cat d/g",
  "ln a x; rm a; mv x a",
  "mv d x; sleep 0.3; mv x y; echo new >x",
  "mv d x; sleep 0.3; mv x y; ln a x; mv b x2; sleep 0.3; mv x2 z; mv y x2",
  // "..", symbolic links.
  "cd d/e; echo x >../t.tmp; mv ../t.tmp ../t",
  "cd l; echo x >../t.tmp; mv ../t.tmp ../t",
  "cd -P l; cat ../g; echo x >../new",
  "cd l; cat f; cd ..; cat a; echo x >new",
  "cd -L l/..; cat a; echo x >new",
  "echo x >l/t.tmp; mv l/t.tmp l/f",
  "cat d/../a d/e/../../b l/../h p/up/m/s",
  "cp a d/e/../n; cp l/f n2; cp -P l n3",
  "ln -s d n; mv n/g n/i; cat n/i",
  "ln -s d n; rm n; cat d/g",
  "ln -sfn p l; cat l/s",
  "ln -s a s; cat s; echo x >s",
  "ln -s new s; echo x >s; cat new",
  "ln -s a s; ln -L s h; echo x >h; cat a",
  "ln -L m/s h; ln -s a s; ln -P s k; rm s; cat k h",
  "mv l k; cat k/f",
  "rm -r l d/e",
  "mkdir -p n/.s/x; cp a n/.s/x/i; ln -s .s/x n/x; cat n/x/i >out; echo y >n/x/../y; cat n/y",
  "truncate -s 0 l/f; cat l/f",
  {
    before:
      "printf '../out: ../a\\n\\tcat ../a >../out.tmp && mv ../out.tmp ../out\\n' >d/Makefile",
    script: "make -s -C d",
  },
  `${C_FILE}; gcc -MMD -c -o d/../m.o m.c; gcc -o d/e/../m m.o`,
  // Directories in use, or gone.
  "cd d; mv ../d ../z; echo x >f; cat e/f",
  "mkdir n; cd n; rmdir ../n; cat ../a 2>/dev/null || :; cat $OLDPWD/a",
  "mkdir n; cd n; echo x >y; mv ../n ../o; echo z >>y",
  "find d -name g -delete; find p -type f -exec mv {} {}.bak ';'",
  "rm -r d; mkdir d; echo x >d/g",
  "find . -type f | sort | xargs -n 2 -P 2 cat",
  // What editors, installers and build tools do.
  "cp -p a a~; echo x >.a.swp; echo new >a.new; mv a.new a; rm .a.swp",
  "ln a a~; cat a >a.tmp; mv a.tmp a; rm a~",
  "install -D -m 600 a n/o/a; install a b",
  "cp --backup=numbered a b; cp --remove-destination a d/g",
  `${PYTHON} 'import os; open("t", "w").write("x"); os.replace("t", "a")'`,
  `${PYTHON} 'import shutil; shutil.move("d/e", "p/e"); shutil.copytree("p", "p2", symlinks=True)'`,
  `${PYTHON} 'import os, tempfile as t; f = t.NamedTemporaryFile("w", dir="d", delete=False); f.write("x"); f.close(); os.replace(f.name, "d/g")'`,
  `${PYTHON} 'import os; f = os.open("d", os.O_TMPFILE | os.O_RDWR); os.write(f, b"x"); os.link(f"/proc/self/fd/{f}", "d/n", follow_symlinks=True)'`,
  `${PYTHON} 'import os, mmap; f = os.open("a", os.O_RDONLY); m = mmap.mmap(f, 0, prot=mmap.PROT_READ); os.rename("b", "a"); print(m[0])'`,
  `${PYTHON} 'import os; d = os.open("d", os.O_RDONLY); os.rename("d", "x"); os.rename("g", "i", src_dir_fd=d, dst_dir_fd=d); open("x/i").read()'`,
  'perl -e \'syscall(316, -100, "a", -100, "d/g", 2)\'; cat a',
  { before: "sqlite3 x.db 'create table t(x)'", script: "sqlite3 x.db 'insert into t values(1)'" },
  { before: "sqlite3 x.db 'create table t(x)'", script: "sqlite3 x.db 'select * from t'" },
  { before: `${C_FILE}; gcc -o m m.c`, script: "./m; gcc -o m m.c; ./m" },
  {
    before: `${C_FILE}; gcc -c m.c`,
    script: "ar rc m.a m.o; ar rc m.a m.o; ld -r -o all.o m.a m.o",
  },
  { before: `${C_FILE}; gcc -g -o m m.c`, script: "strip m; ./m" },
  `${PYTHON} 'import os; f = os.open("t", os.O_CREAT | os.O_RDWR); os.unlink("t"); os.ftruncate(f, 4); os.fchmod(f, 0o600)'`,
  "exec 3<>t; rm t; echo x >&3; cat /proc/self/fd/3; echo new >a; cat a",
  "t=$(mktemp -d ./t.XXXX); echo x >$t/x; mv $t out; cat out/x",
  {
    before: `git init -q r; cd r; cp ../a .; git add a; ${GIT} commit -qm x`,
    script: `cd r; git mv a b; echo y >>b; ${GIT} commit -qam y; git checkout -q HEAD~1; git status -s`,
  },
  {
    before: `git init -q r; cd r; cp -r ../d .; git add d; ${GIT} commit -qm x`,
    script: `cd r; rm -r d; git checkout -q .; git gc -q; ${GIT} stash -q || :`,
  },
  "rsync -a d/ copy; echo x >d/g; rm d/h; rsync -a --delete d/ copy",
  "rsync -a --link-dest=$PWD/d d/ copy; cat copy/g",
  // Ways to write.
  "cat a >>b; cat b",
  "exec 3<>a; read l <&3; echo x >&3",
  ": 3<>n; echo y >>n",
  "echo x | tee a n | cat",
  "truncate -s 3 a; cat a",
  "dd if=a of=b conv=notrunc bs=1 count=3 status=none; cat b",
  "cat <a >a",
  "touch a n; chmod 600 b; mkfifo n2",
  "split -b 5 a d/part.",
  "(cat a & cat b >n & wait)",
  // Executed files, and the kernel's own reads.
  { before: "printf '#!/bin/cat\\n' >run; chmod +x run", script: "./run" },
  { before: "cp /bin/cat d/mycat; printf '#!d/mycat\\n' >run; chmod +x run", script: "./run" },
  { before: "cp /bin/true d/prog", script: "l/../prog; mv d/prog a; ./a" },
  // Mount namespaces.
  "unshare -m sh -c 'mount -t tmpfs none d; echo x >d/f'; cat d/g",
  "unshare -m sh -c 'mount -t tmpfs none d; echo x >d/g; mv d/g d/h; cat d/h'; echo y >d/h",
  "unshare -m sh -c 'mount --bind p d; cat d/s; echo x >d/new'",
  "unshare -m sh -c 'mount --bind p d; cd d/q; mv r ../t; cat ../t'; cat d/g",
  "unshare -m sh -c 'mount -t tmpfs none d; cp a d/x; umount d; cat d/g'",
];

/** The shell's errors do not end a command; they are the same for every tracer. */
export const oneLiners: readonly Judged[] = ONE_LINERS.map((each) => {
  const { before, script } = typeof each === "string" ? { before: undefined, script: each } : each;
  return {
    name: script,
    command: ["sh", "-c", script],
    ...(before ? { before: ["sh", "-c", before] } : {}),
    planted: true,
  };
});
