/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can happen to the machine of the model, and whether it may: events,
 * what they do to memory, NVRAM and counters, and the invariants.  What Xen
 * decides is boot.c's.
 */

#include "model.h"

#include <xen/lib/bootscrub/decide.h>

#include <stdlib.h>
#include <string.h>

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
static union state merge(const struct world *w, union state s)
{
    /* Without a TPM, or with the assumption dropped, nobody asks. */
    if ( !w->tpm || w->no_hidden )
        s.covered_up = s.moved = 0;

    /* What the record does not count has no value to compare with. */
    if ( !(s.counted & 1) )
        s.monotonic = s.moved = 0;
    if ( !(s.counted & 2) )
        s.tpm = s.covered_up = 0;

    /* Pages that no record names are planted again before they are read. */
    if ( !(s.marked & A) && !s.saved )
        s.mark_a = 0;
    if ( !(s.marked & B) && !s.saved )
        s.mark_b = 0;

    /* Without a record, the count of boots that did not pay is lost. */
    if ( s.record != REC_VALID )
        s.unpaid = s.skipped = 0;

    /* Only hostile systems put a receipt back. */
    if ( !w->hostile )
        s.told = 0;

    /* A receipt of another session confirms as little as none. */
    if ( s.receipt == RCPT_OTHER )
        s.receipt = RCPT_ABSENT;

    /* Only a boot through firmware sees NVRAM fail, or a TPM's restart. */
    if ( s.phase == RUNNING )
        s.read_only = s.hidden = 0;

    return s;
}

/* Without a record nothing is relative to it. */
union state canonical(const struct world *w, union state s)
{
    if ( s.record != REC_VALID )
    {
        s.session = s.covered = s.counted = s.marked = 0;
        s.monotonic = s.tpm = s.told = s.covered_up = s.moved = 0;
        if ( s.receipt == RCPT_TAKEN_BACK ||
             (s.receipt == RCPT_MATCHES && s.record != REC_FORGED &&
              s.record != REC_FIRST) )
            s.receipt = RCPT_OTHER;
    }

    return merging ? merge(w, s) : s;
}

/* --- Classes of machines ------------------------------------------------ */

static bool has_ways(const struct world *w)
{
    return w->way[0].boot;
}

static union event event_of(const char *line)
{
    union event e;

    if ( !parse_event(line, &e) )
    {
        fprintf(stderr, "model: not an event: %s\n", line);
        exit(2);
    }

    return e;
}

/* The first way that begins with the reset @e. */
static unsigned int first_way(const struct world *w, union event e)
{
    unsigned int i;

    for ( i = 0; i < MAX_WAYS - 1 && w->way[i].boot; i++ )
        if ( event_of(w->way[i].reset).all == e.all )
            break;

    return i;
}

/* The way of a boot @e after the reset of way @pick. */
static const struct way *find_way(const struct world *w, unsigned int pick,
                                  union event e)
{
    static const struct way any;
    unsigned int i;

    for ( i = pick; i < MAX_WAYS && w->way[i].boot; i++ )
        if ( !strcmp(w->way[i].reset, w->way[pick].reset) &&
             event_of(w->way[i].boot).all == e.all )
            return &w->way[i];

    return &any;
}

/* --- Reset: keys, settings and memory change ---------------------------- */

static unsigned int rekey(unsigned int mark, bool kept)
{
    switch ( mark )
    {
    case MARK_RAW:
    case MARK_RAW_DECAYED:
    case MARK_RAW_SCRAMBLED:
        return mark;

    default:
        return kept ? mark : MARK_NOISE;
    }
}

/* What memory without power, and a memory controller, make of a marker. */
static unsigned int weather(unsigned int mark, union event e)
{
    if ( mark == MARK_KEY && e.decay )
        return e.decay == DECAY_SOME ? MARK_KEY_DECAYED : MARK_NOISE;

    if ( mark == MARK_RAW && e.decay )
        return MARK_RAW_DECAYED;

    if ( mark == MARK_RAW && e.scrambler )
        return e.scrambler == SEED_NEW ? MARK_RAW_SCRAMBLED : MARK_NOISE;

    return mark;
}

static void clear_markers(union state *s, unsigned int where)
{
    if ( where & A )
        s->mark_a = MARK_ZERO;
    if ( where & B )
        s->mark_b = MARK_ZERO;
}

