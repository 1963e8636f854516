/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status in Prometheus's text format, version 0.0.4, for the textfile
 * collector of node_exporter.
 */

#include <inttypes.h>
#include <string.h>

#include "tool.h"

static void family(const char *name, const char *help)
{
    printf("# HELP xen_bootscrub_%s %s\n# TYPE xen_bootscrub_%s gauge\n",
           name, help, name);
}

static void gauge(const char *name, const char *help, uint64_t value)
{
    family(name, help);
    printf("xen_bootscrub_%s %" PRIu64 "\n", name, value);
}

/* A number that is not known is not reported. */
static void maybe(const char *name, const char *help, const struct maybe *m)
{
    if ( m->known )
        gauge(name, help, m->number);
}

/* Strings come printable and in ASCII: only two characters need an escape. */
static void label(const char *before, const char *name, const char *value)
{
    printf("%s%s=\"", before, name);
    for ( ; *value; value++ )
        printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
    putchar('"');
}

void prometheus_status(const struct status *s)
{
    const char *separator = "{";
    unsigned int i;

    family("info", "What this boot did, and why.");
    printf("xen_bootscrub_info");
#define STRING(id, name, sentence) \
    label(separator, name, s->id); \
    separator = ",";
#include <xen/bootscrub-leaves.h>
    printf("} 1\n");

    family("gate_proved", "Is the gate proved?");
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
    {
        printf("xen_bootscrub_gate_proved");
        label("{", "gate", gates[i].token);
        printf("} %d\n", !strcmp(s->gate[i], "proved"));
    }

    /* The identifiers are the names in the way of Prometheus. */
#define NUMBER(id, name, sentence) gauge(#id, sentence, s->id);
#define MAYBE(id, name, sentence)  maybe(#id, sentence, &s->id);
#define LIVE(id, name, sentence)   gauge(#id, sentence, s->id);
#include <xen/bootscrub-leaves.h>
}
