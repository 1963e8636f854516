# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of xen-bootscrub's arguments, for bash.  Tokens of reasons are
# the program's own.

_xen_bootscrub()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local words='explain check wait monitor report log forget --json --prometheus
        --help --version'

    case $COMP_CWORD:$before in
        1:*) ;;
        2:explain)
            words=$(xen-bootscrub explain list 2>/dev/null)
            ;;
        2:check) words=--json ;;
        2:report) words=--compare ;;
        2:log) words=--append ;;
        3:--compare) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        2:monitor) words='--accept-assertions --timeout' ;;
        *) words= ;;
    esac

    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _xen_bootscrub xen-bootscrub
