/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model [quick]            search worlds, then drop each assumption: 2 minutes
 * model full               the same, to their end as far as 10 minutes go,
 *                          which today is all
 * model all                the same, each until nothing is new
 * model search WORLD [N]    search one, at most N events deep
 * model classes            search what each class of machines sees
 * model merge              check that states are merged rightly
 * model whole WORLD        search one to its end, whatever breaks on the way
 * model mutant             search all worlds for the first thing that breaks
 * model random SEED N      a history of N boots, and what comes of them
 * model replay WORLD FILE  take the events in FILE, say what comes of each
 *
 * The last line of the first is "N passed, N failed, N skipped".
 */

#include "classes.h"
#include "histories.h"
#include "random.h"
#include "search.h"

#include <stdlib.h>
#include <string.h>

/* Events that worlds lack, by why. */
#define LACKS_ROOT \
    "end monotonic=rewind, end monotonic=other, end receipt=delete, " \
    "end receipt=other, end receipt=replay, end record=forge, "
#define LACKS_TPM \
    "reset steps=count-two, reset steps=tpm-two, boot fault=no-tpm, " \
    "end tpm-reset=hidden, "
#define LACKS_FAILING "reset nvram=read-only, "
#define LACKS_OLDER "end nvram=older, end backup=taken, "
/* Where boots are not counted, it is no more than a turn. */
#define LACKS_FALLBACK "boot options=fallback-on, boot options=both, "
/* What assumptions exclude. */
#define LACKS_DROPPED \
    "reset key=old, reset memory=b-exchanged, reset machine=hidden-virtual, " \
    "reset decay=much, reset scrambler=endless, boot says=active, " \
    "boot cpus=none, boot srat=missing, other system=after-s3, " \
    "end monotonic=saved, end markers=random, end tpm=clear, " \
    "end boot-path=plant-record, end flash=replaced, "
#define LACKS_AMD \
    "reset key=kept, reset key=b-kept, reset encryption=b-excluded, " \
    "boot says=unlocked, boot says=unsupported, boot says=amd, "

/* Worlds in which the invariants have to hold; docs/designs says why. */
static const struct world worlds[] = {
    { "one-counter", .lies = true, .history = true,
      .lacks = LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_OLDER LACKS_DROPPED
               LACKS_FALLBACK },
    { "one-counter-hostile", .depth = { 5 }, .hostile = true,
      .fails_together = true,
      .lacks = "reset key=b-kept-called-new, "
               LACKS_TPM LACKS_OLDER LACKS_DROPPED LACKS_FALLBACK },
    { "tpm", .depth = { 5 }, .tpm = true, .hostile = true, .lies = true,
      .fails_together = true, .history = true,
      .lacks = LACKS_OLDER LACKS_DROPPED LACKS_FALLBACK },
    { "cxl", .cxl = true, .history = true, .lies = true,
      .lacks = "boot cpus=missing, "
               LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_OLDER LACKS_DROPPED
               LACKS_FALLBACK },
    { "amd", .amd = true, .history = true,
      .lacks = LACKS_AMD
               LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_OLDER LACKS_DROPPED
               LACKS_FALLBACK },
    { "amd-tpm", .depth = { 5 }, .amd = true, .tpm = true, .hostile = true,
      .fails_together = true, .history = true,
      .lacks = LACKS_AMD LACKS_OLDER LACKS_DROPPED LACKS_FALLBACK },
    { "older", .older = true, .lies = true, .history = true,
      .lacks = LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_DROPPED
               LACKS_FALLBACK },
    { "older-amd", .older = true, .amd = true, .history = true,
      .lacks = LACKS_AMD
               LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_DROPPED
               LACKS_FALLBACK },
    { "turns", .depth = { LEFT_OUT }, .counts = true, .fallback = true,
      .history = true,
      .lacks = "reset key=b-kept-called-new, "
               LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_OLDER LACKS_DROPPED },
    { "turns-amd", .counts = true, .fallback = true, .amd = true,
      .history = true,
      .lacks = LACKS_AMD
               LACKS_ROOT LACKS_TPM LACKS_FAILING LACKS_OLDER LACKS_DROPPED },
};

