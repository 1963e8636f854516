/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status as JSON, in the shape of docs/misc/xen-bootscrub.schema.json.
 * Strings come printable and in ASCII: only two characters need an escape.
 */

#include <inttypes.h>

#include "tool.h"

#define SCHEMA 1

void json_string(const char *name, const char *value, const char *end)
{
    printf("  \"%s\": \"", name);
    for ( ; *value; value++ )
        printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    printf("\"%s\n", end);
}

static void number(const char *name, uint64_t value)
{
    printf("  \"%s\": %" PRIu64 ",\n", name, value);
}

void json_status(const struct status *s)
{
    unsigned int i;

    puts("{");
    number("schema", SCHEMA);
    json_string("mode", s->mode, ",");
    json_string("verdict", s->verdict, ",");
    json_string("reason", s->reason, ",");
    json_string("encryption", s->encryption, ",");
    json_string("key", s->key, ",");
    json_string("counters", s->counters, ",");
    json_string("receipt", s->receipt, ",");
    number("markers-noise", s->noise);
    number("markers-cleared", s->cleared);
    number("markers-overwritten", s->overwritten);
    number("markers-readable", s->readable);
    number("skipped-bytes", s->skipped);
    number("scrubbed-bytes", s->scrubbed);
    number("unscrubbed-bytes", s->unscrubbed);

    puts("  \"gates\": {");
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        printf("  ");
        json_string(gates[i].token, s->gate[i],
                    i + 1 < BOOTSCRUB_NR_GATES ? "," : "");
    }
    puts("  }\n}");
}
