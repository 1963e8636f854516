/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: the decision.  Facts and options in, verdict out.
 */
#ifndef XEN_LIB_BOOTSCRUB_DECIDE_H
#define XEN_LIB_BOOTSCRUB_DECIDE_H

#include <xen/lib/bootscrub/gates.h>

/* Options behind bootscrub=auto. */
struct bootscrub_options {
    bool assert_encrypted; /* Fills what is unknown of gates 2 to 7. */
    bool fallback_on;      /* Scrub before dom0, not in the background. */
};

enum bootscrub_action {
    BOOTSCRUB_BACKGROUND, /* Everything, by idle CPUs. */
    BOOTSCRUB_SYNC,       /* Everything, by all CPUs, before dom0. */
    BOOTSCRUB_SKIP,       /* As BACKGROUND, less the clean ranges. */
};

struct bootscrub_verdict {
    enum bootscrub_action action;
    enum bootscrub_reason reason;
    bool receipt;         /* Due: see bootscrub_decide(). */
    bool taken_back;      /* To be told to the next session, in its place. */
    bool backed_off;      /* It would establish, but for unpaid. */
    bool lost_encryption; /* Active in the recorded session, not now. */
    /* What disproves that which was asserted; R_PROVEN if nothing does. */
    enum bootscrub_reason contradiction;
    enum bootscrub_reason gate[BOOTSCRUB_NR_GATES]; /* R_PROVEN if proved */
    enum bootscrub_share share[BOOTSCRUB_MAX_NODES];
};

#define BOOTSCRUB_MAX_UNPAID 254

/*
 * For how many sessions the chain has been broken, this one included, without
 * a skip in between.  Some count twice, as nothing is written at run time at
 * even numbers.  @was is the number of the previous session, 0 if none is
 * recorded; @skipped, whether its receipt says that it skipped.
 */
unsigned int bootscrub_unpaid(unsigned int was, bool skipped,
                              const struct bootscrub_chain *c);

/*
 * Judge all gates and say what to do.  What a session had to take back for
 * what all of its processors said is not asserted in the next one: else it
 * would wait for a scrub in each boot.  A receipt of a BOOTSCRUB_SYNC verdict
 * is due only when that scrub is complete, of any other at once.
 */
void bootscrub_decide(const struct bootscrub_facts *f,
                      const struct bootscrub_options *o,
                      struct bootscrub_verdict *v);

/*
 * Judge again, when all processors are up and more is known, after the heap
 * was populated as @first says.  There is no scrub of one node: if @first left
 * more unmarked than may be skipped now, or was BOOTSCRUB_SYNC, the action is
 * BOOTSCRUB_SYNC.
 */
void bootscrub_decide_again(const struct bootscrub_facts *f,
                            const struct bootscrub_options *o,
                            const struct bootscrub_verdict *first,
                            struct bootscrub_verdict *v);

#endif /* XEN_LIB_BOOTSCRUB_DECIDE_H */
