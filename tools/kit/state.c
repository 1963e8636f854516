/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kit remembers from one start to the next, in two files that are
 * written by turns: the power may go at any time, and then one is whole.
 */

#include "kit.h"

#define MAGIC "BSKIT 1" /* Goes up with any change of struct state. */

static const char *const name[] = { "KIT0.DAT", "KIT1.DAT" };

static bool is_step(const struct step *step)
{
    unsigned int i;
    bool good = step->kind < NR_KINDS && step->nr_sets <= KIT_MAX_SETS &&
                step->nr_psps <= KIT_MAX_PSPS &&
                step->nr_markers <= BOOTSCRUB_MAX_MARKERS &&
                step->nr_planted <= BOOTSCRUB_MAX_MARKERS &&
                step->facts.nr_nodes <= BOOTSCRUB_MAX_NODES &&
                step->verdict.action <= BOOTSCRUB_SKIP &&
                step->verdict.reason < BOOTSCRUB_NR_REASONS;

    for ( i = 0; good && i < step->nr_markers; i++ )
        good = step->marker[i].class < BOOTSCRUB_NR_MARKER_CLASSES;

    for ( i = 0; good && i < BOOTSCRUB_NR_GATES; i++ )
        good = step->verdict.gate[i] < BOOTSCRUB_NR_REASONS;

    return good;
}

static bool is_state(const struct state *s, long size)
{
    uint8_t digest[SHA2_256_DIGEST_SIZE];
    unsigned int i;

    if ( size != sizeof(*s) || memcmp(s->magic, MAGIC, sizeof(s->magic)) ||
         s->size != sizeof(*s) || s->nr_steps > KIT_MAX_STEPS ||
         s->pending >= NR_KINDS || s->part >= NR_PARTS )
        return false;

    sha2_256(digest, s, offsetof(struct state, digest));
    if ( memcmp(digest, s->digest, sizeof(digest)) )
        return false;

    for ( i = 0; i < s->nr_steps; i++ )
        if ( !is_step(&s->step[i]) )
            return false;

    return true;
}

enum found state_load(struct state *s)
{
    static struct state other;
    long size[2] = { stick_read(name[0], s, sizeof(*s)),
                     stick_read(name[1], &other, sizeof(other)) };
    bool good[2] = { is_state(s, size[0]), is_state(&other, size[1]) };
    bool damaged = (size[0] >= 0 && !good[0]) || (size[1] >= 0 && !good[1]);

    if ( good[1] && (!good[0] || other.generation > s->generation) )
        *s = other;

    if ( good[0] || good[1] )
        return damaged ? FOUND_OLDER : FOUND_STATE;

    *s = (struct state){ .size = sizeof(*s) };
    memcpy(s->magic, MAGIC, sizeof(s->magic));

    return damaged ? FOUND_DAMAGED : FOUND_NONE;
}

bool state_save(struct state *s)
{
    s->generation++;
    sha2_256(s->digest, s, offsetof(struct state, digest));

    return stick_write(name[s->generation & 1], s, sizeof(*s));
}

void state_delete(void)
{
    stick_delete(name[0]);
    stick_delete(name[1]);
}
