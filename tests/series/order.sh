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

# Is PATH for trees like Xen BASE (4.NN)?  FILE.diff is for upstream's newest;
# FILE.4.NN.diff is for releases up to 4.NN, down to the next older suffix; an
# empty one says that these need nothing.
series_wanted()
{
    case $1 in
        *.diff) ;;
        *) return 0 ;;
    esac

    wanted_stem=${1%.diff}
    wanted_stem=${wanted_stem%.[0-9].[0-9][0-9]}
    wanted_minor=${2#4.}
    while [ "$wanted_minor" -le "$series_newest" ]
    do
        if [ -e "$root/$wanted_stem.4.$wanted_minor.diff" ]
        then
            [ "$1" = "$wanted_stem.4.$wanted_minor.diff" ] && [ -s "$root/$1" ]
            return
        fi
        wanted_minor=$((wanted_minor + 1))
    done
    [ "$1" = "$wanted_stem.diff" ]
}

# The newest release that a hook has in its name.
series_newest=$(find "$root/xen" "$root/docs" -name '*.4.[0-9][0-9].diff' |
    sed 's/.*\.4\.\([0-9]*\)\.diff$/\1/' | sort -n | tail -n 1)
series_newest=${series_newest:-22}

# The paths of a patch, as far as they are for trees like Xen BASE.
series_wanted_paths()
{
    series_paths "$1" | while IFS= read -r path
    do
        ! series_wanted "$path" "$2" || echo "$path"
    done
}

# The release that TREE is, 4.NN.
series_base()
{
    series_minor=$(sed -n \
        's/^\(export \)\{0,1\}XEN_SUBVERSION *:\{0,1\}= *\([0-9]*\).*/\2/p' \
        "$1/xen/Makefile")

    echo "4.${series_minor:-99}"
}
