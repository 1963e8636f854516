/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What it all means: what each reset did, the class of machine, ten lines.
 * The classes are those of README's "What to expect on which machine".
 */

#include "kit.h"

#include "xen.h"
#include "names.h"

const char *kind_token(enum kind kind)
{
    static const char *const token[] = {
        [KIND_FIRST] = "first", [KIND_WARM] = "warm", [KIND_COLD] = "cold",
        [KIND_OFF] = "power-off", [KIND_USUAL] = "usual",
        [KIND_CRASH] = "crash", [KIND_BUTTON] = "button",
    };

    return token[kind];
}

const char *outcome_token(enum outcome outcome)
{
    static const char *const token[] = {
        [OUTCOME_UNTRIED] = "untried", [OUTCOME_NO_MARKERS] = "no-markers",
        [OUTCOME_PLAIN] = "not-encrypted", [OUTCOME_KEPT] = "kept",
        [OUTCOME_KEPT_PART] = "kept-in-part", [OUTCOME_RENEWED] = "renewed",
        [OUTCOME_CLEARED] = "cleared", [OUTCOME_UNCLEAR] = "unclear",
    };

    return token[outcome];
}

const char *class_token(enum bootscrub_marker class)
{
    static const char *const token[] = {
        [BOOTSCRUB_MARKER_READABLE] = "readable",
        [BOOTSCRUB_MARKER_NOISE] = "noise",
        [BOOTSCRUB_MARKER_CLEARED] = "cleared",
        [BOOTSCRUB_MARKER_OVERWRITTEN] = "overwritten",
    };

    return token[class];
}

const char *encryption_token(enum bootscrub_encryption encryption)
{
    return encryption < ARRAY_SIZE(encryption_names)
           ? encryption_names[encryption] : "unknown";
}

static bool is_active(const struct step *step)
{
    return step->facts.encryption == BOOTSCRUB_ENCRYPTION_ACTIVE;
}

static unsigned int count_class(const struct step *step,
                                enum bootscrub_marker class)
{
    unsigned int i, nr = 0;

    for ( i = 0; i < step->nr_markers; i++ )
        nr += !step->marker[i].in_use && step->marker[i].class == class;

    return nr;
}

/* Is there a node all of whose markers that could be seen are noise? */
static bool has_other_node(const struct step *step)
{
    unsigned int i, j;

    for ( i = 0; i < step->nr_markers; i++ )
    {
        bool readable = false;

        for ( j = 0; j < step->nr_markers; j++ )
            readable |= step->marker[j].node == step->marker[i].node &&
                        step->marker[j].class == BOOTSCRUB_MARKER_READABLE;

        if ( !readable && step->marker[i].class == BOOTSCRUB_MARKER_NOISE )
            return true;
    }

    return false;
}

enum outcome outcome_of(const struct step *step)
{
    unsigned int readable = count_class(step, BOOTSCRUB_MARKER_READABLE);
    unsigned int noise = count_class(step, BOOTSCRUB_MARKER_NOISE);
    unsigned int cleared = count_class(step, BOOTSCRUB_MARKER_CLEARED);

    if ( !step->nr_markers )
        return OUTCOME_NO_MARKERS;

    if ( readable && !is_active(step) )
        return OUTCOME_PLAIN;

    if ( readable )
        return has_other_node(step) ? OUTCOME_KEPT_PART : OUTCOME_KEPT;

    if ( 2 * noise > step->nr_markers )
        return OUTCOME_RENEWED;

    return cleared && !noise && cleared == step->nr_markers
           ? OUTCOME_CLEARED : OUTCOME_UNCLEAR;
}

/* The last step of a kind that ended as it should. */
static const struct step *last_of(const struct state *s, enum kind kind)
{
    unsigned int i;

    for ( i = s->nr_steps; i--; )
        if ( s->step[i].kind == kind && !s->step[i].by_hand )
            return &s->step[i];

    return NULL;
}

static bool scrambled(const struct step *step)
{
    unsigned int i;

    for ( i = 0; i < step->nr_markers; i++ )
        if ( step->marker[i].repeats &&
             step->marker[i].class == BOOTSCRUB_MARKER_READABLE )
            return true;

    return false;
}

/* Of the markers that can still be read, in per cent of their bits. */
static unsigned int lost(const struct step *step)
{
    unsigned int i, nr = 0;
    uint64_t bits = 0;

    for ( i = 0; i < step->nr_markers; i++ )
        if ( step->marker[i].class == BOOTSCRUB_MARKER_READABLE )
        {
            bits += step->marker[i].distance;
            nr++;
        }

    return nr ? (bits * 100 + nr * 4 * BOOTSCRUB_MARKER_SIZE) /
                (nr * 8 * BOOTSCRUB_MARKER_SIZE) : 0;
}

