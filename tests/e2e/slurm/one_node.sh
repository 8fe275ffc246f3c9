#!/usr/bin/env bash
# A SLURM of one node for tests, on the loopback: one_node.sh install | up | down. Root, no systemd, no accounts.
#
#   one_node.sh install      Debian's packages; nothing is started
#   one_node.sh up FOLDER    prints the SLURM_CONF to export; everything it writes lies in FOLDER
#   one_node.sh down FOLDER  ends it
set -euo pipefail

# Loopback only: without NoInAddrAny the daemons listen on every address. No process tracking by cgroups, which wants
# systemd. No delay between batches, so that tests are fast.
configuration() {
    cat <<CONF
ClusterName=mixflowtest
FirstJobId=$((1000 + RANDOM))
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
AuthInfo=socket=$1/munge/socket
CredType=cred/munge
SlurmctldPort=$2
StateSaveLocation=$1/state
SlurmdSpoolDir=$1/spool
SlurmctldPidFile=$1/slurmctld.pid
SlurmdPidFile=$1/slurmd.pid
SlurmctldLogFile=$1/slurmctld.log
SlurmdLogFile=$1/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,bf_interval=1,sched_interval=2,defer_batch=0
MinJobAge=300
ReturnToService=2
InactiveLimit=0
KillWait=2
Waittime=0
SlurmdParameters=config_overrides
NodeName=one NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$(($2 + 1)) CPUs=$(nproc) RealMemory=$(awk '/MemTotal/{print int($2 / 1100)}' /proc/meminfo) State=UNKNOWN
PartitionName=test Nodes=one Default=YES MaxTime=INFINITE State=UP
CONF
}

up() {
    local dir=$1 port=$((40000 + RANDOM % 5000 * 2)) version plugin=disabled
    mkdir -p "$dir/state" "$dir/spool"
    install -d -m 0755 "$dir/munge"
    (umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
    munged --force --num-threads=2 --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
        --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" 2>>"$dir/munge/err"
    configuration "$dir" "$port" >"$dir/slurm.conf"
    version=$(slurmctld -V | grep -oE '[0-9]+\.[0-9]+' | head -1)
    if [ "$(printf '%s\n23.02\n' "$version" | sort -V | head -1)" != 23.02 ]; then plugin=cgroup/v1; fi
    printf 'CgroupPlugin=%s\n' "$plugin" >"$dir/cgroup.conf"
    export SLURM_CONF=$dir/slurm.conf
    slurmctld -f "$SLURM_CONF" >>"$dir/out" 2>&1
    slurmd -N one -f "$SLURM_CONF" >>"$dir/out" 2>&1
    for _ in $(seq 150); do
        if [ "$(timeout 3 sinfo -h -t idle -o %D 2>/dev/null || true)" = 1 ]; then
            echo "$SLURM_CONF"
            return 0
        fi
        sleep 0.2
    done
    echo "the node did not come up:" >&2
    tail -n 15 "$dir"/*.log >&2
    return 1
}

down() {
    local dir=$1 file pid
    SLURM_CONF=$dir/slurm.conf timeout 5 scancel --user="$(id -un)" 2>/dev/null || true
    SLURM_CONF=$dir/slurm.conf timeout 5 scontrol shutdown 2>/dev/null || true
    for file in "$dir/slurmctld.pid" "$dir/slurmd.pid" "$dir/munge/pid"; do
        [ -s "$file" ] || continue
        pid=$(cat "$file")
        for _ in $(seq 30); do
            [ "$file" = "$dir/munge/pid" ] || ! kill -0 "$pid" 2>/dev/null || { sleep 0.1 && continue; }
            break
        done
        kill "$pid" 2>/dev/null || true
    done
}

case ${1:-} in
install)
    blocked=/usr/sbin/policy-rc.d # tells Debian's packages to start no service
    [ -e $blocked ] || { printf '#!/bin/sh\nexit 101\n' >$blocked && chmod +x $blocked && trap 'rm -f $blocked' EXIT; }
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge
    ;;
up) up "$2" ;;
down) down "$2" ;;
*) sed -n '2,6p' "$0" >&2 && exit 2 ;;
esac
