/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One boot of Xen in user space: efi_bootscrub() and core.c, in the order in
 * which Xen's hooks call them, on the mock firmware.  What memory holds is
 * the caller's business.
 */
#ifndef MOCK_HYPERVISOR_H
#define MOCK_HYPERVISOR_H

#include <xen/bootscrub.h>
#include <asm/bootscrub.h>

#define MOCK_MAX_PROBES 8
#define MOCK_MAX_NODES 4
#define MOCK_MAX_CPUS 300

/* A processor in the MADT.  Those that can be up have the first numbers. */
struct mock_cpu {
    uint32_t apic_id;
    uint8_t node;    /* By the SRAT; NUMA_NO_NODE if it does not say */
    bool disabled, x2apic_entry;
    bool cut;        /* The entry is too short for what it says. */
    bool down;       /* It never comes up, ... */
    bool unknown;    /* ... or Xen takes no account of it, */
    bool differs;    /* or its registers are not as CPU0's. */
};

struct mock_boot {
    const char *options;   /* What follows "bootscrub=", ... */
    const char *before;    /* ... and another one before it, if not NULL */
    bool unheard;          /* The loader hears of auto, Xen does not. */
    const char *loader;    /* Name of the boot loader */
    bool efi, runtime_services;
    struct memcrypt_regs regs;
    unsigned int package_shift; /* APIC ID >> this is the package. */
    bool cbit_matters;     /* Through it, memory reads as something else, */
    struct bootscrub_range cbit_spared; /* ... but for this. */
    uint64_t node1;        /* Where the second node starts; 0 for one, */
    unsigned int nr_nodes; /* unless they are listed here. */
    struct bootscrub_range node[MOCK_MAX_NODES];
    bool no_srat;          /* The firmware has none: one node, of no number. */
    bool srat_unused;      /* It has one, and Xen does not use it. */
    unsigned int nr_fake;  /* numa=fake: Xen's own nodes, by SRAT's numbers. */
    struct bootscrub_range fake[MOCK_MAX_NODES];
    struct {               /* One more entry of the SRAT. */
        struct bootscrub_range memory;
        uint8_t node;
        bool disabled, cut;
    } srat_more;
    bool x2apic;           /* How the firmware left the local APICs. */
    unsigned int nr_cpus;  /* 0: one on each node */
    struct mock_cpu cpu[MOCK_MAX_CPUS];
    bool badpages;
    struct bootscrub_range heap; /* All memory that Xen uses, ... */
    struct bootscrub_range reserved; /* ... but for what is no RAM, ... */
    struct bootscrub_range crash; /* ... and set aside for a crash kernel. */
    uint8_t *stale;        /* Where the token was before Xen moved; or NULL */
    bool stale_reused;     /* Somebody else's bytes are there now. */
    bool rdrand;           /* The real processor's */
    bool cut_scrub;        /* The power goes during the complete scrub. */
    unsigned int nr_probes;
    struct bootscrub_range probe[MOCK_MAX_PROBES];
};

struct mock_result {
    bool off;              /* The power went. */
    struct bootscrub_facts facts;
    struct bootscrub_verdict verdict;
    int receipt;           /* As in bootscrub_report, ... */
    unsigned long skipped_pages, scrubbed_pages; /* ... as these. */
    unsigned int markers[BOOTSCRUB_NR_MARKER_CLASSES];
    uint8_t token[BOOTSCRUB_TOKEN_SIZE]; /* What the loader drew. */
    bool token_left;       /* On the stack, when it has to be secret. */
    bool cbit_tried;       /* A page was mapped with the C-bit. */
    bool told, published;  /* To the log, and to hypfs. */
    bool scrubbed;         /* Completely, by all CPUs. */
    uint64_t crash_cleared; /* bytes of the crash kernel's area */
    /* Does a page in the probe enter the heap unmarked, at first or later? */
    bool unmarked[MOCK_MAX_PROBES], unmarked_late[MOCK_MAX_PROBES];
};

void mock_run(const struct mock_boot *in, struct mock_result *out);

#endif /* MOCK_HYPERVISOR_H */