static void add_kept(struct text *t, const struct step *step)
{
    enum bootscrub_key key = step->facts.key;

    if ( scrambled(step) )
    {
        add(t, "only scrambled: still readable");
        return;
    }

    add(t, "keeps the key");
    if ( lost(step) )
        add(t, ", %u%% of bits lost", lost(step));
    else if ( key == BOOTSCRUB_KEY_RESTORED )
        add(t, ", and CPU says so");
    else if ( key == BOOTSCRUB_KEY_NEW )
        add(t, ", but CPU says new");
}

static void add_nodes(struct text *t, const struct step *step)
{
    unsigned int i, nr = 0, last = NUMA_NO_NODE;

    /* Markers ascend, and so nodes come one after the other. */
    for ( i = 0; i < step->nr_markers; i++ )
        if ( step->marker[i].class == BOOTSCRUB_MARKER_READABLE &&
             (!nr || step->marker[i].node != last) )
        {
            last = step->marker[i].node;
            nr++;
        }

    if ( nr == 1 )
        add(t, "keeps the key on node %u only", last);
    else
        add(t, "keeps the key on %u nodes only", nr);
}

static void add_cleared(struct text *t, const struct step *step)
{
    add(t, "memory cleared");
    switch ( step->facts.key )
    {
    case BOOTSCRUB_KEY_NEW:
        add(t, "; CPU says new");
        break;

    case BOOTSCRUB_KEY_RESTORED:
        add(t, "; CPU says kept");
        break;

    default:
        add(t, ", key not shown");
        break;
    }
}

static void add_outcome(struct text *t, const struct step *step)
{
    switch ( outcome_of(step) )
    {
    case OUTCOME_PLAIN:
        add(t, scrambled(step) ? "only scrambled: still readable" :
               step->facts.encryption == BOOTSCRUB_ENCRYPTION_UNKNOWN
               ? "still readable" : "not encrypted: still readable");
        break;

    case OUTCOME_KEPT:
        add_kept(t, step);
        break;

    case OUTCOME_KEPT_PART:
        add_nodes(t, step);
        break;

    case OUTCOME_RENEWED:
        add(t, step->facts.key == BOOTSCRUB_KEY_RESTORED
               ? "noise, but CPU says key kept"
               : "renews the key: reads as noise");
        break;

    case OUTCOME_CLEARED:
        add_cleared(t, step);
        break;

    case OUTCOME_NO_MARKERS:
        add(t, "no markers, nothing to see");
        break;

    default:
        add(t, "%u noise, %u cleared, %u overwritten",
            count_class(step, BOOTSCRUB_MARKER_NOISE),
            count_class(step, BOOTSCRUB_MARKER_CLEARED),
            count_class(step, BOOTSCRUB_MARKER_OVERWRITTEN));
        break;
    }
}

static void kind_line(struct text *t, const struct state *s, const char *name,
                      enum kind kind)
{
    const struct step *step = last_of(s, kind);
    unsigned int i;

    add(t, "%s: ", name);
    if ( step )
    {
        add_outcome(t, step);
        if ( step->verdict.action == BOOTSCRUB_SKIP )
            add(t, ". auto skips");
        else
            add(t, ". auto scrubs: %s", reason_token(step->verdict.reason));
        return;
    }

    for ( i = 0; i < s->nr_steps; i++ )
        if ( s->step[i].kind == kind )
        {
            add(t, "did not come back by itself");
            return;
        }

    add(t, "not tried");
}

/* --- Counters ------------------------------------------------------------ */

struct advance {
    bool known;
    uint32_t least, most;
};

static void see(struct advance *a, uint32_t by)
{
    if ( !a->known || by < a->least )
        a->least = by;
    if ( !a->known || by > a->most )
        a->most = by;
    a->known = true;
}

/* How far counters went from one step to the next, through @usual or not. */
static void see_counters(const struct state *s, bool usual,
                         struct advance *count, struct advance *tpm)
{
    unsigned int i;

    *count = *tpm = (struct advance){};
    for ( i = 1; i < s->nr_steps; i++ )
    {
        const struct step *a = &s->step[i - 1], *b = &s->step[i];

        if ( (b->kind == KIND_USUAL) != usual || b->kind == KIND_FIRST ||
             b->by_hand )
            continue;

        if ( a->counted && b->counted )
            see(count, (b->count >> 32) - (a->count >> 32));
        if ( a->tpm.present && b->tpm.present )
            see(tpm, b->tpm.resets - a->tpm.resets);
    }
}

static void add_advance(struct text *t, const char *name,
                        const struct advance *a, bool there)
{
    if ( !there )
        add(t, "no %s", name);
    else if ( !a->known )
        add(t, "%s not seen yet", name);
    else if ( a->least == a->most )
        add(t, "%s +%u", name, a->least);
    else
        add(t, "%s +%u to +%u", name, a->least, a->most);
}

