/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can happen to the machine of the model, and whether it may: events,
 * what they do to memory, NVRAM and counters, and the invariants.  What Xen
 * decides is boot.c's.
 */

#include "model.h"

#include <xen/lib/bootscrub/decide.h>

/* Regions that are encrypted as the machine is now set. */
static unsigned int encrypted(union state s)
{
    switch ( s.enc )
    {
    case ENC_ON:
        /* Special-purpose memory is behind a controller of its own. */
        return s.map == MAP_B_SPECIAL ? A : A | B;

    case ENC_OFF:
        return 0;

    default:
        return A;
    }
}

static unsigned int present(union state s)
{
    return s.map == MAP_NO_B ? A : A | B;
}

static unsigned int one_more(unsigned int steps)
{
    return steps < 2 ? steps + 1 : 2;
}

bool merging = true;

/*
 * States that differ in nothing that can matter later are one state.  Nothing
 * is lost: "model merge" searches worlds with and without this, and demands
 * the same states, merged, and the same that breaks.
 */
static union state merge(union state s)
{
    /* What the record does not count has no value to compare with. */
    if ( !(s.counted & 1) )
        s.monotonic = 0;
    if ( !(s.counted & 2) )
        s.tpm = 0;

    /* A receipt of another session confirms as little as none. */
    if ( s.receipt == RCPT_OTHER )
        s.receipt = RCPT_ABSENT;

    /* Only a boot through firmware sees NVRAM fail, or a TPM's restart. */
    if ( s.phase == RUNNING )
        s.read_only = s.hidden = 0;

    return s;
}

/* Without a record nothing is relative to it. */
union state canonical(union state s)
{
    if ( s.record != REC_VALID )
    {
        s.session = s.covered = s.counted = s.marked = 0;
        s.monotonic = s.tpm = s.told = s.covered_up = s.moved = 0;
        if ( s.receipt == RCPT_MATCHES && s.record != REC_FORGED )
            s.receipt = RCPT_OTHER;
    }

    return merging ? merge(s) : s;
}

/* --- Reset: keys, settings and memory change ---------------------------- */

static unsigned int rekey(unsigned int mark, bool kept)
{
    return !kept && mark != MARK_RAW ? MARK_NOISE : mark;
}

static union state reset(union state s, union event e)
{
    static const uint8_t kept[] = {
        [KEY_NEW] = 0, [KEY_TOLD] = A | B, [KEY_LIE] = A | B,
        [KEY_LIE_B] = B, [KEY_TOLD_B] = B,
    };
    static const uint8_t says[] = {
        [KEY_NEW] = SAYS_NEW, [KEY_TOLD] = SAYS_RESTORED,
        [KEY_LIE] = SAYS_NEW, [KEY_LIE_B] = SAYS_NEW,
        [KEY_TOLD_B] = SAYS_BOTH,
    };
    unsigned int stays, cleared = 0;

    s.phase = READY;
    s.virtual = e.virtual;
    s.enc = e.enc;
    s.map = e.map;
    s.read_only = e.read_only;
    s.key_says = e.enc == ENC_OFF ? SAYS_NEW : says[e.key];
    stays = kept[e.key];
    /* A key that is switched off for a session does not come back. */
    stays &= e.enc == ENC_OFF ? 0 : e.enc == ENC_A_ONLY ||
             e.map == MAP_B_SPECIAL ? A : A | B;
    s.keyed &= stays;
    s.mark_a = rekey(s.mark_a, stays & A);
    s.mark_b = rekey(s.mark_b, stays & B);

    if ( e.marks == MARKS_A || e.marks == MARKS_AB )
        s.mark_a = MARK_CONST;
    if ( e.marks == MARKS_B || e.marks == MARKS_AB )
        s.mark_b = MARK_CONST;
    if ( e.marks == MARKS_RANDOM )
        s.mark_a = s.mark_b = MARK_NOISE;
    if ( e.marks == MARKS_CLEARED )
        cleared = A | B;
    if ( e.marks == MARKS_A_CLEARED )
        cleared = A;
    s.keyed &= ~cleared;
    s.raw &= ~cleared;
    if ( e.marks == MARKS_SAMPLE )
        cleared = A | B;
    if ( cleared & A )
        s.mark_a = MARK_ZERO;
    if ( cleared & B )
        s.mark_b = MARK_ZERO;

    if ( !s.read_only )
        s.monotonic = one_more(s.monotonic);
    else
        s.moved = 1;
    if ( !s.hidden )
        s.tpm = one_more(s.tpm);

