/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which processors answer for which memory, by ACPI's tables.
 *
 * Memory is encrypted by the package that it is attached to.  A node whose
 * packages were all asked, and agree, is known; a node without processors
 * (CXL), or with a processor that never came up, is not.
 */

#include <xen/acpi.h>
#include <xen/cpumask.h>
#include <xen/init.h>
#include <xen/nodemask.h>
#include <xen/pfn.h>
#include <xen/smp.h>

#include <asm/apicdef.h>
#include <asm/msr.h>

#include "nodes.h"

/* A package that has processors on a node.  Servers have tens of pairs. */
#define MAX_PAIRS 256

struct pair {
    uint32_t package;
    nodeid_t node; /* NUMA_NO_NODE: the SRAT does not say. */
    bool fits;     /* Xen can use at least one of the processors. */
};

static struct pair __initdata pairs[MAX_PAIRS];
static unsigned int __initdata nr_pairs, package_shift;
static bool __initdata too_many, x2apic, amd, srat_unused;
static const struct bootscrub_ranges *__initdata candidate_ranges;

static nodeid_t __init node_of_apic(uint32_t apic_id)
{
    return apic_id < MAX_LOCAL_APIC ? apicid_to_node[apic_id] : NUMA_NO_NODE;
}

static void __init add_processor(uint32_t apic_id)
{
    bool fits = apic_id < MAX_LOCAL_APIC;
    struct pair new = {
        .package = apic_id >> package_shift,
        .node = node_of_apic(apic_id),
        .fits = fits,
    };
    unsigned int i;

    for ( i = 0; i < nr_pairs; i++ )
        if ( pairs[i].package == new.package && pairs[i].node == new.node )
        {
            pairs[i].fits |= fits;
            return;
        }

    if ( nr_pairs == MAX_PAIRS )
        too_many = true;
    else
        pairs[nr_pairs++] = new;
}

/*
 * Firmware fills tables up with entries that cannot be a running processor:
 * disabled, with the broadcast ID, or with an ID that does not fit the mode in
 * which the firmware left the local APICs (Intel SDM, vol. 3, section 11.4.6
 * and 11.12: 8 bits in xAPIC mode).
 *
 * AMD's firmware can be set to leave those processors in xAPIC mode whose IDs
 * fit, and the others in x2APIC mode ("compatibility").  Larger numbers than
 * it has IDs are garbage.
 */
#define MAX_MIXED_ID 0xfffU

static bool __init is_processor(uint32_t apic_id, uint32_t flags)
{
    return (flags & ACPI_MADT_ENABLED) && apic_id != 0xffffffffU &&
           (x2apic || apic_id < 0xff || (amd && apic_id <= MAX_MIXED_ID));
}

static int __init cf_check see_lapic(struct acpi_subtable_header *header,
                                     const unsigned long end)
{
    const struct acpi_madt_local_apic *p =
        container_of(header, struct acpi_madt_local_apic, header);

    if ( !BAD_MADT_ENTRY(p, end) && p->id != 0xff &&
         is_processor(p->id, p->lapic_flags) )
        add_processor(p->id);

    return 0;
}

static int __init cf_check see_x2apic(struct acpi_subtable_header *header,
                                      const unsigned long end)
{
    const struct acpi_madt_local_x2apic *p =
        container_of(header, struct acpi_madt_local_x2apic, header);

    if ( !BAD_MADT_ENTRY(p, end) &&
         is_processor(p->local_apic_id, p->lapic_flags) )
        add_processor(p->local_apic_id);

    return 0;
}

/* Is all of @rs between @start and @end within what @node spans? */
static bool __init is_on_node(const struct bootscrub_ranges *rs,
                              uint64_t start, uint64_t end, nodeid_t node)
{
    unsigned int i;

    if ( node == NUMA_NO_NODE || !node_online(node) )
        return bootscrub_ranges_outside(rs, start, end);

    for ( i = 0; i < rs->nr; i++ )
    {
        uint64_t from = max(rs->r[i].start, start);
        uint64_t to = min(rs->r[i].end, end);

        if ( from < to && (from < pfn_to_paddr(node_start_pfn(node)) ||
                           to > pfn_to_paddr(node_end_pfn(node))) )
            return false;
    }

    return true;
}