static void counter_line(struct text *t, const struct state *s)
{
    const struct step *last = &s->step[s->nr_steps - 1];
    struct advance count, tpm;

    see_counters(s, false, &count, &tpm);
    add(t, "A reset: ");
    if ( !count.known && last->counted && !tpm.known && last->tpm.present )
        add(t, "not tried");
    else
    {
        add_advance(t, "boot counter", &count, last->counted);
        add(t, ", ");
        add_advance(t, "TPM", &tpm, last->tpm.present);
    }

    see_counters(s, true, &count, &tpm);
    if ( count.known || tpm.known )
        add(t, ". Usual system: ");
    if ( count.known )
        add_advance(t, "boot", &count, true);
    if ( tpm.known )
        add_advance(t, count.known ? ", TPM" : "TPM", &tpm, true);
}

/* --- Classes ------------------------------------------------------------- */

static bool any(const struct summary *sum, enum outcome outcome)
{
    unsigned int i;

    for ( i = KIND_WARM; i < NR_KINDS; i++ )
        if ( i != KIND_USUAL && sum->outcome[i] == outcome )
            return true;

    return false;
}

static void set_class(struct summary *sum, const char *class,
                      const char *words)
{
    sum->class = class;
    sum->class_words = words;
}

static void class_amd(struct summary *sum, const struct step *last)
{
    if ( any(sum, OUTCOME_KEPT) || any(sum, OUTCOME_KEPT_PART) )
        set_class(sum, "amd-kept", "AMD with TSME whose key outlives resets");
    else if ( any(sum, OUTCOME_RENEWED) )
        set_class(sum, "amd-new", "AMD with TSME, key new at each reset");
    else if ( any(sum, OUTCOME_CLEARED) )
        set_class(sum, "amd-cleared", "AMD with TSME, memory cleared");
    else
        set_class(sum, "amd-unclear", "AMD with TSME, key not shown");
}

static bool counts_oddly(const struct state *s)
{
    struct advance count, tpm;

    see_counters(s, false, &count, &tpm);

    return (count.known && (count.least != 1 || count.most != 1)) ||
           (tpm.known && (tpm.least != 1 || tpm.most != 1));
}

/* Noise, and yet the processor says that the key was kept? */
static bool contradicts(const struct state *s)
{
    unsigned int i;

    for ( i = 1; i < s->nr_steps; i++ )
        if ( outcome_of(&s->step[i]) == OUTCOME_RENEWED &&
             s->step[i].facts.key == BOOTSCRUB_KEY_RESTORED )
            return true;

    return false;
}

static void class_intel(struct summary *sum, const struct state *s,
                        const struct step *last)
{
    if ( any(sum, OUTCOME_KEPT_PART) )
        set_class(sum, "intel-nodes-differ",
                  "Intel TME that does not reach every node alike");
    else if ( any(sum, OUTCOME_KEPT) && (any(sum, OUTCOME_RENEWED) ||
                                         any(sum, OUTCOME_CLEARED)) )
        set_class(sum, "intel-kept-warm",
                  "Intel whose key outlives some resets: as on clients");
    else if ( any(sum, OUTCOME_KEPT) )
        set_class(sum, "intel-kept", "Intel whose key outlives resets");
    else if ( counts_oddly(s) )
        set_class(sum, "intel-resets-twice",
                  "Intel TME; a reset is not one step of the counters");
    else if ( any(sum, OUTCOME_RENEWED) && contradicts(s) )
        set_class(sum, "intel-unclear",
                  "Intel TME; markers do not show what the CPU says");
    else if ( any(sum, OUTCOME_RENEWED) )
        set_class(sum, "intel-new", "Intel TME, key new at each reset");
    else if ( any(sum, OUTCOME_CLEARED) )
        set_class(sum, last->tpm.present ? "intel-cleared"
                                         : "intel-cleared-no-tpm",
                  last->tpm.present ? "Intel TME, memory cleared, with a TPM"
                                    : "Intel TME, memory cleared, no TPM");
    else
        set_class(sum, "intel-unclear", "Intel TME, key not shown");
}