/* What firmware does to memory before Xen is there. */
static void touch_memory(union state *s, union event e)
{
    unsigned int cleared = e.marks == MARKS_CLEARED ? A | B
                         : e.marks == MARKS_A_CLEARED ? A : 0;

    if ( e.marks == MARKS_A || e.marks == MARKS_AB )
        s->mark_a = MARK_CONST;
    if ( e.marks == MARKS_B || e.marks == MARKS_AB )
        s->mark_b = MARK_CONST;
    if ( e.marks == MARKS_RANDOM )
        s->mark_a = s->mark_b = MARK_NOISE;
    s->keyed &= ~cleared;
    s->old_keyed &= ~cleared;
    s->raw &= ~cleared;
    clear_markers(s, e.marks == MARKS_SAMPLE ? A | B : cleared);

    if ( e.map == MAP_B_EXCHANGED )
    {
        s->keyed &= ~B;
        s->raw |= B;
        s->mark_b = MARK_NOISE;
    }
}

static void change_keys(const struct world *w, union state *s, union event e)
{
    static const uint8_t kept[] = {
        [KEY_NEW] = 0, [KEY_TOLD] = A | B, [KEY_LIE] = A | B,
        [KEY_LIE_B] = B, [KEY_TOLD_B] = B, [KEY_OLD] = 0,
    };
    unsigned int stays = kept[e.key], back = 0, lost;

    /* A key that is switched off for a session does not come back. */
    stays &= e.enc == ENC_OFF ? 0 : e.enc == ENC_A_ONLY ||
             e.map == MAP_B_SPECIAL ? A : A | B;
    lost = s->keyed & ~stays;
    if ( e.key == KEY_OLD )
        back = s->old_keyed;
    s->keyed = (s->keyed & stays) | back;
    s->old_keyed = w->no_old_key ? (s->old_keyed & ~back) | lost : 0;
    s->mark_a = weather(rekey(s->mark_a, stays & A), e);
    s->mark_b = weather(rekey(s->mark_b, stays & B), e);
}

static void count_reset(union state *s, union event e)
{
    bool two = e.steps == STEPS_TWO || e.steps == STEPS_COUNT_TWO;
    bool tpm_two = e.steps == STEPS_TWO || e.steps == STEPS_TPM_TWO;
    unsigned int i;

    for ( i = 0; !s->read_only && i <= two; i++ )
    {
        s->monotonic = one_more(s->monotonic);
        if ( s->saved )
            s->saved_monotonic = one_more(s->saved_monotonic);
    }
    if ( s->read_only )
        s->moved = 1;
    for ( i = 0; !s->hidden && i <= tpm_two; i++ )
        s->tpm = one_more(s->tpm);
}

static union state reset(const struct world *w, union state s, union event e)
{
    static const uint8_t says[] = {
        [KEY_NEW] = SAYS_NEW, [KEY_TOLD] = SAYS_RESTORED,
        [KEY_LIE] = SAYS_NEW, [KEY_LIE_B] = SAYS_NEW,
        [KEY_TOLD_B] = SAYS_BOTH, [KEY_OLD] = SAYS_NEW,
    };

    s.phase = READY;
    s.virtual = e.virtual == VIRTUAL;
    s.enc = e.enc;
    s.map = e.map == MAP_B_EXCHANGED ? MAP_NORMAL : e.map;
    s.read_only = e.read_only;
    s.key_says = e.enc == ENC_OFF ? SAYS_NEW : says[e.key];
    change_keys(w, &s, e);
    touch_memory(&s, e);
    count_reset(&s, e);
    if ( has_ways(w) )
        s.pick = first_way(w, e);

    return canonical(w, s);
}

/* --- Boot: what the code that ships does with all that ------------------ */

static unsigned int seen(unsigned int mark, bool is_encrypted)
{
    switch ( mark )
    {
    case MARK_CONST:
        return SEEN_CONST;

    case MARK_ZERO:
        return SEEN_ZERO;

    case MARK_KEY:
        return is_encrypted ? SEEN_PLANTED : SEEN_NOISE;

    case MARK_KEY_DECAYED:
        return is_encrypted ? SEEN_KEY_DECAYED : SEEN_NOISE;

    case MARK_RAW:
        return is_encrypted ? SEEN_NOISE : SEEN_PLANTED;

    case MARK_RAW_DECAYED:
        return is_encrypted ? SEEN_NOISE : SEEN_RAW_DECAYED;

    case MARK_RAW_SCRAMBLED:
        return is_encrypted ? SEEN_NOISE : SEEN_SCRAMBLED;

    default:
        return SEEN_NOISE;
    }
}