/*
 * Does Xen have this memory on the node where the SRAT has it?  It has not
 * with numa=off, noacpi or fake, or where it found the SRAT faulty.  What the
 * SRAT says of addresses without RAM does not matter.
 */
static int __init cf_check see_memory(struct acpi_subtable_header *header,
                                      const unsigned long end)
{
    const struct acpi_srat_mem_affinity *m =
        container_of(header, struct acpi_srat_mem_affinity, header);

    if ( !BAD_MADT_ENTRY(m, end) && (m->flags & ACPI_SRAT_MEM_ENABLED) &&
         !is_on_node(candidate_ranges, m->base_address,
                     m->base_address + m->length,
                     pxm_to_node(m->proximity_domain)) )
        srat_unused = true;

    return 0;
}

static int __init cf_check see_srat(struct acpi_table_header *table)
{
    return 0;
}

void __init bootscrub_read_tables(const struct memcrypt_regs *r,
                                  const struct bootscrub_ranges *candidate)
{
    uint64_t apic_base = 0;

    memcrypt_rdmsr(MSR_APIC_BASE, &apic_base);
    x2apic = apic_base & APIC_BASE_EXTD;
    package_shift = bootscrub_package_shift(r->amd);
    amd = r->amd;

    acpi_table_parse_madt(ACPI_MADT_TYPE_LOCAL_APIC, see_lapic, 0);
    acpi_table_parse_madt(ACPI_MADT_TYPE_LOCAL_X2APIC, see_x2apic, 0);

    candidate_ranges = candidate;
    if ( !acpi_table_parse(ACPI_SIG_SRAT, see_srat) )
        acpi_table_parse_srat(ACPI_SRAT_TYPE_MEMORY_AFFINITY, see_memory, 0);
}

unsigned int __init bootscrub_sockets(void)
{
    unsigned int i, j, nr = 0;

    for ( i = 0; i < nr_pairs; i++ )
    {
        for ( j = 0; pairs[j].package != pairs[i].package; j++ )
            continue;

        nr += i == j;
    }

    return nr;
}

nodeid_t __init bootscrub_node_of(uint64_t addr)
{
    unsigned long pfn = paddr_to_pfn(addr);
    nodeid_t found = NUMA_NO_NODE;
    unsigned int node;

    for_each_online_node ( node )
    {
        if ( pfn < node_start_pfn(node) || pfn >= node_end_pfn(node) )
            continue;

        if ( found != NUMA_NO_NODE )
            return NUMA_NO_NODE;

        found = node;
    }

    return found;
}

/* Has any processor of @package been up, and asked? */
static bool __init is_asked(uint32_t package)
{
    unsigned int cpu;

    for_each_present_cpu ( cpu )
        if ( x86_cpu_to_apicid[cpu] >> package_shift == package &&
             memcrypt_asked(cpu) )
            return true;

    return false;
}

/* A processor that the SRAT has on no node may be of any. */
static bool __init answers_for(const struct pair *p, unsigned int node)
{
    return p->node == node || p->node == NUMA_NO_NODE;
}

static bool __init is_listed(uint32_t package)
{
    unsigned int i;

    for ( i = 0; i < nr_pairs; i++ )
        if ( pairs[i].package == package )
            return true;

    return false;
}

/*
 * Has a processor come up, perhaps on @node, of a package that was taken to
 * have none?
 */
static bool __init has_unlisted(unsigned int node)
{
    unsigned int cpu;

    for_each_present_cpu ( cpu )
    {
        uint32_t id = x86_cpu_to_apicid[cpu];

        if ( memcrypt_asked(cpu) && !is_listed(id >> package_shift) &&
             (node_of_apic(id) == node || node_of_apic(id) == NUMA_NO_NODE) )
            return true;
    }

    return false;
}