#define CONFIRMED "reset\nboot\nend\n"
#define HIDDEN "reset\nboot\nend tpm-reset=hidden\n"
#define SKIPPED "reset\nboot\n"

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
      .history = true,
      .known = CONFIRMED "reset encryption=off\nother\n"
               "end monotonic=rewind\n" SKIPPED },
    { "without: the only counter does not fail with NVRAM",
      .fails_together = true, .history = true,
      .known = CONFIRMED "reset encryption=off nvram=read-only\nother\nend\n"
               SKIPPED },
    { "without: with a TPM, a marker survives where the processor lies",
      .tpm = true, .lies = true, .no_survivor = true },
    { "without: nobody hides a reset and rewinds the counter", .tpm = true,
      .hostile = true, .history = true, .no_hidden = true, .slow = true,
      .known = HIDDEN "reset encryption=off\nother\nend monotonic=rewind\n"
               SKIPPED },
    { "without: the same on AMD, I1", .amd = true, .tpm = true,
      .hostile = true, .no_hidden = true, .slow = true,
      .known = HIDDEN "reset key=kept-called-new\nother\n"
               "end monotonic=rewind\nreset key=kept-called-new\nboot\n" },
    { "without: clear markers do not stand in for a key that is called new",
      .lies = true, .no_sample = true },
    { "without: nodes keep their processors", .history = true,
      .no_fixed_nodes = true },
    { "without: nobody clears the TPM", .tpm = true, .hostile = true,
      .history = true, .no_clear = true, .slow = true,
      .known = CONFIRMED "reset encryption=off\nother\n"
               "end monotonic=rewind tpm=clear\n" SKIPPED },
    { "without: an older record does not come back with its counter",
      .older = true, .history = true, .no_count_back = true,
      .known = "reset\nboot\nend backup=taken\nreset encryption=off\nother\n"
               "end monotonic=saved nvram=older\n" SKIPPED },
    { "without: an S3 resume brings encryption back", .history = true,
      .no_s3 = true },
    { "without: RAM is not exchanged for as much", .history = true,
      .no_exchange = true },
    { "without: hypervisors show themselves", .no_hypervisor = true },
    { "without: firmware alone writes to flash", .tpm = true, .hostile = true,
      .history = true, .no_flash = true },
    { "without: SHA-256 has no preimages to be found", .tpm = true,
      .hostile = true, .history = true, .no_digest = true },
    { "without: an old key does not come back", .no_old_key = true,
      .known = CONFIRMED "reset\nboot\nend\nreset key=old\nboot\n" },
    { "without: the same on AMD, an old key", .amd = true,
      .no_old_key = true },
    { "without: all RAM is encrypted where there is no SRAT", .cxl = true,
      .no_srat = true },
    { "without: a C-bit of no effect means encryption", .amd = true,
      .history = true, .no_cbit = true },
    /* Beside it, class "AMD, the controller encrypts nothing" holds. */
    { "without: a scrambler's stream repeats", .amd = true, .way = {
      { "reset encryption=off", "boot says=active" },
      { "reset encryption=off scrambler=endless", "boot says=active" } } },
    { "without: few cells are lost under a kept key", .lies = true,
      .no_decay = true },
    { "without: the same on AMD, few cells", .amd = true, .no_decay = true },
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

/* Is each item of the list @a in the list @b?  Both end in ", ", or are "". */
static bool is_part(const char *a, const char *b)
{
    while ( *a )
    {
        size_t len = strstr(a, ", ") + 2 - a;
        const char *at = b;

        while ( *at && strncmp(at, a, len) )
            at = strstr(at, ", ") + 2;
        if ( !*at )
            return false;
        a += len;
    }

    return true;
}

