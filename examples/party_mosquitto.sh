#!/usr/bin/env bash
# A party of an exercise with mosquitto_sub and mosquitto_pub: waits for the clock, and tells the level at which it works.
# Needs python3 to read JSON. Usage: party_mosquitto.sh CREDENTIALS PARTY ACTIVITY LEVEL
set -euo pipefail
credentials=$1 party=$2 activity=$3 level=$4

key() { python3 -c 'import functools, json, sys; print(functools.reduce(dict.get, sys.argv[2:], json.load(open(sys.argv[1]))) or "")' "$credentials" "$@"; }
root=$(key root)

# The password goes into a file for us alone: on the command line everybody on this machine could read it.
XDG_CONFIG_HOME=$(umask 077 && mktemp -d)
export XDG_CONFIG_HOME
trap 'rm -r "$XDG_CONFIG_HOME"' EXIT
{
  echo "-V mqttv5"
  echo "-q 1"
  echo "-h $(key host)"
  echo "-p $(key port)"
  echo "-u $(key prefix)$party"
  echo "-P $(key accounts "$party")"
  if [ "$(key tls)" = True ]; then echo "--cafile $(key ca)"; fi
} >"$XDG_CONFIG_HOME/mosquitto_sub"
cp "$XDG_CONFIG_HOME/mosquitto_sub" "$XDG_CONFIG_HOME/mosquitto_pub"

# The event: the party, a dash and a word that is no number as its id; its time is the clock's.
mosquitto_sub -t "${root}clock" -C 1 -W 30 | python3 -c '
import json, sys
party, level = sys.argv[1:]
clock = json.load(sys.stdin)
event = {
    "specversion": "1.0", "id": f"{party}-mosquitto-1", "source": f"/party/{party}", "type": "nl.beeld.scaling",
    "time": clock["time"], "exercisems": clock["exercisems"], "sequence": 1,
    "data": {"message": "scaling", "level": level},
}
print(json.dumps(event))' "$party" "$level" |
  mosquitto_pub -t "${root}activity/${activity}/scaling/${party}" -r -s
echo sent
