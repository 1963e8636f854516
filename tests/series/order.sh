# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# What docs/series says: which patches there are, in which order, and which
# files of ours belong to each.  To be sourced, by what applies, writes and
# checks the series; the caller has $root and $builds set.
#
# A file there is named NN-name.  Lines that start with # are for us.  Then
# the message as git has it, and after a line "Paths:" the paths, a shell
# pattern each.

. "$builds/bases.sh"

series_patches()
{
    (cd "$root/docs/series" && find . -name '[0-9][0-9]-*' | sed 's,^\./,,' |
        sort)
}

# Parts of the series, each of which can be sent alone: by the number of its
# first patch, as its cover letter's name has it.
series_parts()
{
    (cd "$root/docs/series" && find . -name 'cover-[0-9][0-9]' |
        sed 's,^\./cover-,,' | sort)
}

# The patches of the part that starts with number FIRST.
series_part()
{
    part_next=$(series_parts | awk -v first="$1" '$1 > first' | head -n 1)
    series_patches | awk -v first="$1" -v next_one="${part_next:-99}" '
        substr($0, 1, 2) >= first && substr($0, 1, 2) < next_one'
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

# Suffixes of hooks, the oldest first, from that of Xen BASE on, without that of
# upstream's newest, which is none.
series_suffixes()
{
    series_from=$(base_field xen "$1" hooks)
    awk -v from="${series_from:?}" '
        /^#/ || $1 != "xen" { next }
        $4 == from { on = 1 }
        on && $4 != "newest" && !seen[$4]++ { print $4 }' "$bases_file"
}

# Is PATH for trees like Xen BASE?  FILE.diff is for upstream's newest;
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
    if [ "$2" != "${wanted_of:-}" ]
    then
        wanted_of=$2
        wanted_suffixes=$(series_suffixes "$2")
    fi
    for wanted_suffix in $wanted_suffixes
    do
        if [ -e "$root/$wanted_stem.$wanted_suffix.diff" ]
        then
            [ "$1" = "$wanted_stem.$wanted_suffix.diff" ] && [ -s "$root/$1" ]
            return
        fi
    done
    [ "$1" = "$wanted_stem.diff" ]
}

# The paths of a patch, as far as they are for trees like Xen BASE.
series_wanted_paths()
{
    series_paths "$1" | while IFS= read -r path
    do
        ! series_wanted "$path" "$2" || echo "$path"
    done
}

# The release in "bases" that TREE is, or the nearest one.
series_base()
{
    series_minor=$(sed -n \
        's/^\(export \)\{0,1\}XEN_SUBVERSION *:\{0,1\}= *\([0-9]*\).*/\2/p' \
        "$1/xen/Makefile")

    for series_known in $(bases xen boot tree)
    do
        case $series_known in
            4.*) [ "${series_known#4.}" -lt "${series_minor:-99}" ] || break ;;
        esac
    done
    echo "$series_known"
}

# series_am SOURCE TREE LIST: the patches that the file LIST names, in its order,
# put by git am, which knows no fuzz, on TREE, a new copy of SOURCE whose one
# commit is tagged "base".
series_am()
{
    cp -R -P -p "$1" "$2" &&
        rm -rf "$2/.git" &&
        git -C "$2" init -q &&
        git -C "$2" add -f -A &&
        git -C "$2" commit -q -m base --author='base <base@localhost>' &&
        git -C "$2" tag base &&
        tr '\n' '\0' <"$3" |
        xargs -0 git -C "$2" am -q --whitespace=error-all
}

# The patches below DIRECTORY in their order, without cover letters.
series_list()
{
    find "$1" -name '*.patch' ! -name '*0000-*' | sort
}
