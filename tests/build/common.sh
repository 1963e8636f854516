# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What the build scripts of this directory share: where things are, messages,
# running a step with its output in a log.  To be sourced, not run; the caller
# sets $me to its own name first.

# Our callers are in a directory below tests/.  git is not asked where the root
# is: it refuses a clone that belongs to someone else.
root=$(cd "$(dirname "$0")" && pwd)
until [ -f "$root/tests/build/common.sh" ]
do
    root=${root%/*}
done
builds=$root/tests/build
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/xen-bootscrub
logs=$cache/logs
export LC_ALL=C

# Variables of our Makefile's command line are not meant for those of others.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES

die()
{
    echo "$me: $*" >&2
    exit 1
}

# The file system that holds the cache has less than 100 MiB left.
disk_full()
{
    df -Pk "$cache" | awk 'NR == 2 { exit $4 >= 102400 }'
}

mkdir -p "$logs" 2>/dev/null && [ -w "$logs" ] ||
    die "cannot write to $logs; make room there, or set XDG_CACHE_HOME to a" \
        "directory that can be written"

say()
{
    echo "$me: $*" >&2
}

# need_space MIB: apt-get waits for ever on a full disk, others fail obscurely.
need_space()
{
    free=$(df -Pk "$cache" | awk 'NR == 2 { print int($4 / 1024) }')
    [ "$free" -ge "$1" ] ||
        die "$cache has $free MiB left and needs $1; free some, or set" \
            "XDG_CACHE_HOME to a directory on another disk"
}

# step LOG WHAT COMMAND...: run it, say how long it took, explain a failure.
# "set -e" does not reach into it: a function has to say what it depends on.
step()
{
    step_log=$1
    step_what=$2
    shift 2
    say "$step_what ..."
    step_start=$(date +%s)

    if ! "$@" >>"$step_log" 2>&1 </dev/null
    then
        tail -n 15 "$step_log" | sed 's/^/    /' >&2
        if disk_full
        then
            die "$step_what failed: the disk that holds $cache is full;" \
                "make room there; the log is $step_log"
        fi
        die "$step_what failed; what it said is above; the log is $step_log"
    fi

    say "$step_what: $(($(date +%s) - step_start)) s"
}

# digest FILE...: one SHA-256 over names (relative to the root) and contents.
digest()
{
    for digest_file
    do
        printf '%s\n' "${digest_file#"$root"/}"
        cat "$digest_file"
    done | sha256sum | cut -c 1-16
}

# lock NAME: wait for, and keep until the script ends, a lock of that name.
lock()
{
    exec 9>"$cache/$1.lock"
    flock -n 9 || {
        say "waiting for another $1 ..."
        flock 9
    }
}

# prune DIRECTORY: keep the newest four entries, and what may be in use.
prune()
{
    find "$1" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' | sort -rn |
        sed 1,4d | cut -d ' ' -f 2- | while IFS= read -r prune_old
        do
            find "$prune_old" -maxdepth 0 -mmin +120 -exec rm -rf {} +
        done
}
