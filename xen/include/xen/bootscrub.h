/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: skip the boot-time scrub when it is proved that memory
 * encryption with a new key made the old contents unreadable.
 *
 * First the pure part, which compiles in user space too: facts, decision,
 * record, ranges, markers.  Then, for Xen only, what the hooks call.
 */
#ifndef XEN_BOOTSCRUB_H
#define XEN_BOOTSCRUB_H

#ifdef __XEN__
#include <xen/errno.h>
#include <xen/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#endif

/* --- Decision (lib/bootscrub/decide.c) ------------------------------- */

enum bootscrub_state {
    BOOTSCRUB_UNKNOWN,
    BOOTSCRUB_PROVED,
    BOOTSCRUB_DISPROVED,
};

enum bootscrub_reason {
#define REASON(id, token, state, sentence, remedy) BOOTSCRUB_R_ ## id,
#include <xen/bootscrub-reasons.h>
    BOOTSCRUB_NR_REASONS
};

enum bootscrub_gate {
#define GATE(id, token, sentence) BOOTSCRUB_G_ ## id,
#include <xen/bootscrub-reasons.h>
    BOOTSCRUB_NR_GATES
};

/* Options behind bootscrub=auto. */
struct bootscrub_options {
    bool assert_history;   /* Fills unknowns of history, clean, coverage. */
    bool assert_encrypted; /* Fills unknowns of all gates from firmware on. */
    bool fallback_on;      /* Scrub before dom0, not in the background. */
};

enum bootscrub_entry {
    BOOTSCRUB_ENTRY_OTHER, /* Legacy BIOS, PVH, loader without EFI services. */
    BOOTSCRUB_ENTRY_EFI,   /* EFI boot services were alive at entry. */
    BOOTSCRUB_ENTRY_KEXEC, /* The loader calls itself kexec. */
};

/* Memory encryption as one processor reports it. */
enum memcrypt_state {
    MEMCRYPT_UNKNOWN,
    MEMCRYPT_ACTIVE,
    MEMCRYPT_NOT_SUPPORTED,
    MEMCRYPT_NOT_ACTIVE,
    MEMCRYPT_BYPASSED,
    MEMCRYPT_NOT_LOCKED,
};

enum memcrypt_key {
    MEMCRYPT_KEY_UNKNOWN,
    MEMCRYPT_KEY_NEW,
    MEMCRYPT_KEY_RESTORED,
    MEMCRYPT_KEY_UNTOLD, /* No register tells, only markers on every node. */
};

/*
 * What AMD's secure processors report of TSME.  There is one in each socket,
 * and on Zen 1 one on each die.
 */
struct memcrypt_psp {
    unsigned int found; /* Those that report neither are silent. */
    unsigned int tsme, plain;
    unsigned int zen1;  /* How many of those found are Zen 1's. */
};

/* What the processors say when asked for the same, one by one. */
enum memcrypt_cpus {
    MEMCRYPT_CPUS_AGREE,
    MEMCRYPT_CPUS_DISAGREE,
    MEMCRYPT_CPUS_MISSING, /* A node with RAM has no processor to ask. */
};

/* What a session's record says of its own encryption. */
enum bootscrub_session {
    BOOTSCRUB_SESSION_UNKNOWN,
    BOOTSCRUB_SESSION_ENCRYPTED,
    BOOTSCRUB_SESSION_PLAINTEXT,
};

enum bootscrub_recorded {
    BOOTSCRUB_RECORD_ABSENT,
    BOOTSCRUB_RECORD_INVALID,
    BOOTSCRUB_RECORD_VALID,
};

/* Can this session be recorded? */
enum bootscrub_writable {
    BOOTSCRUB_NOT_TRIED, /* Without boot services nobody could. */
    BOOTSCRUB_NOT_WRITTEN,
    BOOTSCRUB_NO_ENTROPY,
    BOOTSCRUB_WRITTEN,
};

enum bootscrub_counter_kind {
    BOOTSCRUB_MONOTONIC, /* High half of GetNextMonotonicCount(). */
    BOOTSCRUB_TPM_RESET, /* resetCount of TPM2_ReadClock. */
    BOOTSCRUB_NR_COUNTERS
};