    return canonical(s);
}

/* --- Boot: what the code that ships does with all that ------------------ */

static unsigned int seen(unsigned int mark, bool is_encrypted)
{
    if ( mark == MARK_CONST || mark == MARK_ZERO )
        return mark == MARK_CONST ? SEEN_CONST : SEEN_ZERO;

    return mark == (is_encrypted ? MARK_KEY : MARK_RAW) ? SEEN_PLANTED
                                                        : SEEN_NOISE;
}

static union boot_in boot_in(const struct world *w, union state s,
                             union event e)
{
    union boot_in in = {
        .entry = e.entry, .virtual = s.virtual, .options = e.options,
        .report = e.report, .enc = s.enc, .key_says = s.key_says,
        .map = s.map, .record = s.record, .session = s.session,
        .covered = s.covered, .counted = s.counted, .marked = s.marked,
        .receipt = s.receipt, .tpm = s.tpm, .tpm_there = w->tpm,
        .monotonic = s.read_only ? one_more(s.monotonic) : s.monotonic,
        .seen_a = seen(s.mark_a, encrypted(s) & A),
        .seen_b = seen(s.mark_b, encrypted(s) & B),
        .heap = e.heap, .fault = e.fault, .read_only = s.read_only,
        .hidden = s.hidden, .amd = w->amd,
    };

    static const uint8_t asked[] = {
        [CPUS_DOWN] = ASKED_DOWN, [CPUS_NONE] = ASKED_NONE,
        [CPUS_NUMA_OFF] = ASKED_NUMA_OFF,
    };

    in.cpus = w->cxl && e.cpus != CPUS_NUMA_OFF ? ASKED_NONE
            : e.cpus ? asked[e.cpus]
            : !w->amd && (s.enc == ENC_A_ONLY || s.key_says == SAYS_BOTH)
              ? ASKED_DISAGREE : ASKED_ALL;

    /* Where they are not counted: one more makes a turn, or does not. */
    in.unpaid = w->counts ? s.unpaid : e.not_turn;
    in.skipped = w->counts && s.skipped;

    /* As good as its author can make it. */
    if ( s.record == REC_FORGED )
    {
        in.session = BOOTSCRUB_SESSION_ENCRYPTED;
        in.covered = s.map != MAP_NORMAL || s.enc == ENC_EXCLUDE_B;
        in.counted = 1 | (boot_counts_tpm() && w->tpm && !s.hidden) << 1;
        in.marked = A | B;
        in.seen_a = in.seen_b = SEEN_NOISE;
        in.monotonic = in.tpm = 1;
    }

    return in;
}

static void new_nvram(const struct world *w, union state *s,
                      const struct boot_out *out)
{
    s->record = out->record;
    s->receipt = out->receipt;

    if ( out->new_record )
    {
        s->session = out->session;
        s->covered = out->covered;
        s->counted = out->counted;
        s->marked = out->marked;
        s->monotonic = s->tpm = s->covered_up = s->moved = 0;
        s->told = out->told;
        s->unpaid = w->counts ? out->unpaid : 0;
        s->skipped = w->counts && out->skipped;
    }
    if ( out->planted & A )
        s->mark_a = encrypted(*s) & A ? MARK_KEY : MARK_RAW;
    if ( out->planted & B )
        s->mark_b = encrypted(*s) & B ? MARK_KEY : MARK_RAW;
}

/* A session leaves its secrets wherever it may. */
static void write_secrets(union state *s, unsigned int where)
{
    s->keyed |= where & encrypted(*s);
    s->raw |= where & ~encrypted(*s);
}

/* Gates 4, 6 and 7. */
#define CHAIN (1U << BOOTSCRUB_G_HISTORY | 1U << BOOTSCRUB_G_CLEAN | \
               1U << BOOTSCRUB_G_COVERAGE)

