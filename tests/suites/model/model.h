/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine over many boots, small enough to visit all that can become of it.
 *
 * Memory is two regions of RAM, A and B, on a package each, above 4 GiB; with
 * them come one below 4 GiB and one that this boot's loader uses, which have
 * no state: nothing there may ever be skipped.  What is in memory is told only
 * relative to now: raw, or under the present key; so is a counter, relative
 * to the record.  Sessions and keys need no names then, and the states are
 * finite.  What Xen does in a boot is not modelled: boot.c runs the files
 * that ship.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Regions, as bits. */
#define A 1U
#define B 2U

enum phase { OFF, READY, RUNNING };
enum enc { ENC_ON, ENC_EXCLUDE_B, ENC_OFF, ENC_A_ONLY };
enum map { MAP_NORMAL, MAP_NO_B, MAP_B_SPECIAL };
enum key_says { SAYS_NEW, SAYS_RESTORED, SAYS_BOTH };
/*
 * What is in a marker's page: something known, noise, what is planted (in
 * each session the same), under the present key or raw, or zeros; what was
 * planted, less the cells that lost their charge, or read through a stream
 * that a memory controller did not use when it was written.
 */
enum mark { MARK_CONST, MARK_NOISE, MARK_KEY, MARK_RAW, MARK_ZERO,
            MARK_KEY_DECAYED, MARK_RAW_DECAYED, MARK_RAW_SCRAMBLED };
/* REC_FIRST is one that the first edition wrote: version 1. */
enum record { REC_ABSENT, REC_GARBAGE, REC_VALID, REC_FORGED, REC_FIRST };
/* RCPT_TAKEN_BACK is none, but in its place, and names the record. */
enum receipt { RCPT_ABSENT, RCPT_MATCHES, RCPT_OTHER, RCPT_TAKEN_BACK };

/* All there is to know between two events.  Unused fields are 0. */
union state {
    uint64_t all;
    struct {
        uint64_t phase:2, enc:2, map:2, key_says:2;
        /* Old secrets, by region: raw, under the present key. */
        uint64_t raw:2, keyed:2;
        uint64_t mark_a:3, mark_b:3;
        uint64_t record:3, session:2, covered:2, counted:2, marked:2;
        uint64_t receipt:2;
        /* Has Xen told run time the record's token, in a receipt? */
        uint64_t told:1;
        /* Steps since the record: 0, 1, or 2 for any other number. */
        uint64_t monotonic:2, tpm:2;
        uint64_t hidden:1;     /* The last reset was hidden from the TPM. */
        uint64_t read_only:1;  /* NVRAM, its counter included. */
        uint64_t virtual:1;
        /* Since the record: a reset that the TPM did not count was followed
           by something; the boot counter was set by hand, or held. */
        uint64_t covered_up:1, moved:1;
        /* Only where the world counts them: see struct world. */
        uint64_t unpaid:8, skipped:1;
        /* Did the last boot scrub synchronously, or end in its receipt? */
        uint64_t was_sync:1, stopped:1;
        /* Only in classes of machines: boots, up to 2, and kind of reset. */
        uint64_t boots:2, pick:2;
        /* Only where they may come back: secrets under an older key, */
        uint64_t old_keyed:2;
        /* and the record of an older session, with its receipt: how far the
           counters have gone since. */
        uint64_t saved:1, saved_monotonic:2;
    };
};

_Static_assert(sizeof(union state) == sizeof(uint64_t), "a state is a number");

enum kind { RESET, BOOT, OTHER, END, NR_KINDS };

enum key { KEY_NEW, KEY_TOLD, KEY_LIE, KEY_LIE_B, KEY_TOLD_B, KEY_OLD };
enum entry { ENTRY_EFI, ENTRY_BIOS, ENTRY_KEXEC, ENTRY_KEXEC_HIDDEN };
enum options { OPT_PLAIN, OPT_ENCRYPTED, OPT_FALLBACK, OPT_BOTH,
               NR_OPTIONS };
/* On AMD, "bypassed" is a PSP that says no. */
enum report { SAYS_TRUE, SAYS_BYPASSED, SAYS_UNLOCKED, SAYS_UNSUPPORTED,
              SAYS_NOTHING, SAYS_AMD, SAYS_ACTIVE, NR_REPORTS };
