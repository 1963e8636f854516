/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model                    search all worlds, then drop each assumption
 * model full               the same, hostile worlds too until nothing is new
 * model search WORLD [N]    search one, at most N events deep
 * model merge              check that states are merged rightly
 * model whole WORLD        search one to its end, whatever breaks on the way
 * model mutant             search all worlds for the first thing that breaks
 * model random SEED N      a history of N boots, and what comes of them
 * model replay WORLD FILE  take the events in FILE, say what comes of each
 *
 * The last line of the first is "N passed, N failed, N skipped".
 */

#include "histories.h"
#include "random.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>

#define LACKS_ROOT \
    "end monotonic=rewind, end monotonic=other, end receipt=delete, " \
    "end receipt=other, end receipt=replay, end tpm-reset=hidden, " \
    "end record=forge, "
#define LACKS_DROPPED \
    "end markers=random, end tpm=clear, end boot-path=plant-record"
#define LACKS_AMD \
    "reset key=kept, reset key=b-kept, reset encryption=b-excluded, "
#define LACKS_SAYS "boot says=unlocked, boot says=unsupported, boot says=amd, "

/* Worlds in which the invariants have to hold; docs/designs says why. */
static const struct world worlds[] = {
    { "one-counter", .lies = true, .history = true,
      .lacks = "reset nvram=read-only, boot says=active, boot cpus=none, "
               "boot fault=no-tpm, " LACKS_ROOT LACKS_DROPPED },
    { "one-counter-hostile", .quick = 5, .hostile = true,
      .fails_together = true },
    { "tpm", .quick = 5, .tpm = true, .hostile = true, .lies = true,
      .fails_together = true, .history = true,
      .lacks = "boot says=active, boot cpus=none, " LACKS_DROPPED },
    { "cxl", .quick = 6, .cxl = true, .history = true, .lies = true,
      .lacks = "reset nvram=read-only, boot says=active, boot cpus=missing, "
               "boot cpus=none, boot fault=no-tpm, "
               LACKS_ROOT LACKS_DROPPED },
    { "amd", .amd = true, .history = true,
      .lacks = LACKS_AMD "reset nvram=read-only, " LACKS_SAYS
               "boot says=active, boot cpus=none, boot fault=no-tpm, "
               LACKS_ROOT LACKS_DROPPED },
    { "amd-tpm", .quick = 5, .amd = true, .tpm = true, .hostile = true,
      .fails_together = true, .history = true,
      .lacks = LACKS_AMD LACKS_SAYS "boot says=active, boot cpus=none, "
               LACKS_DROPPED },
};

/* The same with one assumption dropped; something has to break. */
static const struct world dropped[] = {
    { "without: the boot path is authenticated", .no_boot_path = true,
      .hostile = true, .lies = true, .history = true },
    { "without: nobody writes to markers", .no_markers = true, .lies = true,
      .hostile = true },
    { "without: firmware leaves no random data in markers",
      .no_random = true, .lies = true },
    { "without: the same on AMD", .amd = true, .no_random = true },
    { "without: registers tell whether encryption is active",
      .no_registers = true },
    { "without: nobody rewinds the only counter", .hostile = true,
      .history = true },
    { "without: the only counter does not fail with NVRAM",
      .fails_together = true, .history = true },
    { "without: with a TPM, a marker survives where the processor lies",
      .tpm = true, .lies = true, .no_survivor = true },
    { "without: nobody hides a reset and rewinds the counter", .tpm = true,
      .hostile = true, .history = true, .no_hidden = true },
    { "without: the same on AMD, I1", .amd = true, .tpm = true,
      .hostile = true, .no_hidden = true },
    { "without: clear markers do not stand in for a key that is called new",
      .lies = true, .no_sample = true },
    { "without: nodes keep their processors", .history = true,
      .no_fixed_nodes = true },
    { "without: nobody clears the TPM", .tpm = true, .hostile = true,
      .history = true, .no_clear = true },
};

/*
 * How far to look for what a mutant breaks, in events: three boots, or two
 * where there are many more events.
 */
