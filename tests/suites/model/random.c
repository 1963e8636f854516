/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random histories of what the emulated machine of suites/boot can do as well,
 * with what the model expects of each boot; "soak" has them boot for real.
 */

#include "random.h"

#include <xen/lib/bootscrub/decide.h>

struct pick {
    union state state;
    bool kept_possible;  /* The last session was encrypted, and Xen's. */
    uint64_t *random;
    unsigned int seen;
    union event event;
};

/* Marsaglia's xorshift. */
static uint64_t draw(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;

    return *x;
}

/* Has the machine all it takes for this event? */
static bool feasible(const struct pick *p, union event e)
{
    switch ( e.kind )
    {
    case RESET:
        return (e.enc == ENC_ON || (e.enc == ENC_OFF && p->kept_possible)) &&
               e.map == MAP_NORMAL && !e.read_only && !e.virtual &&
               !e.steps && !e.decay && !e.scrambler &&
               (e.marks == MARKS_KEPT ||
                /* The rig finds markers by the record that has them. */
                (e.marks == MARKS_AB && e.enc == ENC_ON &&
                 p->state.record == REC_VALID && p->state.marked)) &&
               (e.key == KEY_NEW ||
                ((e.key == KEY_TOLD || e.key == KEY_LIE) &&
                 p->kept_possible && e.enc == ENC_ON));

    case BOOT:
        return e.entry == ENTRY_EFI && e.report <= SAYS_UNSUPPORTED &&
               e.cpus == CPUS_TRUE && e.heap == HEAP_WHOLE &&
               e.fault == FAULT_NONE && !e.placeholders;

    case OTHER:
        return p->state.phase == READY && p->state.enc == ENC_ON &&
               e.system == OTHER_ANY;

    case END:
        /* There must be a record, to be lost or damaged. */
        return !e.lose || p->state.record != REC_ABSENT;

    default:
        return true;
    }
}

/* Reservoir sampling: each feasible event is as likely as the others. */
static void consider(void *arg, union event e)
{
    struct pick *p = arg;

    if ( feasible(p, e) && draw(p->random) % ++p->seen == 0 )
        p->event = e;
}

void print_random(const struct world *w, uint64_t seed, unsigned int boots)
{
    uint64_t random = seed * 0x9e3779b97f4a7c15ULL + 1;
    struct world counting = *w;
    struct pick p = { .state = { .raw = A | B }, .random = &random };
    unsigned int i;

    /* A real machine knows which boots it has to wait in. */
    counting.counts = true;
    w = &counting;

    for ( i = 0; i < 8; i++ )
        draw(&random);

    while ( boots )
    {
        struct step step;

        p.seen = 0;
        each_event(w, p.state, consider, &p);

        /* Half of what happens is what happens every day. */
        if ( p.state.phase != READY && draw(&random) % 2 )
            p.event = (union event){ .kind = p.state.phase == OFF ? RESET
                                                                  : END };
        else if ( p.state.phase == READY && draw(&random) % 2 )
            p.event = (union event){ .kind = BOOT };

        take(w, p.state, p.event, &step);
        print_event(stdout, p.event);
        if ( p.event.kind == BOOT )
            printf(" # %s %s %s", step.skipped ? "skipped" : "performed",
                   reason_token(step.reason),
                   step.verdict == BOOTSCRUB_SYNC ? "sync" : "background");
        if ( p.event.kind == BOOT )
            printf(" %s %s %s", step.to.told ? "written" : "none",
                   step.contradiction == BOOTSCRUB_R_PROVEN ? "-" :
                   reason_token(step.contradiction),
                   step.lost_encryption ? "lost" : "-");
        printf("\n");

        if ( p.event.kind == BOOT || p.event.kind == OTHER )
        {
            boots--;
            p.kept_possible = p.event.kind == BOOT && p.state.enc == ENC_ON;
        }
        p.state = step.to;
    }
}