static unsigned int __init nodes_of(uint32_t package)
{
    unsigned int i, nr = 0;

    for ( i = 0; i < nr_pairs; i++ )
        nr += pairs[i].package == package;

    return nr;
}

static bool __init is_tried(uint32_t package, const bool *tried)
{
    unsigned int i, node;

    for ( i = 0; i < nr_pairs; i++ )
        if ( pairs[i].package == package )
            for_each_online_node ( node )
                if ( answers_for(&pairs[i], node) && tried[node] )
                    return true;

    return false;
}

static bool __init srat_has_processors(void)
{
    unsigned int i;

    for ( i = 0; i < nr_pairs; i++ )
        if ( pairs[i].node != NUMA_NO_NODE )
            return true;

    return false;
}

/*
 * On AMD, what one node shows holds for its socket; on Zen 1, for its die.
 * There, a node of several dies cannot be told from one of one by anything
 * but their number.
 */
static void __init collect_node(struct bootscrub_node *n, unsigned int node,
                                const struct memcrypt_regs *r,
                                const bool *tried, bool up)
{
    unsigned int i, packages = 0, dies = memcrypt_dies(r);
    bool placed = srat_has_processors();

    n->asked = !too_many && !(up && has_unlisted(node));
    n->encrypted = true;
    n->one_key = true;

    for ( i = 0; i < nr_pairs; i++ )
    {
        const struct pair *p = &pairs[i];

        if ( !answers_for(p, node) )
            continue;

        packages++;
        n->processors |= p->node == node || !placed;
        n->asked &= up ? is_asked(p->package) : p->fits;
        n->one_key &= nodes_of(p->package) >= dies;

        if ( r->amd && !memcrypt_psps_suffice(r) )
            n->encrypted &= dies > 1 ? tried[node] && n->one_key
                                     : is_tried(p->package, tried);
    }

    n->one_key &= packages == 1;
}

void __init bootscrub_collect_nodes(struct bootscrub_facts *f,
                                    const struct memcrypt_regs *r,
                                    const struct bootscrub_ranges *candidate,
                                    const bool tried[MAX_NUMNODES], bool up)
{
    unsigned int node;

    BUILD_BUG_ON(MAX_NUMNODES > BOOTSCRUB_MAX_NODES);

    f->nr_nodes = MAX_NUMNODES;
    /* Without a table of processors, ACPI is off, and the SRAT with it. */
    f->srat_unused = srat_unused || !nr_pairs;

    for_each_online_node ( node )
        if ( node_spanned_pages(node) )
        {
            f->node[node].covered = !bootscrub_ranges_outside(
                candidate, pfn_to_paddr(node_start_pfn(node)),
                pfn_to_paddr(node_end_pfn(node)));
            f->node[node].processors = false;
            collect_node(&f->node[node], node, r, tried, up);
        }
}

/*
 * Where nodes interleave, what two of them span goes with the one that is
 * taken out.  Memory on no node is left out, too.
 */
void __init bootscrub_keep_skipped(const struct bootscrub_verdict *v,
                                   struct bootscrub_ranges *rs)
{
    struct bootscrub_ranges kept = {};
    unsigned int node;

    for_each_online_node ( node )
        if ( v->share[node] == BOOTSCRUB_NODE_SKIPPED )
            bootscrub_ranges_add(&kept, pfn_to_paddr(node_start_pfn(node)),
                                 pfn_to_paddr(node_end_pfn(node)));

    bootscrub_ranges_intersect(rs, &kept);

    for_each_online_node ( node )
        if ( v->share[node] != BOOTSCRUB_NODE_SKIPPED )
            bootscrub_ranges_remove(rs, pfn_to_paddr(node_start_pfn(node)),
                                    pfn_to_paddr(node_end_pfn(node)));
}
