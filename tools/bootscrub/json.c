/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status as JSON, in the shape of docs/misc/xen-bootscrub.schema.json.
 * Strings come printable and in ASCII: only two characters need an escape.
 */

#include <inttypes.h>

#include "tool.h"

#define SCHEMA 2

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

static void maybe(const char *name, const struct maybe *m)
{
    if ( m->known )
        number(name, m->number);
    else
        printf("  \"%s\": null,\n", name);
}

void json_status(const struct status *s)
{
    unsigned int i;

    puts("{");
    number("schema", SCHEMA);

#define STRING(id, name, sentence) json_string(name, s->id, ",");
#define NUMBER(id, name, sentence) number(name, s->id);
#define MAYBE(id, name, sentence)  maybe(name, &s->id);
#define LIVE(id, name, sentence)   number(name, s->id);
#include <xen/bootscrub-leaves.h>

    puts("  \"gates\": {");
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        printf("  ");
        json_string(gates[i].token, s->gate[i],
                    i + 1 < BOOTSCRUB_NR_GATES ? "," : "");
    }
    puts("  }\n}");
}