/* A search has to have seen all events but those that its world may lack. */
static bool saw_events(const struct world *w, const struct search *r)
{
    const char *may_lack = w->lacks ?: "";
    char lacks[4096];

    if ( !r->fixpoint )
        printf("# left out: %s beyond depth %u\n", w->name, r->depth);

    list_lacking(&r->fired, lacks, sizeof(lacks) - 2);
    printf("# %s lacks: %s\n", w->name, *lacks ? lacks : "nothing");
    if ( *lacks )
        strcat(lacks, ", ");
    if ( is_part(lacks, may_lack) && is_part(may_lack, lacks) )
        return true;

    printf("# which is not what it is to lack: %s\n",
           *may_lack ? may_lack : "nothing");

    return false;
}

/*
 * Two boots where there are hostile systems.  That is too shallow to notice
 * all that could be wrong there: a step of the TPM lost at run time is not.
 */
static void check_merging(void)
{
    static const struct {
        unsigned int world, depth;
    } small[] = { { 0, 6 }, { 2, 4 }, { 3, 6 }, { 4, 8 } };
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

    check(cycles_right(), "merging: numbers between turns");
}

/* Worlds with a TPM need a loader that counts its resets. */
static bool is_possible(const struct world *w)
{
    return !w->tpm || boot_counts_tpm();
}

static const struct world *find_world(const char *name);

static void check_world(const struct world *w, enum round round)
{
    struct search r;
    bool saw;

    if ( w->depth[round] == LEFT_OUT )
    {
        printf("# left out: %s: searched with FULL=1\n", w->name);
        return;
    }

    search(w, w->depth[round], false, stdout, &r);
    print_result(&r);
    saw = saw_events(w, &r);
    if ( !r.skips )
        printf("# no boot skips\n");
    check(saw && !sum_broken(&r) && (w->depth[round] || r.fixpoint) && r.skips,
          w->name);
}

/* Something has to break: what is known, or what a search finds. */
static void check_dropped(const struct world *w, enum round round)
{
    struct search r;
    char name[128];

    if ( w->known )
    {
        snprintf(name, sizeof(name), "%s, by a known history", w->name);
        check(what_breaks(w, w->known), name);
    }
    if ( w->slow && round == ROUND_QUICK )
    {
        printf("# left out: a search for that history: with FULL=1\n");
        return;
    }

    search(w, 0, true, NULL, &r);
    printf("# %lu states, %.1f s\n", r.states, r.seconds);
    check(sum_broken(&r), w->name);
}

static void check_each(const struct world *w, unsigned int nr,
                       enum round round,
                       void (*check_one)(const struct world *w,
                                         enum round round))
{
    for ( ; nr--; w++ )
    {
        if ( is_possible(w) )
        {
            check_one(w, round);
            continue;
        }

        printf("ok # skipped: %s: the loader counts no TPM resets\n", w->name);
        skipped++;
    }
}

static void check_all(enum round round)
{
    check_each(worlds, NR(worlds), round, check_world);
    check_each(dropped, NR(dropped), round, check_dropped);
    check_classes(check);
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
    if ( w->lacks )
        saw_events(w, &r);
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
    static const char *const rounds[NR_ROUNDS] = { "quick", "full", "all" };
    enum round round;

    /* A line is not to wait for a search of minutes. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    boot_counts_tpm();

    for ( round = ROUND_QUICK; round < NR_ROUNDS; round++ )
        if ( (argc == 1 && round == ROUND_QUICK) ||
             (argc == 2 && !strcmp(argv[1], rounds[round])) )
        {
            check_all(round);
            return failed || !passed;
        }

    if ( argc == 2 && !strcmp(argv[1], "classes") )
    {
        check_classes(check);
        return !!failed;
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
        /* What is printed of a receipt is in states that are not merged. */
        merging = false;
        print_random(&worlds[0], strtoull(argv[2], NULL, 10),
                     strtoul(argv[3], NULL, 10));
        return 0;
    }

    if ( argc == 4 && !strcmp(argv[1], "replay") )
        return !replay(find_world(argv[2]), argv[3]);

    fprintf(stderr,
            "usage: model [quick | full | all | classes | merge | mutant | "
            "search WORLD [DEPTH] |\n"
            "              whole WORLD | random SEED N | replay WORLD FILE]\n");
    return 2;
}
