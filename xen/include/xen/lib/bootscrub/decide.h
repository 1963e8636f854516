/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: the decision.  Facts in, verdict and reason out.
 */
#ifndef XEN_LIB_BOOTSCRUB_DECIDE_H
#define XEN_LIB_BOOTSCRUB_DECIDE_H

#include <xen/lib/bootscrub/types.h>

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
    bool assert_encrypted; /* Fills what is unknown of gates 2 to 7. */
    bool fallback_on;      /* Scrub before dom0, not in the background. */
};

enum bootscrub_entry {
    BOOTSCRUB_ENTRY_OTHER, /* Legacy BIOS, PVH, loader without EFI services. */
    BOOTSCRUB_ENTRY_EFI,   /* EFI boot services were alive at entry. */
    BOOTSCRUB_ENTRY_KEXEC, /* The loader calls itself kexec. */
};

/* Memory encryption of the machine. */
enum bootscrub_encryption {
    BOOTSCRUB_ENCRYPTION_UNKNOWN,
    BOOTSCRUB_ENCRYPTION_ACTIVE,
    BOOTSCRUB_ENCRYPTION_NOT_SUPPORTED,
    BOOTSCRUB_ENCRYPTION_NOT_ACTIVE,
    BOOTSCRUB_ENCRYPTION_BYPASSED,
    BOOTSCRUB_ENCRYPTION_NOT_LOCKED,
    BOOTSCRUB_ENCRYPTION_CPUS_DISAGREE,
};

/* What the processors say of the key. */
enum bootscrub_key {
    BOOTSCRUB_KEY_UNKNOWN,  /* Nothing, or they cannot be asked. */
    BOOTSCRUB_KEY_NEW,
    BOOTSCRUB_KEY_RESTORED,
    BOOTSCRUB_KEY_UNTOLD,   /* AMD, encrypting: no register says anything. */
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

/* What is known of the previous session, from the record and the receipt. */
struct bootscrub_chain {
    enum bootscrub_recorded record;
    enum bootscrub_session previous; /* Meaningful with a valid record. */
    struct bootscrub_counter counter[BOOTSCRUB_NR_COUNTERS];
    bool receipt;                /* Its token hashes to the record's. */
    bool same_coverage;
    bool covered;                /* Is any memory covered now? */
};

#define BOOTSCRUB_MAX_NODES 64

/* A NUMA node's share of the evidence. */
struct bootscrub_node {
    bool covered;    /* Some of its memory is. */
    bool processors; /* It has any. */
    bool asked;      /* A processor of each of its packages agrees. */
    bool encrypted;  /* Evidence of encryption reaches this node. */
    bool one_key;    /* Its memory is one package's (Zen 1: die's). */
    /* Markers of the previous session, by what they read as now. */
    unsigned int recorded, readable, noise, cleared;
};

struct bootscrub_facts {
    bool hypervisor;             /* CPUID.1:ECX[31] */
    enum bootscrub_entry entry;
    enum bootscrub_encryption encryption;
    enum bootscrub_key key;
    struct bootscrub_chain chain;
    unsigned int unpaid;         /* This session's. */
    enum bootscrub_writable written;
    bool runtime_services;
    bool heap_limited;           /* mem=, availmem=, badpage= */
    bool srat_unused;            /* Firmware has one, and Xen ignores it. */
    bool readable_elsewhere;     /* A readable marker on no single node. */
    unsigned int nr_nodes;
    struct bootscrub_node node[BOOTSCRUB_MAX_NODES];
};

enum bootscrub_action {
    BOOTSCRUB_BACKGROUND, /* Everything, by idle CPUs. */
    BOOTSCRUB_SYNC,       /* Everything, by all CPUs, before dom0. */
    BOOTSCRUB_SKIP,       /* As BACKGROUND, less the clean ranges. */
};

/* What becomes of a node under BOOTSCRUB_SKIP. */
enum bootscrub_share {
    BOOTSCRUB_NODE_SKIPPED,
    BOOTSCRUB_NODE_NOT_COVERED,
    BOOTSCRUB_NODE_UNASKED,     /* No processor could be asked about it. */
    BOOTSCRUB_NODE_UNENCRYPTED, /* No evidence of encryption reaches it. */
    BOOTSCRUB_NODE_READABLE,    /* A marker on it is readable. */
    BOOTSCRUB_NODE_NO_KEY,      /* Its key is not shown to be new. */
};

struct bootscrub_verdict {
    enum bootscrub_action action;
    enum bootscrub_reason reason;
    bool receipt;         /* Due: see bootscrub_decide(). */
    bool backed_off;      /* It would establish, but for unpaid. */
    bool lost_encryption; /* Active in the recorded session, not now. */
    enum bootscrub_reason contradiction; /* Asserted, and disproved by this;
                                            R_PROVEN if by nothing. */
    enum bootscrub_reason gate[BOOTSCRUB_NR_GATES]; /* R_PROVEN if proved */
    enum bootscrub_share share[BOOTSCRUB_MAX_NODES];
};

/* What @reason says of its gate. */
enum bootscrub_state bootscrub_state(enum bootscrub_reason reason);

/* Gates 4, 6 and 7: is the chain of recorded sessions whole? */
bool bootscrub_chain_proved(const struct bootscrub_chain *c);

#define BOOTSCRUB_MAX_UNPAID 254

/*
 * For how many sessions the chain has been broken, this one included, without
 * a skip in between.  @was is the number of the previous session, 0 if none is
 * recorded; @skipped, whether its receipt says that it skipped.
 */
unsigned int bootscrub_unpaid(unsigned int was, bool skipped,
                              const struct bootscrub_chain *c);

/*
 * Judge all gates and say what to do.  A receipt of a BOOTSCRUB_SYNC verdict
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
