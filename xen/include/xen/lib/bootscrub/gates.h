/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootscrub=auto: the facts, and the gates that they open.
 */
#ifndef XEN_LIB_BOOTSCRUB_GATES_H
#define XEN_LIB_BOOTSCRUB_GATES_H

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
    bool taken_back;             /* Asserted, and then disproved. */
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

/* What becomes of a node under BOOTSCRUB_SKIP. */
enum bootscrub_share {
    BOOTSCRUB_NODE_SKIPPED,
    BOOTSCRUB_NODE_NOT_COVERED,
    BOOTSCRUB_NODE_UNASKED,     /* No processor could be asked about it. */
    BOOTSCRUB_NODE_UNENCRYPTED, /* No evidence of encryption reaches it. */
    BOOTSCRUB_NODE_READABLE,    /* A marker on it is readable. */
    BOOTSCRUB_NODE_NO_KEY,      /* Its key is not shown to be new. */
};

/* What @reason says of its gate. */
enum bootscrub_state bootscrub_state(enum bootscrub_reason reason);

/* Gates 4, 6 and 7: is the chain of recorded sessions whole? */
bool bootscrub_chain_proved(const struct bootscrub_chain *c);

/* Is there a counter now? */
bool bootscrub_has_counter(const struct bootscrub_chain *c);

/* What @f says of each gate, and of each of its f->nr_nodes nodes. */
void bootscrub_judge(const struct bootscrub_facts *f,
                     enum bootscrub_reason gate[BOOTSCRUB_NR_GATES],
                     enum bootscrub_share share[BOOTSCRUB_MAX_NODES]);

#endif /* XEN_LIB_BOOTSCRUB_GATES_H */