#define MUTANT_DEPTH(world) ((world)->hostile ? 5 : 7)

#define NR(a) (sizeof(a) / sizeof((a)[0]))

static unsigned int passed, failed, skipped;

static void check(bool ok, const char *name)
{
    printf("%s %s\n", ok ? "ok" : "not ok", name);
    if ( ok )
        passed++;
    else
        failed++;
    fflush(stdout);
}

static uint64_t sum_broken(const struct search *r)
{
    uint64_t sum = 0;
    unsigned int i;

    for ( i = NOTHING + 1; i < NR_BROKEN; i++ )
        sum += r->broken[i];

    return sum;
}

static void print_result(const struct search *r)
{
    unsigned int i;

    printf("# %lu states, %lu transitions, depth %u%s, %.1f s; %lu boots, %lu "
           "of them skipped; %lu violations\n", r->states, r->transitions,
           r->depth, r->fixpoint ? " (any depth)" : "", r->seconds,
           r->boots, r->skips, sum_broken(r));

    for ( i = 0; i < NR_REASON_SLOTS; i++ )
        if ( r->missed[i] )
            printf("#   scrubbed where nothing was left to scrub, %s: %lu\n",
                   reason_token(i), r->missed[i]);
}

/* A search to the end has to have seen all events but those it may lack. */
static bool saw_events(const struct world *w, const struct search *r)
{
    char lacks[2048];

    if ( !r->fixpoint )
    {
        printf("# left out: %s beyond depth %u\n", w->name, r->depth);
        return true;
    }

    list_lacking(&r->fired, lacks, sizeof(lacks));
    printf("# %s lacks: %s\n", w->name, *lacks ? lacks : "nothing");

    return !strcmp(lacks, w->lacks ? w->lacks : "");
}

/*
 * Two boots where there are hostile systems.  That is too shallow to notice
 * all that could be wrong there: a step of the TPM lost at run time is not.
 */
static void check_merging(void)
{
    static const struct {
        unsigned int world, depth;
    } small[] = { { 0, 7 }, { 2, 4 }, { 3, 7 }, { 4, 4 } };
    uint64_t unmerged, merged;
    unsigned int i;
    char name[64];

    for ( i = 0; i < NR(small); i++ )
    {
        const struct world *w = &worlds[small[i].world];
        bool ok = merges_right(w, small[i].depth, &unmerged, &merged);

        printf("# %s, depth %u: %lu states, merged %lu\n", w->name,
               small[i].depth, unmerged, merged);
        snprintf(name, sizeof(name), "merging: %s", w->name);
        check(ok && merged < unmerged, name);
    }
}

/* Worlds with a TPM need a loader that counts its resets. */
static bool is_possible(const struct world *w)
{
    return !w->tpm || boot_counts_tpm();
}

static const struct world *find_world(const char *name);

static void check_all(bool full)
{
    struct search r;
    unsigned int i, depth;

    for ( i = 0; i < NR(worlds); i++ )
    {
        if ( !is_possible(&worlds[i]) )
        {
            printf("ok # skipped: %s: the loader counts no TPM resets\n",
                   worlds[i].name);
            skipped++;
            continue;
        }

        depth = full ? 0 : worlds[i].quick;
        search(&worlds[i], depth, false, stdout, &r);
        print_result(&r);
        check(saw_events(&worlds[i], &r) && !sum_broken(&r) &&
              (depth || r.fixpoint) && r.skips, worlds[i].name);
    }

    for ( i = 0; i < NR(dropped); i++ )
    {
        if ( !is_possible(&dropped[i]) )
        {
            printf("ok # skipped: %s: the loader counts no TPM resets\n",
                   dropped[i].name);
            skipped++;
            continue;
        }

        search(&dropped[i], 0, true, NULL, &r);
        printf("# %lu states, %.1f s\n", r.states, r.seconds);
        check(sum_broken(&r), dropped[i].name);
    }

    check_histories(find_world, check);

    printf("# %u boots of the code that ships\n", boots_run());
    printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
}

