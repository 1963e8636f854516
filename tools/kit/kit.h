/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kit: an EFI application that finds out what a machine does to its
 * memory, and to the key of its memory encryption, over resets.
 *
 * What its files share.  It is built around the hypervisor's own files, which
 * plant and classify markers, ask processors and decide; see the Makefile.
 */
#ifndef KIT_H
#define KIT_H

#include "app.h"
#include "../bootscrub/dmi.h"

#include <asm/bootscrub.h>

/* --- What is kept from one start to the next ----------------------------- */

/* What led from one start to the next. */
enum kind {
    KIND_FIRST,   /* Nothing that the kit knows. */
    KIND_WARM,
    KIND_COLD,
    KIND_OFF,
    KIND_USUAL,   /* Another system ran in between. */
    KIND_CRASH,
    KIND_BUTTON,
    NR_KINDS
};

/* Parts of a measurement that bad firmware or hardware may not survive. */
enum part {
    PART_NONE,
    PART_PROCESSORS,
    PART_TPM,
    PART_AUTO,    /* The hypervisor's files: registers, PSPs, markers. */
    NR_PARTS
};

#define KIT_MAX_STEPS 16
#define KIT_MAX_SETS  8
#define KIT_MAX_PSPS  16

/* Processors whose registers hold the same. */
struct cpu_set {
    uint32_t nr, first; /* How many, and one's APIC ID */
    struct memcrypt_regs regs;
};

struct psp {
    uint16_t segment;
    uint8_t bus, device, function;
    uint32_t id, capability;
};

struct marker {
    uint64_t addr;
    enum bootscrub_marker class;
    uint32_t node;      /* NUMA_NO_NODE: on none, or on several */
    uint32_t distance;  /* bits that are not as planted */
    bool in_use;        /* Could not be allocated, so nobody looked. */
    bool repeats;       /* The difference repeats: a scrambler */
};

struct tpm_clock {
    bool present;
    uint64_t clock;     /* milliseconds */
    uint32_t resets, restarts;
    bool safe;
};

struct step {
    enum kind kind;
    bool by_hand;       /* It did not come back by itself. */
    EFI_TIME asked, came;

    uint32_t processors, unasked, nr_sets;
    struct cpu_set set[KIT_MAX_SETS];
    uint32_t nr_psps;
    struct psp psp[KIT_MAX_PSPS];

    bool counted;       /* The firmware has a monotonic count. */
    uint64_t count;
    struct tpm_clock tpm;
    uint64_t nvram_size, nvram_free, nvram_largest;

    /* The previous step's markers, as they are now, and today's. */
    uint32_t nr_markers;
    struct marker marker[BOOTSCRUB_MAX_MARKERS];
    uint32_t nr_planted;
    uint64_t planted[BOOTSCRUB_MAX_MARKERS];

    uint64_t covered;   /* bytes */
    struct memcrypt memcrypt;
    struct bootscrub_facts facts;
    struct bootscrub_verdict verdict;
    bool receipt;       /* Written, and so the next step's. */
};

struct state {
    uint8_t magic[8];
    uint32_t size, generation;
    uint32_t answers;   /* Words of kit.txt that were used up */
    enum kind pending;  /* What the kit asked for last; FIRST: nothing */
    bool told;          /* What the kit touches was said, and agreed to. */
    EFI_TIME asked;
    enum part part;     /* A measurement was here. */
    uint32_t stuck;     /* How often it did not get any further. */
    uint32_t nr_steps;
    struct step step[KIT_MAX_STEPS];
    uint8_t digest[SHA2_256_DIGEST_SIZE];
};

/* --- screen.c: 25 lines of 80 columns, and keys -------------------------- */

void screen_clear(void);
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* One of the characters in @keys: typed, or the next word of kit.txt. */
char ask_key(struct state *s, const char *keys);

/* --- text.c: into buffers ------------------------------------------------ */

struct text {
    char *buf;
    size_t len, room;
    bool full;
};

void add(struct text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void addv(struct text *t, const char *fmt, va_list args);

/* --- stick.c: the file system that the kit was started from -------------- */

enum stick {
    STICK_OK,
    STICK_NONE,
    STICK_READ_ONLY,
    STICK_FULL,
};

enum stick stick_open(EFI_HANDLE image);
enum stick stick_probe(void);
/* Bytes read, at most @size; -1 if there is no such file. */
long stick_read(const char *name, void *buf, size_t size);
bool stick_write(const char *name, const void *buf, size_t size);
void stick_delete(const char *name);

/* --- state.c ------------------------------------------------------------- */

enum found {
    FOUND_NONE,
    FOUND_STATE,
    FOUND_OLDER,   /* The newest one is damaged. */
    FOUND_DAMAGED,
};

enum found state_load(struct state *s);
bool state_save(struct state *s);
void state_delete(void);

/* --- nvram.c: two variables ---------------------------------------------- */

extern bool nvram_refused; /* A write of a variable failed. */
void nvram_init(void);
bool nvram_forget(void);

/* --- cpus.c, psps.c, counters.c, smbios.c, acpi.c: what there is --------- */

/* Processors, by their APIC IDs, and which of them answered. */
void cpus_measure(struct step *step);
bool cpus_agree(void);
bool cpu_answered(unsigned int cpu);

struct processor {
    const char *vendor;
    char name[49];
    uint32_t signature, microcode;
};

/* The one that this runs on. */
void cpus_identify(struct processor *p);

void psps_measure(struct step *step);
void count_measure(struct step *step);
void tpm_measure(struct step *step);

void smbios_read(struct machine *m);

void acpi_init(void);
extern bool acpi_emulated; /* The tables are QEMU's. */

/* --- xen.c: the hypervisor's files at work ------------------------------- */

/* Look at the markers of @before (may be NULL), plant today's, decide. */
void auto_run(struct step *step, const struct step *before);
const char *reason_token(enum bootscrub_reason reason);
const char *gate_token(enum bootscrub_gate gate);

/* --- words.c: what it all means ------------------------------------------ */

enum outcome {
    OUTCOME_UNTRIED,
    OUTCOME_NO_MARKERS, /* None was planted, or none could be looked at. */
    OUTCOME_PLAIN,      /* Readable, and memory is not encrypted. */
    OUTCOME_KEPT,
    OUTCOME_KEPT_PART,  /* Readable on some nodes only */
    OUTCOME_RENEWED,
    OUTCOME_CLEARED,
    OUTCOME_UNCLEAR,
    NR_OUTCOMES
};

#define KIT_LINES 10
#define KIT_LINE  80

struct summary {
    enum outcome outcome[NR_KINDS];
    const char *class, *class_words;
    char line[KIT_LINES][KIT_LINE];
};

enum outcome outcome_of(const struct step *step);
const char *outcome_token(enum outcome outcome);
const char *kind_token(enum kind kind);
const char *class_token(enum bootscrub_marker class);
const char *encryption_token(enum bootscrub_encryption encryption);
void sum_up(const struct state *s, const struct machine *m,
            struct summary *sum);

/* --- report.c: all of it, as YAML ---------------------------------------- */

bool report_write(const struct state *s, const struct machine *m,
                  const struct summary *sum, bool finished, char name[80]);

/* --- steps.c: which reset comes next ------------------------------------- */

/* Returns, with the application's status, when the firmware is to go on. */
EFI_STATUS steps_run(struct state *s);

#endif /* KIT_H */