/*
 * Turns become rare for ever.  In a world that counts, the odd numbers between
 * two of them are one, 5, from which the next turn may be near or not, and the
 * even ones are 8; 6 comes before a turn; and each turn behind the second is
 * like that.  So a history of the machine is one of the model, too.
 */
#define BETWEEN_TURNS 5
#define BETWEEN_EVEN  8

static bool is_turn(unsigned int unpaid)
{
    return unpaid && unpaid <= 127 && !(unpaid & (unpaid + 1));
}

static unsigned int cycle(unsigned int unpaid)
{
    if ( unpaid <= 6 )
        return unpaid;

    return is_turn(unpaid) ? 3 : is_turn(unpaid + 1) ? 6
         : unpaid & 1 ? BETWEEN_TURNS : BETWEEN_EVEN;
}

/* What stands for @unpaid in the model's history: behind a turn comes 4. */
static unsigned int stands_for(unsigned int unpaid)
{
    return is_turn(unpaid - 1) && unpaid > 2 ? 4 : cycle(unpaid);
}

bool cycles_right(void)
{
    unsigned int i;

    for ( i = 0; i < BOOTSCRUB_MAX_UNPAID; i++ )
    {
        unsigned int is = stands_for(i), next = stands_for(i + 1);

        if ( is_turn(i) != is_turn(is) ||
             (next != cycle(is + 1) &&
              (is != BETWEEN_TURNS || next != BETWEEN_EVEN)) )
            return false;
    }

    return true;
}

static bool counts(const struct world *w)
{
    return w->counts || has_ways(w);
}

static unsigned int unpaid_before(const struct world *w, union state s,
                                  union event e)
{
    if ( !counts(w) )
        return e.not_turn;

    return w->counts && e.not_turn ? 9 : s.unpaid;
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

    in.no_srat = e.no_srat;
    in.placeholders = e.placeholders;
    /* Where they are not counted: one more makes a turn, or does not. */
    in.unpaid = unpaid_before(w, s, e);
    in.skipped = counts(w) && s.skipped;

    /* As good as its author can make it. */
    if ( s.record == REC_FORGED || s.record == REC_FIRST )
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
        s->unpaid = w->counts ? cycle(out->unpaid)
                  : has_ways(w) ? out->unpaid : 0;
        s->skipped = counts(w) && out->skipped;
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

/*
 * What a class of machines is to see from its third boot on, and at none a
 * false alarm.
 */
static bool is_of_class(const struct world *w, union state s, union event e,
                        const struct boot_out *out)
{
    const struct way *way = find_way(w, s.pick, e);
    char verdict[64];

    if ( out->lost_encryption )
        return false;

    if ( s.boots < 2 || !way->verdict )
        return true;

    snprintf(verdict, sizeof(verdict), "%s %s",
             out->action == BOOTSCRUB_SKIP ? "skipped"
             : out->action == BOOTSCRUB_BACKGROUND ? "background"
             : is_turn(out->unpaid) ? "in-turn" : "sync",
             reason_token(out->reason));

    return (out->unmarked & (A | B)) == way->regions ||
           out->action == BOOTSCRUB_SYNC
           ? strstr(way->verdict, verdict) : false;
}

/* Has a processor that is missing, or disagrees, or an option forced it? */
static bool is_forced(const union boot_in *in)
{
    return in->options >= OPT_FALLBACK || in->cpus == ASKED_DOWN ||
           in->cpus == ASKED_DISAGREE;
}

/*
 * The same twice in a row: dom0 had to wait for a scrub of all memory, or a
 * session ended in the receipt that was to pay for that.  A record that is
 * gone may force it.
 */
static bool is_twice(union state s, union event e, const union boot_in *in,
                     const struct boot_out *out)
{
    if ( s.record == REC_ABSENT )
        return false;

    return (s.was_sync && !is_forced(in) && !out->off &&
            out->action == BOOTSCRUB_SYNC) ||
           (s.stopped && out->off && e.fault == FAULT_PANIC);
}

static void note_waits(const struct world *w, union state *n, union event e,
                       const union boot_in *in, const struct boot_out *out)
{
    if ( !counts(w) )
        return;

    n->was_sync = !is_forced(in) &&
                  (out->scrubbed || (out->off && e.fault == CUT_IN_SCRUB));
    n->stopped = out->off && e.fault == FAULT_PANIC;
    if ( has_ways(w) && n->boots < 2 )
        n->boots++;
}

static void take_boot(const struct world *w, union state s, union event e,
                      struct step *step)
{
    union boot_in in = boot_in(w, s, e);
    const struct boot_out *out = boot(&in);
    unsigned int heap = present(s), cleared = 0;
    bool plain = !(e.options & OPT_ENCRYPTED) && e.entry == ENTRY_EFI &&
                 !s.virtual;
    union state n = s;