/* I1 and I2, for the pages that entered the heap unmarked. */
static enum broken judge(const struct world *w, union state s,
                         const struct boot_out *out, unsigned int heap,
                         bool efi)
{
    /* A BIOS and its loaders do not get above 4 GiB. */
    unsigned int used = efi ? LOADER | LOW : LOW;
    unsigned int unmarked = out->unmarked & (heap | used);
    unsigned int readable = (s.keyed & encrypted(s)) |
                            (s.raw & ~encrypted(s));

    if ( out->unmarked_late & (heap | used) )
        return BROKE_I1;

    if ( out->scrubbed )
        return NOTHING;

    if ( unmarked & used )
        return BROKE_I1;

    /*
     * An assertion stands in for what is unknown.  What is reported as proved
     * has to be true in that session, too.
     */
    if ( unmarked && out->reason == BOOTSCRUB_R_ASSERTED )
    {
        unmarked &= out->shown;
        if ( !(out->proved & (1U << BOOTSCRUB_G_ENCRYPTION)) )
            readable &= encrypted(s);
        if ( out->against || (unmarked & readable) )
            return BROKE_EVIDENCE;
        return w->history && (out->proved & CHAIN) == CHAIN &&
               (unmarked & s.raw & encrypted(s)) ? BROKE_I2 : NOTHING;
    }

    if ( unmarked & readable )
        return BROKE_I1;

    return w->history && (unmarked & s.raw) ? BROKE_I2 : NOTHING;
}

/*
 * The other side: nothing happened but a reset with a new key between two
 * sessions on record, the first of them confirmed, and nothing failed.
 */
static bool must_skip(const struct world *w, union state s, union event e,
                      const union boot_in *in)
{
    union event plain = { .kind = BOOT };

    plain.options = e.options;
    plain.not_turn = e.not_turn;

    return e.all == plain.all && !s.virtual && !s.read_only &&
           s.enc != ENC_OFF &&
           s.enc != ENC_A_ONLY && s.key_says == SAYS_NEW &&
           s.record == REC_VALID && s.receipt == RCPT_MATCHES &&
           s.session == BOOTSCRUB_SESSION_ENCRYPTED &&
           in->covered == (s.map != MAP_NORMAL || s.enc == ENC_EXCLUDE_B) &&
           s.monotonic == 1 && (s.counted & 1) &&
           (w->tpm && boot_counts_tpm()
            ? s.tpm == 1 && (s.counted & 2) && !s.hidden : !(s.counted & 2)) &&
           in->seen_a == SEEN_NOISE &&
           (s.covered || in->seen_b == SEEN_NOISE);
}

static void take_boot(const struct world *w, union state s, union event e,
                      struct step *step)
{
    union boot_in in = boot_in(w, s, e);
    const struct boot_out *out = boot(&in);
    unsigned int heap = present(s), cleared = 0;
    bool plain = e.options == OPT_PLAIN && e.entry == ENTRY_EFI &&
                 !s.virtual;
    union state n = s;

    if ( e.heap != HEAP_WHOLE )
        heap &= A;

    step->booted = !out->off;
    step->reason = out->reason;
    step->verdict = out->action;
    step->skipped = out->action == BOOTSCRUB_SKIP && !out->off;
    if ( !out->off )
    {
        step->broken = judge(w, s, out, heap, e.entry == ENTRY_EFI);
        if ( must_skip(w, s, e, &in) && !step->skipped )
            step->broken = BROKE_LIVE;
        step->missed = plain && !step->skipped &&
                       encrypted(s) == (A | B) && !((s.keyed | s.raw) & heap);
    }

    n.covered_up |= s.hidden;
    new_nvram(w, &n, out);
    n.phase = out->off ? OFF : RUNNING;

    /* What was cleared stays so, even if the power goes right after. */
    if ( out->scrubbed )
        cleared = heap;
    if ( out->crash_cleared )
        cleared |= B;
    n.raw &= ~cleared;
    n.keyed &= ~cleared;
    if ( !out->off )
        write_secrets(&n, e.heap == HEAP_LIMITED ? heap : present(s));

    step->to = n;
}

/* --- Other systems, and the end of a session ---------------------------- */

static union state other(union state s)
{
    write_secrets(&s, present(s));

    /* What is started by kexec keeps off memory that is called unusable. */
    if ( s.phase == READY )
    {
        s.mark_a = s.mark_b = MARK_NOISE;
        s.covered_up |= s.hidden;
    }
    s.phase = RUNNING;

    return canonical(s);
}

