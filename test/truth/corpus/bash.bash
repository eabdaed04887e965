(cd /etc && ls | sort | head -n 5) >listing
cat listing listing | while read -r name; do (echo "$name" >"seen-$name"); done
find . -type f -print0 | xargs -0 cat >all &
(sleep 0.05; cat /etc/passwd 2>/dev/null | wc -l) >count
wait
cat absent 2>/dev/null || : >'odd "name", with
a newline'
diff <(sort listing) <(sort -r listing) >/dev/null || :
for i in 1 2 3; do (trap 'exit 9' TERM; kill -TERM $BASHPID; sleep 1) & done
wait
(kill -KILL $BASHPID) || :
mkfifo fifo
timeout -s KILL 0.1 cat fifo || :
timeout -s TERM 0.1 cat fifo || :
(exec no-such-command) 2>/dev/null || :
printf '#!/bin/bash -e\necho "$0 $*" >script-ran\n' >script
chmod +x script
./script a 'b c' ''
PATH=.:$PATH script d
cat <<<here >here
[[ -x script && ! -w /proc/version ]] || :
exec -a renamed sh -c 'echo last >last; exit 0'