static const struct world *find_world(const char *name)
{
    unsigned int i;

    for ( i = 0; i < NR(worlds); i++ )
        if ( !strcmp(worlds[i].name, name) )
            return &worlds[i];
    for ( i = 0; i < NR(dropped); i++ )
        if ( !strcmp(dropped[i].name, name) )
            return &dropped[i];

    fprintf(stderr, "model: there is no world \"%s\"; there are:\n", name);
    for ( i = 0; i < NR(worlds); i++ )
        fprintf(stderr, "  %s\n", worlds[i].name);
    for ( i = 0; i < NR(dropped); i++ )
        fprintf(stderr, "  \"%s\"\n", dropped[i].name);
    exit(2);
}

static bool search_one(const struct world *w, unsigned int max_depth,
                       bool stop)
{
    struct search r;

    search(w, max_depth, stop, stdout, &r);
    print_result(&r);
    if ( !saw_events(w, &r) )
        printf("# not the events that this world is to lack\n");
    printf("# %u boots of the code that ships\n", boots_run());

    return !sum_broken(&r);
}

static bool replay(const struct world *w, const char *name)
{
    static const char *const actions[] = {
        "performed in background", "performed by all CPUs", "skipped"
    };
    FILE *file = fopen(name, "r");
    union state s = first_state();
    unsigned int nr = 0;
    char line[256];
    bool ok = true;

    /* A history that was found with states merged has to hold without. */
    merging = false;

    if ( !file )
    {
        perror(name);
        exit(2);
    }

    while ( fgets(line, sizeof(line), file) )
    {
        union event e;
        struct step step;

        nr++;
        if ( line[0] == '#' || line[0] == '\n' )
            continue;
        if ( !parse_event(line, &e) )
        {
            fprintf(stderr, "%s:%u: not an event\n", name, nr);
            exit(2);
        }
        take(w, s, e, &step);
        print_event(stdout, e);
        if ( e.kind == BOOT )
            printf("  # %s, %s", step.booted ? actions[step.verdict]
                                             : "the power went",
                   step.booted ? reason_token(step.reason) : "in boot");
        if ( step.broken )
            printf("  # %s", broken_names[step.broken]);
        printf("\n");
        ok &= !step.broken;
        s = step.to;
    }
    fclose(file);

    return ok;
}

int main(int argc, char **argv)
{
    /* A line is not to wait for a search of minutes. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    boot_counts_tpm();

    if ( argc == 1 || (argc == 2 && !strcmp(argv[1], "full")) )
    {
        check_all(argc == 2);
        return failed || !passed;
    }

    if ( argc == 2 && !strcmp(argv[1], "merge") )
    {
        check_merging();
        return !!failed;
    }

    if ( argc == 2 && !strcmp(argv[1], "mutant") )
    {
        unsigned int i;

        for ( i = 0; i < NR(worlds); i++ )
            if ( is_possible(&worlds[i]) &&
                 !search_one(&worlds[i], MUTANT_DEPTH(&worlds[i]), true) )
                return 1;
        return 0;
    }

    if ( (argc == 3 || argc == 4) && !strcmp(argv[1], "search") )
        return !search_one(find_world(argv[2]),
                           argc == 4 ? strtoul(argv[3], NULL, 10) : 0, true);

    if ( argc == 3 && !strcmp(argv[1], "whole") )
        return !search_one(find_world(argv[2]), 0, false);

    if ( argc == 4 && !strcmp(argv[1], "random") )
    {
        print_random(&worlds[0], strtoull(argv[2], NULL, 10),
                     strtoul(argv[3], NULL, 10));
        return 0;
    }

    if ( argc == 4 && !strcmp(argv[1], "replay") )
        return !replay(find_world(argv[2]), argv[3]);

    fprintf(stderr,
            "usage: model [full | merge | mutant | search WORLD [DEPTH] | whole WORLD | "
            "random SEED N | replay WORLD FILE]\n");
    return 2;
}