static union state end(union state s, union event e)
{
    if ( e.set_monotonic )
        s.moved = 1;
    if ( e.set_monotonic )
        s.monotonic = e.set_monotonic == MONO_ZERO ? 0 : 2;
    if ( e.set_receipt )
        s.receipt = e.set_receipt == SET_DELETED ? RCPT_ABSENT
                  : e.set_receipt == SET_OTHER ? RCPT_OTHER : RCPT_MATCHES;
    if ( e.forge )
    {
        s.record = REC_FORGED;
        s.receipt = RCPT_MATCHES;
    }
    if ( e.wipe )
        s.mark_a = s.mark_b = MARK_NOISE;
    if ( e.clear_tpm )
        s.tpm = 0;
    if ( e.plant )
    {
        s.record = REC_VALID;
        s.session = BOOTSCRUB_SESSION_ENCRYPTED;
        s.counted = 1 | boot_counts_tpm() << 1;
        s.covered = 0;
        s.marked = A | B;
        s.mark_a = s.mark_b = MARK_NOISE;
        s.receipt = RCPT_MATCHES;
        s.told = 1;
        s.monotonic = s.tpm = 0;
    }
    if ( e.lose )
    {
        s.record = e.lose == LOSE_ALL ? REC_ABSENT : REC_GARBAGE;
        if ( e.lose == LOSE_ALL )
            s.receipt = RCPT_ABSENT;
    }

    s.phase = OFF;
    s.enc = s.map = s.key_says = s.read_only = s.virtual = 0;
    s.hidden = e.hide;

    return canonical(s);
}

void take(const struct world *w, union state s, union event e,
          struct step *step)
{
    *step = (struct step){ .to = s };

    switch ( e.kind )
    {
    case RESET:
        step->to = reset(s, e);
        break;

    case BOOT:
        take_boot(w, s, e, step);
        step->to = canonical(step->to);
        if ( step->to.phase == OFF )
            step->to = end(step->to, (union event){ .kind = END });
        break;

    case OTHER:
        step->to = other(s);
        break;

    case END:
        step->to = end(s, e);
        break;
    }

    /*
     * Nobody deceives both counters; or, where only one is recorded, that one.
     */
    step->excluded = w->tpm && !w->no_hidden && step->to.record == REC_VALID &&
                     (step->to.covered_up || !(step->to.counted & 2)) &&
                     (step->to.moved || !(step->to.counted & 1));
}

/* --- Which events there are --------------------------------------------- */

struct taker {
    void (*take)(void *arg, union event e);
    void *arg;
};

/*
 * A virtual machine goes on with memory, registers and NVRAM from whenever
 * its host likes: two saved states, put together, will do.
 */
static void take_virtual(const struct taker *t)
{
    union event e = { .kind = RESET };

    e.virtual = 1;
    e.key = KEY_LIE;
    t->take(t->arg, e);
    e.marks = MARKS_RANDOM;
    t->take(t->arg, e);
}

/* Is a marker left that would show a key that was kept, and called new? */
static bool survivor(union state s, unsigned int key)
{
    unsigned int there = s.marked & encrypted(s) & present(s);
    bool a = (there & A) && s.mark_a == MARK_KEY;
    bool b = (there & B) && s.mark_b == MARK_KEY;

    switch ( key )
    {
    case KEY_LIE:
        return a || b;

    case KEY_LIE_B:
        return b;

    default:
        return true;
    }
}

static void each_reset(const struct world *w, union state s,
                       const struct taker *t)
{
    unsigned int key, enc, map, marks, read_only;

    take_virtual(t);

    for ( key = 0; key <= KEY_TOLD_B; key++ )
        for ( enc = 0; enc <= ENC_A_ONLY; enc++ )
            for ( map = 0; map <= MAP_B_SPECIAL; map++ )
                for ( marks = 0; marks <= MARKS_SAMPLE; marks++ )
                    for ( read_only = 0; read_only < 2; read_only++ )
                    {
                        union event e = { .kind = RESET };

                        if ( w->amd ? key == KEY_TOLD || key == KEY_TOLD_B ||
                                      enc == ENC_EXCLUDE_B
                                    : (key == KEY_LIE || key == KEY_LIE_B) &&
                                      !w->lies )
                            continue;
                        if ( marks == MARKS_RANDOM && !w->no_random )
                            continue;
                        /* Where clear markers do, key-select is believed. */
                        if ( marks == MARKS_SAMPLE && !w->amd &&
                             (key == KEY_LIE || key == KEY_LIE_B) &&
                             !w->no_sample )
                            continue;
                        if ( read_only && !w->fails_together )
                            continue;

                        e.key = key;
                        e.enc = enc;
                        e.map = map;
                        e.marks = marks;
                        e.read_only = read_only;
                        if ( w->tpm && !w->amd && !w->no_survivor &&
                             !survivor(reset(s, e), key) )
                            continue;

                        t->take(t->arg, e);
                    }
}

