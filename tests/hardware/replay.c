/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts of one boot, a line "NAME VALUE" each, judged by the hypervisor's own
 * decide.c.  "node N" begins a node; names that follow are of it.  A fact that
 * is missing, comes twice or makes no sense is an error: a report that lacks
 * one says nothing of what bootscrub=auto does.
 *
 * Prints "ACTION REASON", and a line "GATE REASON" for each gate.
 */

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

static const char *const reason_names[] = {
#define REASON(id, token, state, sentence, remedy) token,
#include <xen/bootscrub-reasons.h>
};

static const char *const gate_names[] = {
#define GATE(id, token, sentence) token,
#include <xen/bootscrub-reasons.h>
};

static void __attribute__((noreturn, format(printf, 1, 2)))
die(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static bool parse_yes(const char *name, const char *value)
{
    if ( !strcmp(value, "true") )
        return true;

    if ( strcmp(value, "false") )
        die("%s: \"%s\" is neither true nor false", name, value);

    return false;
}

static uint32_t parse_u32(const char *name, const char *value)
{
    char *end;
    uintmax_t number = strtoumax(value, &end, 10);

    if ( !*value || *end || *value == '-' || number > UINT32_MAX )
        die("%s: \"%s\" is no number of 32 bits", name, value);

    return number;
}

static unsigned int parse_name(const char *name, const char *value,
                               const char *const *names, unsigned int nr)
{
    unsigned int i;

    for ( i = 0; i < nr; i++ )
        if ( names[i] && !strcmp(value, names[i]) )
            return i;

    die("%s: \"%s\" is not known", name, value);
}

/* Set what is called @name, and mark it in @seen. */
#define SET(fact, member, parsed) \
    if ( !strcmp(name, fact) ) \
    { \
        if ( seen[i]++ ) \
            die("%s comes twice", name); \
        member = parsed; \
        return; \
    } \
    i++;
#define BOOL(fact, member)   SET(fact, member, parse_yes(name, value))
#define NUMBER(fact, member) SET(fact, member, parse_u32(name, value))
#define NAME(fact, member, names) \
    SET(fact, member, parse_name(name, value, names, ARRAY_SIZE(names)))

#define MAX_FACTS 64

static void set_fact(struct bootscrub_facts *f, uint8_t *seen,
                     const char *name, const char *value)
{
    unsigned int i = 0;

    FACTS(f)
    die("%s is no fact", name);
}

static void set_node(struct bootscrub_node *n, uint8_t *seen,
                     const char *name, const char *value)
{
    unsigned int i = 0;

    NODE_FACTS(n)
    die("%s is no fact of a node", name);
}
#undef BOOL
#undef NUMBER
#undef NAME

#define BOOL(fact, member)        if ( !seen[i++] ) die(fact " is missing");
#define NUMBER(fact, member)      BOOL(fact, member)
#define NAME(fact, member, names) BOOL(fact, member)

static void check_facts(const uint8_t *seen)
{
    unsigned int i = 0;

    FACTS(unused)
}

static void check_node(const uint8_t *seen)
{
    unsigned int i = 0;

    NODE_FACTS(unused)
}

static void read_facts(struct bootscrub_facts *f)
{
    static uint8_t seen[MAX_FACTS], seen_node[BOOTSCRUB_MAX_NODES][MAX_FACTS];
    bool listed[BOOTSCRUB_MAX_NODES] = {};
    char name[64], value[64];
    unsigned int node = BOOTSCRUB_MAX_NODES, nr = 0;

    while ( scanf("%63s %63s", name, value) == 2 )
    {
        if ( !strcmp(name, "node") )
        {
            node = parse_u32(name, value);
            if ( node >= BOOTSCRUB_MAX_NODES )
                die("node %s: there are at most %d", value,
                    BOOTSCRUB_MAX_NODES);
            if ( listed[node] )
                die("node %u comes twice", node);
            listed[node] = true;
            nr++;
        }
        else if ( node < BOOTSCRUB_MAX_NODES )
            set_node(&f->node[node], seen_node[node], name, value);
        else
            set_fact(f, seen, name, value);
    }

    check_facts(seen);
    if ( !nr )
        die("nodes are missing");

    f->nr_nodes = BOOTSCRUB_MAX_NODES;
    for ( node = 0; node < BOOTSCRUB_MAX_NODES; node++ )
        if ( listed[node] )
            check_node(seen_node[node]);
}

int main(void)
{
    static struct bootscrub_facts facts;
    static const struct bootscrub_options options;
    struct bootscrub_verdict first, v;
    unsigned int i;

    read_facts(&facts);
    bootscrub_decide(&facts, &options, &first);
    bootscrub_decide_again(&facts, &options, &first, &v);

    printf("%s %s\n", action_names[v.action], reason_names[v.reason]);
    for ( i = 0; i < BOOTSCRUB_NR_GATES; i++ )
        printf("%s %s\n", gate_names[i], reason_names[v.gate[i]]);

    return 0;
}
