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
export LC_ALL=C

# apt and dpkg-deb refuse what only its owner can read.  Nothing here is secret.
umask 022

# cron and containers may have no HOME.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
export HOME="${HOME:-/tmp}"

# Makefiles of Xen, QEMU and ours cannot be built where the path has a blank or
# another character that means something to make.
is_plain()
{
    case $1 in
        *[!A-Za-z0-9/._+,@-]*) return 1 ;;
    esac
}

cache=${XDG_CACHE_HOME:-$HOME/.cache}/xen-bootscrub
is_plain "$cache" || cache=/var/tmp/xen-bootscrub-$(id -u)
logs=$cache/logs

# Who is stopped cleans up all the same: dash runs a trap on EXIT only if the
# script ends by itself.
trap 'exit 130' INT
trap 'exit 143' HUP TERM

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

# /var/tmp is everyone's.
[ -O "$cache" ] || [ "$(id -u)" -eq 0 ] ||
    die "$cache belongs to another user; set XDG_CACHE_HOME to a directory of" \
        "your own"

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
    progress_start

    step_status=0
    "$@" >>"$step_log" 2>&1 </dev/null || step_status=$?
    progress_stop
    if [ "$step_status" -ne 0 ]
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

# A step that sets $progress to a command, which prints how far it is, has that
# shown: on a terminal every few seconds in one line, else once a minute.
progress=
progress_pid=

progress_start()
{
    [ -n "$progress" ] || return 0
    progress_every=60 progress_end='\n'
    [ ! -t 2 ] || progress_every=3 progress_end='   \r'
    (
        trap 'kill "$nap" 2>/dev/null; exit 0' TERM
        while :
        do
            sleep "$progress_every" &
            nap=$!
            wait "$nap"
            printf "%s: %s: %s, %s s$progress_end" "$me" "$step_what" \
                "$("$progress")" "$(($(date +%s) - step_start))" >&2
        done
    ) >/dev/null 9>&- &
    progress_pid=$!
}

progress_stop()
{
    [ -n "$progress_pid" ] || return 0
    kill "$progress_pid" 2>/dev/null || :
    wait "$progress_pid" 2>/dev/null || :
    progress_pid=
}

# digest FILE...: one SHA-256 over names (relative to the root) and contents.
# To be called by itself: in a pipeline its failure would not be seen.
digest()
{
    [ $# -gt 0 ] || die "digest of no files"
    for digest_file
    do
        [ -f "$digest_file" ] && [ -r "$digest_file" ] ||
            die "cannot read $digest_file"
    done
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
