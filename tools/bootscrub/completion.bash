# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Completion of xen-bootscrub's arguments, for bash.  Tokens of reasons are
# the program's own.

_xen_bootscrub()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local words='explain check wait monitor forget --json --help'

    case $COMP_CWORD:$before in
        1:*) ;;
        2:explain)
            words=$(xen-bootscrub explain list 2>/dev/null)
            ;;
        2:check) words=--json ;;
        *) words= ;;
    esac

    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _xen_bootscrub xen-bootscrub
