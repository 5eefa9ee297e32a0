#!/bin/bash
K=$(cd "$(dirname "$0")" && pwd); W=${W:-/dev/shm/w}; N=${N:-16}; mkdir -p $W/j; export PYTHONPATH=$PWD:$K:$K/stubs PYTHONUNBUFFERED=1
echo $N > $W/workers; B=$(date +%s)
for i in $(seq 0 $((N-1))); do OMP_NUM_THREADS=1 setsid nice -n 19 python3 $K/smooth.py $W $i $N 100 $K/eval.npz > $W/render-$i.log 2>&1 & done
python3 $K/look.py $W $W/j > $W/look.log 2>&1 & L=$!
python3 $K/judge.py $W $W/j first > $W/judge.log 2>&1 & J=$!
while kill -0 $L 2>/dev/null || kill -0 $J 2>/dev/null; do [ $(($(date +%s) - B)) -gt ${LIMIT:-115} ] && break; sleep 0.5; done
cat $W/look.log $W/judge.log; cat $W/render-0.log; cp $W/j/judged.json $W/look.log $W/judge.log $OUT/
(cd $W/j && tar cf $OUT/a.tar first-*.png look.txt; tar cf $OUT/b.tar new-*.jpg; tar cf $OUT/c.tar old-*.jpg); ls -la $OUT