struct bootscrub_counter {
    bool recorded, present; /* Are was and is, respectively, known? */
    uint32_t was, is;
};

struct bootscrub_facts {
    bool hypervisor;             /* CPUID.1:ECX[31] */
    enum bootscrub_entry entry;
    enum memcrypt_state encryption;
    enum memcrypt_key key;
    enum memcrypt_cpus cpus;
    enum bootscrub_recorded record;
    enum bootscrub_session previous; /* Meaningful with a valid record. */
    struct bootscrub_counter counter[BOOTSCRUB_NR_COUNTERS];
    unsigned int markers_noise, markers_readable, markers_overwritten;
    bool noise_on_nodes;         /* On each node with memory to be skipped. */
    bool receipt;                /* Its token hashes to the record's. */
    bool same_coverage;
    enum bootscrub_writable written;
    bool runtime_services;
};

enum bootscrub_action {
    BOOTSCRUB_BACKGROUND, /* Everything, by idle CPUs. */
    BOOTSCRUB_SYNC,       /* Everything, by all CPUs, before dom0. */
    BOOTSCRUB_SKIP,       /* As BACKGROUND, less the clean ranges. */
};

struct bootscrub_verdict {
    enum bootscrub_action action;
    enum bootscrub_reason reason;
    bool receipt;         /* To be written once the action allows. */
    bool lost_encryption; /* Active in the recorded session, not now. */
    enum bootscrub_reason contradiction; /* Asserted, and disproved by this;
                                            R_PROVEN if by nothing. */
    enum bootscrub_reason gate[BOOTSCRUB_NR_GATES]; /* R_PROVEN if proved */
};

/* What @reason says of its gate. */
enum bootscrub_state bootscrub_state(enum bootscrub_reason reason);

/*
 * Judge all gates and say what to do.  A receipt of a BOOTSCRUB_SYNC verdict
 * is due only when that scrub is complete, of any other at once.
 */
void bootscrub_decide(const struct bootscrub_facts *f,
                      const struct bootscrub_options *o,
                      struct bootscrub_verdict *v);

/* --- Command line (lib/bootscrub/cmdline.c) -------------------------- */

/*
 * Parse what follows "auto" in bootscrub=auto[,...].  @s starts at "auto".
 * Returns true and sets *@o, or returns false and leaves it alone.
 */
bool bootscrub_parse_auto(const char *s, struct bootscrub_options *o);

/*
 * Does a command line that Xen would parse end up with bootscrub=auto?
 * @requested is the answer for what was parsed before it.  @cmdline may be
 * NULL.
 */
bool bootscrub_scan(const char *cmdline, bool requested);

/* --- Ranges (lib/bootscrub/ranges.c) --------------------------------- */

#define BOOTSCRUB_MAX_RANGES 64

/* Sorted, disjoint, not touching.  start inclusive, end exclusive, bytes. */
struct bootscrub_ranges {
    unsigned int nr;
    struct bootscrub_range {
        uint64_t start, end;
    } r[BOOTSCRUB_MAX_RANGES];
};

/*
 * All of these keep a subset of the exact result when there are more than
 * BOOTSCRUB_MAX_RANGES: what is lost is scrubbed.
 */
void bootscrub_ranges_add(struct bootscrub_ranges *rs,
                          uint64_t start, uint64_t end);
void bootscrub_ranges_remove(struct bootscrub_ranges *rs,
                             uint64_t start, uint64_t end);
void bootscrub_ranges_intersect(struct bootscrub_ranges *rs,
                                const struct bootscrub_ranges *with);
/* Move edges inwards to multiples of @align, a power of two. */
void bootscrub_ranges_round(struct bootscrub_ranges *rs, uint64_t align);
uint64_t bootscrub_ranges_bytes(const struct bootscrub_ranges *rs);

/*
 * Is @addr inside?  Lowers *@end to where the answer changes, if that is
 * before *@end.
 */
bool bootscrub_ranges_find(const struct bootscrub_ranges *rs,
                           uint64_t addr, uint64_t *end);

/* --- Coverage (lib/bootscrub/coverage.c) ----------------------------- */

/* An EFI memory map: UEFI 2.10, section 7.2.3, EFI_MEMORY_DESCRIPTOR. */
struct bootscrub_efi_map {
    const void *desc;
    size_t size, desc_size;
};