/* Package B has no processor, or has one that does not come up. */
enum cpus { CPUS_TRUE, CPUS_DOWN, CPUS_NONE, CPUS_NUMA_OFF, NR_CPUS_EVENTS };
enum heap { HEAP_WHOLE, HEAP_LIMITED, HEAP_CRASH_AREA };
enum fault { FAULT_NONE, FAULT_FULL, FAULT_DROPPED, FAULT_DONE_BUT,
             FAULT_RECEIPT, FAULT_NO_RANDOM, FAULT_NO_RUNTIME, FAULT_NO_POOL,
             FAULT_NO_COUNTER, FAULT_NO_TPM,
             CUT_BEFORE_MARKERS, CUT_IN_MARKERS, CUT_BEFORE_RECORD,
             CUT_AFTER_RECORD, CUT_IN_SCRUB, CUT_BEFORE_RECEIPT,
             CUT_AFTER_RECEIPT, FAULT_STUCK, FAULT_NO_DELETION,
             CUT_BEFORE_DELETION, CUT_AFTER_DELETION, FAULT_PANIC, NR_FAULTS };

union event {
    uint32_t all;
    struct {
        uint32_t kind:2, key:3, enc:2, map:2, marks:3, read_only:1, virtual:2,
                 steps:2, decay:2, scrambler:2;
    };
    struct {
        uint32_t of_boot:2, entry:2, options:2, report:3, cpus:2, heap:2,
                 fault:5, not_turn:1, no_srat:1, placeholders:1;
    };
    struct {
        uint32_t of_other:2, system:2;
    };
    struct {
        uint32_t of_end:2, set_monotonic:2, set_receipt:2, hide:1, forge:1,
                 wipe:1, clear_tpm:1, plant:1, lose:2, replace:1, save:1;
    };
};

/*
 * What the firmware does before Xen is there: event.marks.  It clears all of
 * memory, or of A; or it clears, as MARKS_SAMPLE, markers and hardly more.
 */
enum { MARKS_KEPT, MARKS_A, MARKS_B, MARKS_AB, MARKS_RANDOM, MARKS_CLEARED,
       MARKS_A_CLEARED, MARKS_SAMPLE };

/* event.virtual: in a virtual machine, or one that does not show. */
enum { BARE, VIRTUAL, VIRTUAL_HIDDEN };

/* event.steps: which counters this reset takes on by two */
enum { STEPS_ONE, STEPS_TWO, STEPS_COUNT_TWO, STEPS_TPM_TWO };

/*
 * event.decay: cells that lost their charge, 5 % or 20 % of them, where memory
 * is not encrypted or keeps its key.  event.scrambler: without encryption, a
 * new seed, of a stream that repeats or of one that does not; the latter is in
 * no search but that of a machine that knows nothing else.
 */
enum { DECAY_NONE, DECAY_SOME, DECAY_MUCH };
enum { SEED_KEPT, SEED_NEW, SEED_ENDLESS };

/* event.map, beside enum map: other RAM, raw, is in B's place. */
#define MAP_B_EXCHANGED 3

/* event.system */
enum { OTHER_ANY, OTHER_FIRST_EDITION, OTHER_AFTER_S3 };

/* event.set_monotonic, .set_receipt: 0 leaves alone. */
enum { MONO_KEEP, MONO_ZERO, MONO_OTHER, MONO_SAVED };
enum { SET_KEEP, SET_DELETED, SET_OTHER, SET_MATCHING };

/* What NVRAM loses by itself, or brings back: event.lose */
enum { LOSE_NOTHING, LOSE_ALL, LOSE_RECORD, LOSE_LATEST };

/* --- boot.c: one boot of the code that ships ---------------------------- */

/* What memory looks like to the processor. */
enum seen { SEEN_CONST, SEEN_NOISE, SEEN_PLANTED, SEEN_ZERO,
            SEEN_KEY_DECAYED, SEEN_RAW_DECAYED, SEEN_SCRAMBLED };

/* Who is asked about package B: what the second look finds, and the first. */
enum asked { ASKED_ALL, ASKED_DISAGREE, ASKED_DOWN, ASKED_NONE,
             ASKED_NUMA_OFF };

union boot_in {
    uint64_t all;
    struct {
        uint64_t entry:2, virtual:1, options:2, report:3, enc:2, key_says:2,
                 cpus:3, map:2, record:3, session:2, covered:2, counted:2,
                 marked:2, receipt:2, monotonic:2, tpm:2, tpm_there:1,
                 seen_a:3, seen_b:3, heap:2, fault:5, read_only:1,
                 hidden:1, amd:1, no_srat:1, placeholders:1, unpaid:8,
                 skipped:1;
    };
};

