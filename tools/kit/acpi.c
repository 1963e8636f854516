/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ACPI's tables as the hypervisor's nodes.c wants them: processors (MADT),
 * and which of them, and of memory, is on which node (SRAT).
 */

#include "kit.h"

#include "xen.h"

/* ACPI 6.5, section 5.2.5.3 */
struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt, length;
    uint64_t xsdt;
    uint8_t extended_checksum, reserved[3];
} __attribute__((packed));

#define MADT_ENTRIES 44
#define SRAT_ENTRIES 48

static EFI_GUID acpi2_guid = {
    0x8868e871, 0xe4f1, 0x11d3,
    { 0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81 }
};

bool acpi_emulated;
nodeid_t apicid_to_node[MAX_LOCAL_APIC];

static unsigned int nr_nodes;
static uint32_t node_pxm[MAX_NUMNODES];
static struct bootscrub_range node[MAX_NUMNODES];

static const struct rsdp *find_rsdp(void)
{
    struct rsdp *rsdp;

    return LibGetSystemConfigurationTable(&acpi2_guid,
                                          (void **)&rsdp) == EFI_SUCCESS &&
           rsdp->revision >= 2 ? rsdp : NULL;
}

static struct acpi_table_header *find_table(const char *id)
{
    const struct rsdp *rsdp = find_rsdp();
    const struct acpi_table_header *xsdt;
    unsigned int at;

    if ( !rsdp || !rsdp->xsdt )
        return NULL;

    xsdt = (const void *)rsdp->xsdt;
    for ( at = sizeof(*xsdt); at + 8 <= xsdt->length; at += 8 )
    {
        uint64_t addr;

        memcpy(&addr, (const uint8_t *)xsdt + at, sizeof(addr));
        if ( addr && !memcmp((const void *)addr, id, 4) )
            return (void *)addr;
    }

    return NULL;
}

int acpi_table_parse(const char *id, acpi_table_handler *handler)
{
    struct acpi_table_header *table = find_table(id);

    return table ? handler(table) : -1;
}

static int parse(const char *id, unsigned int at, int type,
                 acpi_entry_handler *handler)
{
    struct acpi_table_header *table = find_table(id);
    int nr = 0;

    if ( !table )
        return -1;

    while ( at + sizeof(struct acpi_subtable_header) <= table->length )
    {
        struct acpi_subtable_header *entry = (void *)((uint8_t *)table + at);

        if ( entry->length < sizeof(*entry) ||
             at + entry->length > table->length )
            break;

        if ( entry->type == type )
        {
            handler(entry, (unsigned long)table + table->length);
            nr++;
        }

        at += entry->length;
    }

    return nr;
}

int acpi_table_parse_madt(int id, acpi_entry_handler *handler,
                          unsigned int max)
{
    return parse("APIC", MADT_ENTRIES, id, handler);
}

int acpi_table_parse_srat(int id, acpi_entry_handler *handler,
                          unsigned int max)
{
    return parse(ACPI_SIG_SRAT, SRAT_ENTRIES, id, handler);
}

nodeid_t pxm_to_node(unsigned int pxm)
{
    unsigned int i;

    for ( i = 0; i < nr_nodes; i++ )
        if ( node_pxm[i] == pxm )
            return i;

    return NUMA_NO_NODE;
}

/* Nodes get their numbers in the order of the table, as in Xen. */
static nodeid_t add_node(uint32_t pxm)
{
    nodeid_t found = pxm_to_node(pxm);

    if ( found != NUMA_NO_NODE || nr_nodes == MAX_NUMNODES )
        return found;

    node_pxm[nr_nodes] = pxm;

    return nr_nodes++;
}

static void place_cpu(uint32_t apic_id, uint32_t pxm)
{
    nodeid_t on = add_node(pxm);

    if ( apic_id < MAX_LOCAL_APIC )
        apicid_to_node[apic_id] = on;
}

static int see_cpu(struct acpi_subtable_header *header,
                   const unsigned long end)
{
    const struct acpi_srat_cpu_affinity *c = (const void *)header;

    if ( !BAD_MADT_ENTRY(c, end) && (c->flags & ACPI_SRAT_CPU_ENABLED) )
        place_cpu(c->apic_id, c->proximity_domain_lo |
                  (uint32_t)c->proximity_domain_hi[0] << 8 |
                  (uint32_t)c->proximity_domain_hi[1] << 16 |
                  (uint32_t)c->proximity_domain_hi[2] << 24);

    return 0;
}

static int see_x2apic(struct acpi_subtable_header *header,
                      const unsigned long end)
{
    const struct acpi_srat_x2apic_affinity *c = (const void *)header;

    if ( !BAD_MADT_ENTRY(c, end) && (c->flags & ACPI_SRAT_CPU_ENABLED) )
        place_cpu(c->apic_id, c->proximity_domain);

    return 0;
}

static int see_memory(struct acpi_subtable_header *header,
                      const unsigned long end)
{
    const struct acpi_srat_mem_affinity *m = (const void *)header;
    nodeid_t on;

    if ( BAD_MADT_ENTRY(m, end) || !(m->flags & ACPI_SRAT_MEM_ENABLED) ||
         !m->length )
        return 0;

    on = add_node(m->proximity_domain);
    if ( on == NUMA_NO_NODE )
        return 0;

    if ( !node[on].end || m->base_address < node[on].start )
        node[on].start = m->base_address;
    if ( m->base_address + m->length > node[on].end )
        node[on].end = m->base_address + m->length;

    return 0;
}

void acpi_init(void)
{
    const struct rsdp *rsdp = find_rsdp();
    unsigned int i, spans = 0;

    acpi_emulated = rsdp && !memcmp(rsdp->oem_id, "BOCHS ", 6);

    nr_nodes = 0;
    memset(node, 0, sizeof(node));
    memset(apicid_to_node, NUMA_NO_NODE, sizeof(apicid_to_node));

    acpi_table_parse_srat(ACPI_SRAT_TYPE_CPU_AFFINITY, see_cpu, 0);
    acpi_table_parse_srat(ACPI_SRAT_TYPE_X2APIC_AFFINITY, see_x2apic, 0);
    acpi_table_parse_srat(ACPI_SRAT_TYPE_MEMORY_AFFINITY, see_memory, 0);

    for ( i = 0; i < nr_nodes; i++ )
        spans += node[i].end != 0;

    /* Without memory in an SRAT the machine is one node. */
    if ( !spans )
    {
        nr_nodes = 1;
        node[0] = (struct bootscrub_range){ 0, 1ULL << 52 };
        memset(apicid_to_node, NUMA_NO_NODE, sizeof(apicid_to_node));
    }
}

unsigned long node_start_pfn(unsigned int i)
{
    return paddr_to_pfn(node[i].start);
}

unsigned long node_end_pfn(unsigned int i)
{
    return paddr_to_pfn(node[i].end);
}
