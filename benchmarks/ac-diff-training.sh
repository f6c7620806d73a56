#!/bin/bash
# What a backbone of AC-Diff is told of the level, and what adaptation is worth: trains networks from one beginning with equal seeds
# and prints a table of Frechet distances and class accuracies, which can be compared where training losses cannot.
#
#   benchmarks/ac-diff-training.sh RUNS PICTURES BEGINNING DATA
#
#   RUNS       a folder; every network is a run below it, apart for each number of pictures. The same command goes on where it
#              was ended
#   PICTURES   that each network is trained with, counted from the beginning: a last fifth at a falling rate
#   BEGINNING  raw.safetensors of a run that reads structure: weights alone, so that all begin alike
#   DATA       the pictures, as for rubato train
#
# RUBATO names the command (rubato), RUBATO_THREADS limits its threads, CONDITIONS is how many requests horizons are learnt from (60),
# SAMPLES are drawn for each number (500).
#
# The networks: four that are told level, index, fraction, fraction+horizon; from the first of them, with schedules and horizons,
# two that see a quarter of PICTURES more, at the levels of any horizon (stage 1) and of the module's own (stage 1+4).
#
# What it costs, on two cores with bfloat16 instructions: training 65 to 80 pictures a second, so 16,000 pictures take 4 minutes a
# network and 18 in all; drawing 500 samples at 10, 20 and 50 steps with two solvers is 80,000 evaluations a network, and at 141 with
# one, for the three that are told the level, 70,500 more: 690,000, at 250 a second 45 minutes; horizons 1084 evaluations a request,
# 4 minutes. In all about an hour and a quarter on an idle machine.
set -euo pipefail
export LC_ALL=C
runs=$1 pictures=$2 beginning=$3 data=$4
rubato=${RUBATO:-rubato} samples=${SAMPLES:-500}
more=$((pictures / 4))
# The file says how many pictures its weights have seen.
seen=$(head -c 65536 "$beginning" | tr ',{}' '\n' | sed -n 's/^ *"pictures": *"\([0-9]*\)".*/\1/p')
: "${seen:?$beginning does not say how many pictures its weights have seen}"
runs=$runs/$seen+$pictures
mkdir -p "$runs"

train() {   # NAME OPTIONS...
  "$rubato" train ac-diff "$data" -o "$runs/$1" --sample-every 0 "${@:2}" >&2
}

for input in level index fraction fraction+horizon; do
  conditions=0
  [ "$input" = level ] && conditions=${CONDITIONS:-60}
  train "$input" --from "$beginning" --level-input "$input" --optimiser muon --rate 0.002 --seed 0 --conditions "$conditions" \
    --pictures $((seen + pictures)) --decay $((pictures / 5))
done
# Both arms go on from the same moments at the same rates.
train stage-1 --from "$runs/level" --pictures $((seen + pictures + more)) --decay $more --conditions 0
train stage-1+4 --from "$runs/level" --adapt $more --decay $more

value() {   # MEMBER FILE: the first number that stands behind a member's name
  tr ',{}' '\n' < "$2" | sed -n "s/^ *\"$1\": *\([-0-9.eE]*\).*/\1/p"
}

echo "| network | solver | steps | Frechet distance | class accuracy |"
echo "|---|---|---|---|---|"
for network in level index fraction fraction+horizon stage-1 stage-1+4; do
  for solver in ddpm default; do
    for steps in 10 20 50 141; do
      if [ $steps = 141 ]; then
        [ $solver = ddpm ] || continue   # the other has come to its end long before
        case $network in index | fraction*) continue ;; esac
      fi
      result=$runs/$network/evaluation-$solver-$steps-$samples.json
      named=()
      [ "$solver" = default ] || named=(--solver "$solver")
      # The hybrid schedule: a curve that all were trained on. What is told of another one's levels would not be theirs.
      if [ ! -s "$result" ]; then
        "$rubato" evaluate --model "$runs/$network/model" --samples "$samples" --steps $steps --schedule hybrid --seed 0 --guidance 1 \
          "${named[@]}" --json > "$result.part"
        mv "$result.part" "$result"
      fi
      echo "| $network | $solver | $steps | $(value frechet_distance "$result") | $(value class_accuracy "$result") |"
    done
  done
done
