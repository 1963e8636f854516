# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# Reads "bases", the list of releases.  To be sourced; the caller has $builds
# set.  BOOTSCRUB_BASES may name another list, for tests of the tests.

bases_file=${BOOTSCRUB_BASES:-$builds/bases}

# base_field PROGRAM RELEASE FIELD: a field of the release's line, nothing if
# there is no such line.
base_field()
{
    awk -v program="$1" -v release="$2" -v field="$3" '
        BEGIN {
            split("program release use hooks suite kind version sum", names)
            for ( i in names )
                column[names[i]] = i
        }
        /^#/ { next }
        $1 == program && $2 == release { print $column[field]; exit }
        ' "$bases_file"
}

# bases PROGRAM USE...: releases of PROGRAM of these uses, the oldest first.
bases()
{
    bases_program=$1
    shift
    awk -v program="$bases_program" -v uses=" $* " '
        /^#/ { next }
        $1 == program && index(uses, " " $3 " ") { print $2 }' "$bases_file"
}
