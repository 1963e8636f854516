# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Where other systems of Debian's come from: to be sourced.

# sources_of SUITE: this machine's own entries, for another suite.
sources_of()
{
    # shellcheck disable=SC1091
    own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    {
        cat /etc/apt/sources.list 2>/dev/null || :
        for file in /etc/apt/sources.list.d/*.sources
        do
            [ -e "$file" ] && awk '
                /^URIs:/ { uri = $2 }
                /^Suites:/ { n = split($0, s, " ") }
                /^$/ { out() }
                function out(  i) {
                    for (i = 2; i <= n; i++)
                        print "deb", uri, s[i], "main"
                    n = 0
                }
                END { out() }' "$file"
        done
    } | awk -v own="$own" -v suite="$1" '
        $1 == "deb" && $2 ~ /:\/\// && ($3 == own || index($3, own "-") == 1) {
            print "deb", $2, suite substr($3, length(own) + 1), "main"
        }' | sort -u
}

# mirror_of SUITE: where debootstrap finds it.
mirror_of()
{
    mirror_found=$(sources_of "$1" |
        awk -v suite="$1" '$3 == suite { print $2; exit }')
    [ -n "$mirror_found" ] || {
        echo "no package source in /etc/apt offers Debian's $1" >&2
        return 1
    }
    echo "$mirror_found"
}
