# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What docs/series says: which patches there are, in which order, and which
# files of ours belong to each.  To be sourced, by what applies, writes and
# checks the series; the caller has $root set.
#
# A file there is named NN-name.  Lines that start with # are for us.  Then
# the message as git has it, and after a line "Paths:" the paths, a shell
# pattern each.

series_patches()
{
    (cd "$root/docs/series" && find . -name '[0-9][0-9]-*' | sed 's,^\./,,' |
        sort)
}

series_message()
{
    sed '/^#/d; /^Paths:$/,$d' "$root/docs/series/$1"
}

# A pattern may match nothing, a plain name has to be there.
series_paths()
{
    # Words, so that the shell expands them.
    # shellcheck disable=SC2013
    (cd "$root" && set +f &&
        for path in $(sed '1,/^Paths:$/d' "docs/series/$1")
        do
            case $path in
                *[*?[]*) ;;
                *) echo "$path" ;;
            esac
        done)
}

# FILE.diff is a patch to FILE.  A topic may stand before .diff, where one
# patch of the series is not enough, and a version, where one wording is not.
series_target()
{
    sed -n '/^+++ b\//{s///;s/[[:blank:]].*//;p;q;}' "$root/$1"
}

# Is PATH for trees like Xen BASE: no diff, or the one that fits it best, which
# is that of the newest version up to BASE?
series_wanted()
{
    case $1 in
        *.diff) ;;
        *) return 0 ;;
    esac
    case $2 in
        4.22) wanted_bases='.4.22 .4.21 .4.20' ;;
        4.21) wanted_bases='.4.21 .4.20' ;;
        *) wanted_bases=.$2 ;;
    esac

    wanted_stem=${1%.diff}
    wanted_stem=${wanted_stem%.[0-9].[0-9][0-9]}
    for wanted_base in $wanted_bases ''
    do
        if [ -e "$root/$wanted_stem$wanted_base.diff" ]
        then
            [ "$1" = "$wanted_stem$wanted_base.diff" ]
            return
        fi
    done
    return 1
}

# The paths of a patch, as far as they are for trees like Xen BASE.
series_wanted_paths()
{
    series_paths "$1" | while IFS= read -r path
    do
        ! series_wanted "$path" "$2" || echo "$path"
    done
}

# The hooks of which version are nearest to those that TREE needs?
series_base()
{
    series_minor=$(sed -n \
        's/^\(export \)\{0,1\}XEN_SUBVERSION *:\{0,1\}= *\([0-9]*\).*/\2/p' \
        "$1/xen/Makefile")

    case $series_minor in
        ? | 1[0-8]) echo 4.17 ;;
        19 | 20) echo 4.20 ;;
        21) echo 4.21 ;;
        *) echo 4.22 ;;
    esac
}