static void classify(struct summary *sum, const struct state *s)
{
    const struct step *last = &s->step[s->nr_steps - 1];

    if ( last->facts.hypervisor )
        return set_class(sum, "virtual", "a virtual machine");

    switch ( last->facts.encryption )
    {
    case BOOTSCRUB_ENCRYPTION_ACTIVE:
        break;

    case BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED:
        return set_class(sum, "not-supported",
                         "a processor without memory encryption");

    case BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE:
        return set_class(sum, "cpus-disagree",
                         "processors disagree on memory encryption");

    case BOOTSCRUB_ENCRYPTION_UNKNOWN:
        return last->memcrypt.amd
               ? set_class(sum, "amd-silent",
                           "AMD where nothing tells whether TSME is on")
               : set_class(sum, "unknown",
                           "nothing tells whether memory is encrypted");

    default:
        return set_class(sum, "not-active",
                         "memory encryption is off, bypassed or not locked");
    }

    if ( !last->covered )
        set_class(sum, "nothing-to-skip",
                  "encrypted, but no memory above 4 GiB qualifies");
    else if ( last->memcrypt.amd )
        class_amd(sum, last);
    else
        class_intel(sum, s, last);
}

/* --- Ten lines ----------------------------------------------------------- */

static void machine_line(struct text *t, const struct machine *m)
{
    add(t, "Machine: %.15s %.18s, firmware %.12s %.12s",
        m->board_vendor[0] ? m->board_vendor : m->vendor,
        m->board[0] ? m->board : m->product, m->firmware_vendor,
        m->firmware_version);
}

static void processor_line(struct text *t, const struct machine *m)
{
    struct processor p;

    cpus_identify(&p);
    add(t, "Processor: %.28s, microcode 0x%x; ECC: %s", p.name, p.microcode,
        dmi_ecc_name(m->ecc));
}

static const char *plural(unsigned int nr)
{
    return nr == 1 ? "" : "s";
}

static void encryption_line(struct text *t, const struct step *last)
{
    add(t, "Memory: %.55s; ", memcrypt_name(&last->memcrypt));
    if ( last->nr_sets > 1 )
        add(t, "CPUs differ");
    else if ( last->unasked )
        add(t, "%u CPU%s silent", last->unasked, plural(last->unasked));
    else
        add(t, "%u CPU%s", last->processors, plural(last->processors));
}

static bool skipped(const struct step *step)
{
    return step && step->verdict.action == BOOTSCRUB_SKIP;
}

/* What somebody who wants to use bootscrub=auto should do. */
static const char *advice(const struct state *s, const struct summary *sum)
{
    const struct step *warm = last_of(s, KIND_WARM);

    if ( same(sum->class, "not-supported") || same(sum->class, "virtual") )
        return "bootscrub=auto can never skip here: use bootscrub=idle";

    if ( same(sum->class, "not-active") )
        return "Switch memory encryption on in the firmware's setup";

    if ( same(sum->class, "amd-silent") )
        return "Set SMEE to Enabled beside TSME in the setup, or update it";

    if ( same(sum->class, "amd-cleared") )
        return "auto cannot see the key here: assert-encrypted, or idle";

    if ( same(sum->class, "intel-resets-twice") )
        return "The counters break the chain here: assert-encrypted, or idle";

    if ( same(sum->class, "cpus-disagree") )
        return "Update the firmware: auto scrubs while processors disagree";

    if ( same(sum->class, "nothing-to-skip") )
        return "There is nothing to skip here: use bootscrub=idle";

    if ( skipped(warm) )
        return "bootscrub=auto is of use here: it skips after a reboot";

    if ( warm && (skipped(last_of(s, KIND_OFF)) ||
                  skipped(last_of(s, KIND_COLD))) )
        return "auto scrubs after a warm reset: use reboot=P, a power cycle";

    if ( warm )
        return "bootscrub=auto always scrubs here";

    return "Not enough was tried to say more";
}

void sum_up(const struct state *s, const struct machine *m,
            struct summary *sum)
{
    struct text t[KIT_LINES];
    unsigned int i;

    memset(sum, 0, sizeof(*sum));
    for ( i = 0; i < KIT_LINES; i++ )
        t[i] = (struct text){ .buf = sum->line[i], .room = KIT_LINE };

    for ( i = 0; i < NR_KINDS; i++ )
        sum->outcome[i] = last_of(s, i) && i ? outcome_of(last_of(s, i))
                                             : OUTCOME_UNTRIED;
    classify(sum, s);

    machine_line(&t[0], m);
    processor_line(&t[1], m);
    encryption_line(&t[2], &s->step[s->nr_steps - 1]);
    kind_line(&t[3], s, "Warm reset", KIND_WARM);
    kind_line(&t[4], s, "Cold reset", KIND_COLD);
    kind_line(&t[5], s, "Power off", KIND_OFF);
    if ( last_of(s, KIND_CRASH) || !last_of(s, KIND_BUTTON) )
        kind_line(&t[6], s, "Crash", KIND_CRASH);
    else
        kind_line(&t[6], s, "Reset button", KIND_BUTTON);
    counter_line(&t[7], s);
    add(&t[8], "Class: %s, %s", sum->class, sum->class_words);
    add(&t[9], "%s", advice(s, sum));
}