_Static_assert(sizeof(union boot_in) == sizeof(uint64_t),
               "what a boot finds is a number");

/* In boot_out.unmarked, beside A and B. */
#define LOADER 4U
#define LOW    8U

struct boot_out {
    bool off;                   /* The power went. */
    uint8_t action, reason, contradiction, unmarked, unmarked_late;
    uint8_t proved;             /* Gates, a bit each. */
    uint8_t shown;              /* Regions skipped by evidence alone. */
    bool scrubbed, crash_cleared, against, lost_encryption;
    uint8_t record, session, covered, counted, marked, receipt;
    bool new_record, told, skipped;
    uint8_t unpaid;
    uint8_t planted;            /* Regions that hold what is planted, ... */
};

/* What it returns is good until the next call. */
const struct boot_out *boot(const union boot_in *in);
/* How many boots have been run, most of them once. */
unsigned int boots_run(void);
/* Does the code that ships count the TPM's resets? */
bool boot_counts_tpm(void);
const char *reason_token(unsigned int reason);

/* --- world.c: what can happen ------------------------------------------- */

/* How much is searched: for "make check", with FULL=1, and all. */
enum round { ROUND_QUICK, ROUND_FULL, ROUND_ALL, NR_ROUNDS };
#define LEFT_OUT ~0U

/* A kind of boot of a class of machines, and what has to come of it. */
struct way {
    const char *reset, *boot;
    const char *verdict;   /* From the third boot on; NULL for any. */
    unsigned int regions;  /* Which are skipped. */
};
#define MAX_WAYS 4

/* What is taken for granted, each of which can be dropped. */
struct world {
    const char *name;
    /* Events deep in each round; 0: to the end; LEFT_OUT: not at all. */
    unsigned int depth[NR_ROUNDS];
    const char *known;   /* A history that breaks it, ... */
    bool slow;           /* ... and that a search finds, but slowly. */
    const char *lacks;   /* Events that are none of its, as listed. */
    bool amd;            /* Nothing tells whether a key is new. */
    bool tpm;            /* There is one. */
    bool hostile;        /* Root in other systems and in dom0 is. */
    bool lies;           /* A kept key may be called new. */
    bool fails_together; /* NVRAM and its counter may fail, and recover. */
    bool history;        /* I2 is claimed. */
    bool cxl;            /* B has no processors, and may be plain memory. */
    /* Boots that did not pay, up to a cycle of turns; else any may be one. */
    bool counts;
    bool fallback;       /* fallback=on is among the options. */
    bool older;          /* An older record comes back. */
    struct way way[MAX_WAYS]; /* All that ever happens, if any is there. */
    /* Assumptions of docs/designs/boot-scrub.md, dropped. */
    bool no_boot_path, no_markers, no_random, no_clear,
         no_registers, no_survivor, no_hidden, no_sample,
         no_fixed_nodes, no_s3, no_exchange, no_hypervisor, no_flash,
         no_digest, no_old_key, no_srat, no_cbit, no_decay,
         no_count_back;
};

enum broken { NOTHING, BROKE_I1, BROKE_I2, BROKE_EVIDENCE, BROKE_LIVE,
              BROKE_CLASS, BROKE_TWICE };

struct step {
    union state to;
    enum broken broken;
    bool booted, skipped, missed;
    bool excluded;       /* An assumption says that this does not happen. */
    bool lost_encryption;
    uint8_t reason, verdict, contradiction;
};

/* Is each number of boots that did not pay like what stands for it? */
bool cycles_right(void);

/* Are states merged that cannot differ later?  See merge(). */
extern bool merging;
/* The one state that stands for @s and for all that cannot differ from it. */
union state canonical(const struct world *w, union state s);

/* Call @take with each event that @s allows. */
void each_event(const struct world *w, union state s,
                void (*take)(void *arg, union event e), void *arg);
void take(const struct world *w, union state s, union event e,
          struct step *step);

/* --- text.c: events and states in words --------------------------------- */

void print_event(FILE *to, union event e);
/* Which values of which fields have been taken, a bit for each value. */
#define MAX_FIELDS 40
struct fired {
    uint32_t value[MAX_FIELDS];
};
void note_event(struct fired *f, union event e);
/* Writes what never was to @buf, as "KIND NAME=VALUE, ..."; "" for nothing. */
void list_lacking(const struct fired *f, char *buf, size_t size);
/* Returns false if @line is no event. */
bool parse_event(const char *line, union event *e);

#endif /* MODEL_H */