    if ( e.heap != HEAP_WHOLE )
        heap &= A;

    step->booted = !out->off;
    step->reason = out->reason;
    step->verdict = out->action;
    step->contradiction = out->contradiction;
    step->lost_encryption = out->lost_encryption;
    step->skipped = out->action == BOOTSCRUB_SKIP && !out->off;
    if ( !out->off )
    {
        step->broken = judge(w, s, out, heap, e.entry == ENTRY_EFI);
        if ( must_skip(w, s, e, &in) && !step->skipped )
            step->broken = BROKE_LIVE;
        if ( has_ways(w) && !step->broken && !is_of_class(w, s, e, out) )
            step->broken = BROKE_CLASS;
        step->missed = plain && !step->skipped &&
                       encrypted(s) == (A | B) && !((s.keyed | s.raw) & heap);
    }

    if ( counts(w) && !step->broken && is_twice(s, e, &in, out) )
        step->broken = BROKE_TWICE;

    n.covered_up |= s.hidden;
    new_nvram(w, &n, out);
    note_waits(w, &n, e, &in, out);
    n.phase = out->off ? OFF : RUNNING;

    /* What was cleared stays so, even if the power goes right after. */
    if ( out->scrubbed )
        cleared = heap;
    if ( out->crash_cleared )
        cleared |= B;
    n.raw &= ~cleared;
    n.keyed &= ~cleared;
    n.old_keyed &= ~cleared;
    if ( !out->off )
        write_secrets(&n, e.heap == HEAP_LIMITED ? heap : present(s));

    step->to = n;
}

/* --- Other systems, and the end of a session ---------------------------- */

/* Its markers, of whatever contents, look like noise. */
static void run_first_edition(union state *s)
{
    s->record = REC_FIRST;
    s->receipt = RCPT_MATCHES;
    s->mark_a = s->mark_b = MARK_NOISE;
}

static union state other(const struct world *w, union state s, union event e)
{
    if ( e.system == OTHER_AFTER_S3 )
        s.enc = ENC_OFF;

    write_secrets(&s, present(s));

    /* What is started by kexec keeps off memory that is called unusable. */
    if ( s.phase == READY )
    {
        s.mark_a = s.mark_b = MARK_NOISE;
        s.covered_up |= s.hidden;
    }
    if ( e.system == OTHER_FIRST_EDITION )
        run_first_edition(&s);
    s.phase = RUNNING;

    return canonical(w, s);
}

/* A record and its receipt that are as good as can be, of now. */
static void put_record(const struct world *w, union state *s)
{
    s->record = REC_VALID;
    s->session = BOOTSCRUB_SESSION_ENCRYPTED;
    s->counted = 1 | (w->tpm && boot_counts_tpm()) << 1;
    s->covered = 0;
    s->marked = A | B;
    s->receipt = RCPT_MATCHES;
    s->told = 1;
    s->monotonic = s->tpm = 0;
}

/* Is the record one that may be of use when it comes back? */
static bool is_worth_saving(union state s)
{
    return s.record == REC_VALID && s.receipt == RCPT_MATCHES &&
           s.session != BOOTSCRUB_SESSION_PLAINTEXT && !s.covered &&
           s.counted == 1 && s.marked == (A | B) && !s.monotonic;
}

/* What NVRAM does by itself. */
static void lose(const struct world *w, union state *s, union event e)
{
    switch ( e.lose )
    {
    case LOSE_ALL:
        s->record = REC_ABSENT;
        s->receipt = RCPT_ABSENT;
        break;

    case LOSE_RECORD:
        s->record = REC_GARBAGE;
        break;

    case LOSE_LATEST:
        put_record(w, s);
        s->monotonic = s->saved_monotonic;
        break;
    }
}

static union state end(const struct world *w, union state s, union event e)
{
    if ( e.set_monotonic )
    {
        s.moved = 1;
        s.monotonic = e.set_monotonic == MONO_ZERO ? 0 : 2;
    }
    if ( e.set_monotonic == MONO_SAVED )
        s.saved_monotonic = 0;
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
    if ( e.plant || e.replace )
    {
        put_record(w, &s);
        s.mark_a = s.mark_b = MARK_NOISE;
    }
    if ( e.save )
    {
        s.saved = 1;
        s.saved_monotonic = 0;
    }
    lose(w, &s, e);

