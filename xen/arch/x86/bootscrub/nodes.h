/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which processors answer for which memory.
 */
#ifndef BOOTSCRUB_NODES_H
#define BOOTSCRUB_NODES_H

#include <xen/mm.h>
#include <xen/numa.h>

#include <asm/bootscrub.h>

/*
 * Walk ACPI's MADT, and compare the SRAT with what Xen made of it.  @candidate
 * is the memory that might be skipped.
 */
void bootscrub_read_tables(const struct memcrypt_regs *r,
                           const struct bootscrub_ranges *candidate);

/*
 * package.c: how many low bits of an APIC ID tell apart the processors of one
 * package.
 */
unsigned int bootscrub_package_shift(bool amd);

/* Packages that have processors. */
unsigned int bootscrub_sockets(void);

/*
 * The node that @addr is on; NUMA_NO_NODE if it is on none, or more than one
 * node spans it.
 */
nodeid_t bootscrub_node_of(uint64_t addr);

/*
 * cbit.c: where the C-bit can tell whether memory is encrypted, and nothing
 * else does, read the markers that @m says were planted, with and without it.
 * Sets @tried for nodes on which at least one was read.
 */
enum memcrypt_cbit bootscrub_try_cbit(const struct memcrypt_regs *r,
                                      const struct bootscrub_record *m,
                                      bool tried[MAX_NUMNODES]);

/* map.c: map the page at @maddr, @r's C-bit set if @cbit; one at a time. */
const void *bootscrub_map(const struct memcrypt_regs *r, uint64_t maddr,
                          bool cbit);
void bootscrub_unmap(void);
/* What was read with one C-bit must not be what is read with the other. */
void bootscrub_flush(void);

/*
 * Fill in facts of all nodes.  @tried: nodes on which the C-bit was tried.
 * Before the other processors come up (@up is false) they are taken to agree.
 */
void bootscrub_collect_nodes(struct bootscrub_facts *f,
                             const struct memcrypt_regs *r,
                             const struct bootscrub_ranges *candidate,
                             const bool tried[MAX_NUMNODES], bool up);

/* Leave in @rs what lies on nodes that the verdict skips. */
void bootscrub_keep_skipped(const struct bootscrub_verdict *v,
                            struct bootscrub_ranges *rs);

#endif /* BOOTSCRUB_NODES_H */