/*
 * RAM that a scrub may be skipped for: at or above 4 GiB, write-back,
 * conventional memory or memory that returns to the heap when the firmware
 * and boot loader are done; not special-purpose or hot-pluggable; protected
 * by the processor's encryption as far as the map can say so.  [@exclude,
 * @exclude_end) is TME's exclusion range, empty if there is none.  Edges are
 * rounded inwards to 64 MiB, so that a firmware's small allocations do not
 * change the result from boot to boot.
 */
void bootscrub_covered(const struct bootscrub_efi_map *map,
                       uint64_t exclude, uint64_t exclude_end,
                       struct bootscrub_ranges *covered);

/* Conventional, write-back memory at or above 4 GiB, in whole pages. */
void bootscrub_conventional(const struct bootscrub_efi_map *map,
                            struct bootscrub_ranges *rs);

/* Is the page at @addr RAM that can be read?  For addresses out of NVRAM. */
bool bootscrub_readable_page(const struct bootscrub_efi_map *map,
                             uint64_t addr);

#define BOOTSCRUB_DIGEST_SIZE 32

void bootscrub_coverage_digest(const struct bootscrub_ranges *covered,
                               uint8_t digest[BOOTSCRUB_DIGEST_SIZE]);

/* --- Markers (lib/bootscrub/marker.c) -------------------------------- */

#define BOOTSCRUB_MAX_MARKERS 16
#define BOOTSCRUB_MARKER_SIZE 4096
#define BOOTSCRUB_SEED_SIZE 16

enum bootscrub_marker {
    BOOTSCRUB_MARKER_READABLE,    /* The key was kept, or none is used. */
    BOOTSCRUB_MARKER_NOISE,       /* What decryption with a new key gives. */
    BOOTSCRUB_MARKER_OVERWRITTEN, /* Someone was there: proves nothing. */
};

/*
 * Choose places, page aligned and ascending, spread over the interior of
 * @ranges.  Returns how many.
 */
unsigned int bootscrub_marker_places(const struct bootscrub_ranges *ranges,
                                     uint64_t place[BOOTSCRUB_MAX_MARKERS]);

/* Fill the page that is, or stands for, the one at @addr. */
void bootscrub_marker_fill(void *page, uint64_t addr,
                           const uint8_t seed[BOOTSCRUB_SEED_SIZE]);

enum bootscrub_marker bootscrub_marker_classify(
    const void *page, uint64_t addr, const uint8_t seed[BOOTSCRUB_SEED_SIZE]);

/*
 * Does each of the nodes that has memory in @ranges have a marker for which
 * @good is set?  @node holds what the nodes span; where nodes interleave, a
 * marker is nobody's.
 */
bool bootscrub_nodes_marked(const struct bootscrub_ranges *ranges,
                            const struct bootscrub_range *node,
                            unsigned int nr_nodes, const uint64_t *marker,
                            const bool *good, unsigned int nr_markers);

/* --- TPM (lib/bootscrub/tpm.c) --------------------------------------- */

#define BOOTSCRUB_TPM_COMMAND_SIZE 10
#define BOOTSCRUB_TPM_RESPONSE_SIZE 35

/* TPM2_ReadClock. */
void bootscrub_tpm_command(uint8_t buf[BOOTSCRUB_TPM_COMMAND_SIZE]);

/*
 * Set *@resets to the resetCount in the response to it.  Returns false for
 * anything but a complete and successful response, and if restartCount says
 * that resetCount misses a boot.
 */
bool bootscrub_tpm_resets(const uint8_t buf[BOOTSCRUB_TPM_RESPONSE_SIZE],
                          uint32_t *resets);

/* --- Record and receipt (lib/bootscrub/record.c) --------------------- */

#define BOOTSCRUB_TOKEN_SIZE 16
#define BOOTSCRUB_RECORD_SIZE 272
#define BOOTSCRUB_RECEIPT_SIZE 24