/* May processors that are set like this say that? */
static bool may_say(const struct world *w, union state s, unsigned int report)
{
    switch ( report )
    {
    case SAYS_TRUE:
    case SAYS_NOTHING:
        return true;

    case SAYS_ACTIVE:
        return s.enc == ENC_OFF && w->no_registers;

    case SAYS_BYPASSED:
        return s.enc == ENC_OFF;

    default:
        return s.enc == ENC_OFF && !w->amd;
    }
}

/* Each option with each single thing that is out of the ordinary. */
static void each_boot(const struct world *w, union state s,
                      const struct taker *t)
{
    unsigned int options, i;

    for ( options = 0; options < 2 * (OPT_ENCRYPTED + 1); options++ )
    {
        union event e = { .kind = BOOT };

        e.options = options / 2;
        e.not_turn = options & 1;
        if ( e.not_turn && w->counts )
            continue;

        for ( i = SAYS_TRUE; i < NR_REPORTS; i++ )
        {
            union event r = e;

            r.report = i;
            if ( may_say(w, s, i) )
                t->take(t->arg, r);
        }
        for ( i = FAULT_NONE + 1; i < NR_FAULTS; i++ )
        {
            union event f = e;

            f.fault = i;
            if ( i != FAULT_NO_TPM || w->tpm )
                t->take(t->arg, f);
        }
        for ( i = 1; i <= HEAP_CRASH_AREA; i++ )
        {
            union event h = e;

            h.heap = i;
            t->take(t->arg, h);
        }
        for ( i = CPUS_TRUE + 1; i < NR_CPUS_EVENTS; i++ )
        {
            union event c = e;

            c.cpus = i;
            if ( i == CPUS_NUMA_OFF || (!w->cxl && i == CPUS_DOWN) ||
                 w->no_fixed_nodes )
                t->take(t->arg, c);
        }
        e.entry = ENTRY_BIOS;
        t->take(t->arg, e);
    }
}

static void each_kexec(union state s, const struct taker *t)
{
    unsigned int options;

    (void)s;

    for ( options = 0; options <= OPT_ENCRYPTED; options++ )
    {
        union event e = { .kind = BOOT };

        e.options = options;
        e.entry = ENTRY_KEXEC;
        t->take(t->arg, e);
        e.entry = ENTRY_KEXEC_HIDDEN;
        t->take(t->arg, e);
    }

    t->take(t->arg, (union event){ .kind = OTHER });
}

static void each_end(const struct world *w, union state s,
                     const struct taker *t)
{
    unsigned int monotonic, receipt, hide;
    union event e = { .kind = END };

    t->take(t->arg, e);
    for ( e.lose = LOSE_ALL; e.lose <= LOSE_RECORD; e.lose++ )
        t->take(t->arg, e);
    e.lose = LOSE_NOTHING;

    if ( !w->hostile )
        return;

    for ( monotonic = 0; monotonic <= MONO_OTHER; monotonic++ )
        for ( receipt = 0; receipt <= SET_MATCHING; receipt++ )
            for ( hide = 0; hide <= w->tpm; hide++ )
            {
                if ( receipt == SET_MATCHING && !s.told )
                    continue;

                e.set_monotonic = monotonic;
                e.set_receipt = receipt;
                e.hide = hide;
                t->take(t->arg, e);
            }

    e.all = 0;
    e.kind = END;
    e.forge = s.record == REC_ABSENT;
    if ( e.forge )
        t->take(t->arg, e);
    e.forge = 0;
    e.wipe = w->no_markers;
    if ( e.wipe )
        t->take(t->arg, e);
    e.wipe = 0;
    e.set_monotonic = MONO_ZERO;
    e.clear_tpm = w->no_clear;
    if ( e.clear_tpm )
        t->take(t->arg, e);
    e.set_monotonic = MONO_KEEP;
    e.clear_tpm = 0;
    e.plant = w->no_boot_path;
    if ( e.plant )
        t->take(t->arg, e);
}

void each_event(const struct world *w, union state s,
                void (*take)(void *arg, union event e), void *arg)
{
    const struct taker t = { take, arg };

    switch ( s.phase )
    {
    case OFF:
        each_reset(w, s, &t);
        break;

    case READY:
        each_boot(w, s, &t);
        take(arg, (union event){ .kind = OTHER });
        break;

    case RUNNING:
        each_end(w, s, &t);
        each_kexec(s, &t);
        break;
    }
}
