#!/bin/bash
# usage: go.sh TOTAL_SECONDS RETURN_AFTER   renders, trains in a session of its own, and returns what there is by then
K=$(cd "$(dirname "$0")" && pwd); W=${W:-/dev/shm/w}; N=${N:-16}; mkdir -p $W; export PYTHONPATH=$PWD:$K:$K/stubs PYTHONUNBUFFERED=1
BEGAN=$(date +%s.%N); echo $N > $W/workers; LEFT=$1; DEVICE=${DEVICE:-cuda}
for i in $(seq 0 $((N-1))); do OMP_NUM_THREADS=1 setsid nice -n 19 python3 $K/smooth.py $W $i $N $((LEFT-50)) $K/eval.npz > $W/render-$i.log 2>&1 & done
T="python3 $K/train.py $W $LEFT --device $DEVICE --began $BEGAN $TRAIN"
setsid bash -c "$T || $T --no-compile || touch $W/FAILED" > $W/train.log 2>&1 &
echo $! > $W/train.pid
(mkdir -p $W/j; setsid python3 $K/judge.py $W $W/j old first > $W/judge-before.log 2>&1) &
nvidia-smi 2>/dev/null | head -15
while [ $(($(date +%s) - ${BEGAN%.*})) -lt $2 ] && [ ! -e $W/DONE ] && [ ! -e $W/FAILED ]; do sleep 1; done
cat $W/judge-before.log; tail -n 60 $W/train.log; tail -qn 2 $W/render-*.log; ls $W | wc -l
cp $W/mean-*.safetensors $W/train.log $OUT/; cp $W/j/judged.json $OUT/; (cd $W && tar czf $OUT/more.tgz j/*.png judge-before.log); ls -la $OUT