struct bootscrub_record {
    enum bootscrub_session session;
    bool counted[BOOTSCRUB_NR_COUNTERS];
    uint32_t counter[BOOTSCRUB_NR_COUNTERS];
    uint8_t token_digest[BOOTSCRUB_DIGEST_SIZE];
    uint8_t coverage[BOOTSCRUB_DIGEST_SIZE];
    uint8_t seed[BOOTSCRUB_SEED_SIZE];
    unsigned int nr_markers;
    uint64_t marker[BOOTSCRUB_MAX_MARKERS]; /* Ascending. */
};

void bootscrub_record_encode(const struct bootscrub_record *r,
                             uint8_t buf[BOOTSCRUB_RECORD_SIZE]);

/* Returns false, with *@r undefined, unless every byte is as encoded. */
bool bootscrub_record_decode(struct bootscrub_record *r,
                             const uint8_t *buf, size_t size);

void bootscrub_receipt_encode(const uint8_t token[BOOTSCRUB_TOKEN_SIZE],
                              uint8_t buf[BOOTSCRUB_RECEIPT_SIZE]);

/* Does the receipt confirm the session that @r records? */
bool bootscrub_receipt_confirms(const struct bootscrub_record *r,
                                const uint8_t *buf, size_t size);

#ifdef __XEN__

/* --- What the EFI loader found and did, for Xen proper ------------------ */

struct bootscrub_loader {
    bool ran;              /* bootscrub=auto was asked for. */
    enum bootscrub_recorded recorded;
    struct bootscrub_record previous; /* If recorded is VALID. */
    bool receipt;
    bool counted[BOOTSCRUB_NR_COUNTERS];
    uint32_t counter[BOOTSCRUB_NR_COUNTERS];
    unsigned int markers[3];          /* By enum bootscrub_marker. */
    bool noise[BOOTSCRUB_MAX_MARKERS]; /* Which of the previous ones. */
    struct bootscrub_record planted;   /* This session's. */
    struct memcrypt_psp psp;
    bool same_coverage;
    enum bootscrub_writable written;
    struct bootscrub_ranges covered;
    uint8_t token[BOOTSCRUB_TOKEN_SIZE];
    unsigned long token_maddr;        /* Of token, when the loader ran. */
};

extern struct bootscrub_loader bootscrub_loader;

/* --- arch/x86/efi/bootscrub.c ------------------------------------------- */

/* efi_bootscrub() is in efi.h, for its types. */
/* So is efi_memcrypt_psp(), of arch/x86/memcrypt/psp.c. */
/* Clean ranges, by the memory map with which boot services ended. */
void efi_bootscrub_clean(struct bootscrub_ranges *clean);
/* At run time: write the receipt.  0 or -errno. */
int efi_bootscrub_receipt(const uint8_t token[BOOTSCRUB_TOKEN_SIZE]);

/* --- arch/x86/bootscrub/core.c ------------------------------------------- */

#ifdef CONFIG_BOOTSCRUB_AUTO

/* bootscrub=auto[,...]: returns 0 or -EINVAL. */
int bootscrub_auto_param(const char *s);
/* Before the heap is populated.  @loader is the boot loader's name. */
void bootscrub_init(const char *loader);
/*
 * May the page at @mfn enter the heap unmarked?  Lowers *@nr to the number
 * of pages for which the answer is the same.
 */
bool bootscrub_clean(unsigned long mfn, unsigned long *nr);
/* @nr pages entered the heap, unmarked if @clean. */
void bootscrub_account(unsigned long nr, bool clean);
/* When dom0 is built: verdict, hypfs, receipt. */
void bootscrub_report(bool heap_limited);

#else

static inline int bootscrub_auto_param(const char *s) { return -EINVAL; }
static inline void bootscrub_init(const char *loader) {}
static inline bool bootscrub_clean(unsigned long mfn, unsigned long *nr)
{
    return false;
}
static inline void bootscrub_account(unsigned long nr, bool clean) {}
static inline void bootscrub_report(bool heap_limited) {}

#endif

/* --- common/page_alloc.c ------------------------------------------------ */

/* Pages of each node's heap that wait to be scrubbed. */
extern unsigned long node_need_scrub[];
/* Is bootscrub=auto in force? */
bool bootscrub_is_auto(void);
/* Scrub all free pages of the heap with all CPUs. */
void scrub_heap_pages(void);

#endif /* __XEN__ */

#endif /* XEN_BOOTSCRUB_H */