    s.phase = OFF;
    s.enc = s.map = s.key_says = s.read_only = s.virtual = 0;
    s.hidden = e.hide;

    return canonical(w, s);
}

void take(const struct world *w, union state s, union event e,
          struct step *step)
{
    *step = (struct step){ .to = s };

    switch ( e.kind )
    {
    case RESET:
        step->to = reset(w, s, e);
        break;

    case BOOT:
        take_boot(w, s, e, step);
        step->to = canonical(w, step->to);
        if ( step->to.phase == OFF )
            step->to = end(w, step->to, (union event){ .kind = END });
        break;

    case OTHER:
        step->to = other(w, s, e);
        break;

    case END:
        step->to = end(w, s, e);
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
static void take_virtual(const struct world *w, const struct taker *t)
{
    unsigned int hidden = w->no_hypervisor ? VIRTUAL_HIDDEN : VIRTUAL;
    union event e = { .kind = RESET };

    for ( e.virtual = VIRTUAL; e.virtual <= hidden; e.virtual++ )
    {
        e.key = KEY_LIE;
        e.marks = MARKS_KEPT;
        t->take(t->arg, e);
        e.marks = MARKS_RANDOM;
        t->take(t->arg, e);
    }
}

/* Is a marker left that would show a key that was kept, and called new? */
static bool survivor(union state s, unsigned int key)
{
    unsigned int there = s.marked & encrypted(s) & present(s);
    bool a = (there & A) && (s.mark_a == MARK_KEY ||
                             s.mark_a == MARK_KEY_DECAYED);
    bool b = (there & B) && (s.mark_b == MARK_KEY ||
                             s.mark_b == MARK_KEY_DECAYED);

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

static bool may_key(const struct world *w, union event e)
{
    switch ( e.key )
    {
    case KEY_TOLD:
    case KEY_TOLD_B:
        return !w->amd;

    case KEY_LIE:
    case KEY_LIE_B:
        return w->amd || w->lies;

    case KEY_OLD:
        return w->no_old_key;

    default:
        return true;
    }
}

/* May a machine be reset like that? */
static bool may_reset(const struct world *w, union state s, union event e)
{
    bool lie = e.key == KEY_LIE || e.key == KEY_LIE_B;

    if ( !may_key(w, e) || (w->amd && e.enc == ENC_EXCLUDE_B) ||
         (e.marks == MARKS_RANDOM && !w->no_random) ||
         (e.map == MAP_B_EXCHANGED && !w->no_exchange) ||
         (e.read_only && !w->fails_together) )
        return false;

    /* Where clear markers do, key-select is believed. */
    if ( e.marks == MARKS_SAMPLE && !w->amd && lie && !w->no_sample )
        return false;

    return !w->tpm || w->amd || w->no_survivor ||
           survivor(reset(w, s, e), e.key);
}

/* What is rare, by itself: counters that go too far, cells that are lost. */
static void each_rare_reset(const struct world *w, union state s,
                            union event e, const struct taker *t)
{
    unsigned int steps = w->tpm ? STEPS_TPM_TWO : STEPS_TWO;
    unsigned int decay = w->no_decay ? DECAY_MUCH : DECAY_SOME;
    unsigned int i;

    for ( i = STEPS_ONE + 1; e.key == KEY_NEW && i <= steps; i++ )
    {
        union event r = e;

        r.steps = i;
        t->take(t->arg, r);
    }
    for ( i = DECAY_NONE + 1; i <= decay; i++ )
    {
        union event r = e;

        r.decay = i;
        if ( may_reset(w, s, r) )
            t->take(t->arg, r);
    }
    if ( e.enc == ENC_OFF )
    {
        e.scrambler = SEED_NEW;
        t->take(t->arg, e);
    }
}

static void each_reset(const struct world *w, union state s,
                       const struct taker *t)
{
    unsigned int key, enc, map, marks, read_only;

    take_virtual(w, t);

    for ( key = 0; key <= KEY_OLD; key++ )
        for ( enc = 0; enc <= ENC_A_ONLY; enc++ )
            for ( map = 0; map <= MAP_B_EXCHANGED; map++ )
                for ( marks = 0; marks <= MARKS_SAMPLE; marks++ )
                    for ( read_only = 0; read_only < 2; read_only++ )
                    {
                        union event e = { .kind = RESET };

                        e.key = key;
                        e.enc = enc;
                        e.map = map;
                        e.marks = marks;
                        e.read_only = read_only;
                        if ( !may_reset(w, s, e) )
                            continue;

                        t->take(t->arg, e);
                        if ( !map && !marks && !read_only )
                            each_rare_reset(w, s, e, t);
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
        return s.enc == ENC_OFF && (w->amd ? w->no_cbit : w->no_registers);

    case SAYS_BYPASSED:
        return s.enc == ENC_OFF;

    default:
        return s.enc == ENC_OFF && !w->amd;
    }
}

/* What ACPI's tables may say, or leave out. */
static void each_table(const struct world *w, union event e,
                       const struct taker *t)
{
    e.placeholders = 1;
    t->take(t->arg, e);
    e.placeholders = 0;
    e.no_srat = w->no_srat;
    if ( e.no_srat )
        t->take(t->arg, e);
}

/* Each option with each single thing that is out of the ordinary. */
static void each_boot(const struct world *w, union state s,
                      const struct taker *t)
{
    unsigned int nr = w->fallback ? NR_OPTIONS : OPT_FALLBACK, options, i;

    for ( options = 0; options < 2 * nr; options++ )
    {
        union event e = { .kind = BOOT };

        e.options = options / 2;
        e.not_turn = options & 1;
        if ( e.not_turn && w->counts && s.unpaid != BETWEEN_TURNS )
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
        each_table(w, e, t);
        e.entry = ENTRY_BIOS;
        t->take(t->arg, e);
    }
}

static void each_kexec(const struct world *w, const struct taker *t)
{
    union event other = { .kind = OTHER };
    unsigned int options;

    for ( options = 0; options <= OPT_ENCRYPTED; options++ )
    {
        union event e = { .kind = BOOT };

        e.options = options;
        e.entry = ENTRY_KEXEC;
        t->take(t->arg, e);
        e.entry = ENTRY_KEXEC_HIDDEN;
        t->take(t->arg, e);
    }

    t->take(t->arg, other);
    other.system = OTHER_AFTER_S3;
    if ( w->no_s3 )
        t->take(t->arg, other);
}

/* A record is kept somewhere, and comes back, or does so with its counter. */
static void each_backup(const struct world *w, union state s,
                        const struct taker *t)
{
    union event e = { .kind = END };

    e.save = is_worth_saving(s);
    if ( e.save )
        t->take(t->arg, e);
    e.save = 0;
    if ( !s.saved )
        return;

    e.lose = LOSE_LATEST;
    t->take(t->arg, e);
    e.set_monotonic = MONO_SAVED;
    if ( w->no_count_back )
        t->take(t->arg, e);
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
    if ( w->older )
        each_backup(w, s, t);

    if ( !w->hostile )
        return;

    for ( monotonic = 0; monotonic <= MONO_OTHER; monotonic++ )
        for ( receipt = 0; receipt <= SET_MATCHING; receipt++ )
            for ( hide = 0; hide <= w->tpm; hide++ )
            {
                if ( receipt == SET_MATCHING && !s.told && !w->no_digest )
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
    e.plant = 0;
    e.replace = w->no_flash;
    if ( e.replace )
        t->take(t->arg, e);
}

/* All that happens to a machine of a class. */
static void each_way(const struct world *w, union state s,
                     const struct taker *t)
{
    unsigned int i;

    for ( i = 0; i < MAX_WAYS && w->way[i].boot; i++ )
    {
        union event r = event_of(w->way[i].reset);

        if ( s.phase == OFF && first_way(w, r) == i )
            t->take(t->arg, r);
        if ( s.phase == READY && first_way(w, r) == s.pick )
            t->take(t->arg, event_of(w->way[i].boot));
    }

    if ( s.phase == RUNNING )
        t->take(t->arg, (union event){ .kind = END });
}

static void each_other(union state s, const struct taker *t)
{
    union event e = { .kind = OTHER };

    t->take(t->arg, e);
    e.system = OTHER_FIRST_EDITION;
    if ( !s.read_only && !s.virtual )
        t->take(t->arg, e);
}

void each_event(const struct world *w, union state s,
                void (*take)(void *arg, union event e), void *arg)
{
    const struct taker t = { take, arg };

    if ( has_ways(w) )
    {
        each_way(w, s, &t);
        return;
    }

    switch ( s.phase )
    {
    case OFF:
        each_reset(w, s, &t);
        break;

    case READY:
        each_boot(w, s, &t);
        each_other(s, &t);
        break;

    case RUNNING:
        each_end(w, s, &t);
        each_kexec(w, &t);
        break;
    }
}
