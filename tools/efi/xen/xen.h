/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of Xen as the files of memory encryption and bootscrub=auto need,
 * by Xen's names, where they run as part of an EFI application.  What is
 * only declared here is defined by applications that use it.
 *
 * On x86 UEFI maps memory one to one (UEFI 2.10, section 2.3.4).
 */
#ifndef EFI_XEN_H
#define EFI_XEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/init.h>

#define _AC(val, suffix) val ## suffix
#include <xen/arch/x86/include/asm/msr-index.h>

#define PAGE_SHIFT        12
#define PFN_UP(x)         (((x) + (1UL << PAGE_SHIFT) - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)       ((x) >> PAGE_SHIFT)
#define pfn_to_paddr(pfn) ((uint64_t)(pfn) << PAGE_SHIFT)
#define paddr_to_pfn(pa)  ((unsigned long)((pa) >> PAGE_SHIFT))
#define virt_to_maddr(va) ((unsigned long)(va))
#define maddr_to_virt(ma) ((void *)(ma))

enum system_state {
    SYS_STATE_early_boot,
    SYS_STATE_boot,
    SYS_STATE_active,
};
extern enum system_state system_state;

/* The token never moves, so nothing has to be looked up. */
#define RAM_TYPE_CONVENTIONAL 1
static inline bool page_is_ram_type(unsigned long pfn, unsigned long type)
{
    return pfn && type;
}

#define E820_RAM 1
struct e820map {
    unsigned int nr_map;
    struct {
        uint64_t addr, size;
        uint32_t type;
    } map[1];
};
extern struct e820map e820;
int e820_all_mapped(uint64_t start, uint64_t end, unsigned int type);

#define GB(n) ((uint64_t)(n) << 30)
#define MASK_EXTR(val, mask) (((val) & (mask)) / ((mask) & -(mask)))

#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define container_of(p, type, member) \
    ((type *)((char *)(p) - offsetof(type, member)))
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "BUILD_BUG_ON")

/* Nodes. */
typedef uint8_t nodeid_t;
#define NUMA_NO_NODE      0xff
#define MAX_NUMNODES      64
#define for_each_online_node(i) for ( (i) = 0; (i) < MAX_NUMNODES; (i)++ )
#define node_online(n)    ((n) < MAX_NUMNODES && node_spanned_pages(n))
unsigned long node_start_pfn(unsigned int node);
unsigned long node_end_pfn(unsigned int node);
#define node_spanned_pages(n) (node_end_pfn(n) - node_start_pfn(n))
nodeid_t pxm_to_node(unsigned int pxm);

/* Processors. */
#define MAX_LOCAL_APIC    16384
extern nodeid_t apicid_to_node[MAX_LOCAL_APIC];
#define MAX_CPUS          4096
extern uint32_t x86_cpu_to_apicid[MAX_CPUS];
extern unsigned int nr_present_cpus;
#define for_each_present_cpu(i) for ( (i) = 0; (i) < nr_present_cpus; (i)++ )

#define X86_VENDOR_INTEL_EBX 0x756e6547U
#define X86_VENDOR_INTEL_ECX 0x6c65746eU
#define X86_VENDOR_INTEL_EDX 0x49656e69U
#define X86_VENDOR_AMD_EBX   0x68747541U
#define X86_VENDOR_AMD_ECX   0x444d4163U
#define X86_VENDOR_AMD_EDX   0x69746e65U

static inline void cpuid_count(unsigned int leaf, unsigned int subleaf,
                               unsigned int *eax, unsigned int *ebx,
                               unsigned int *ecx, unsigned int *edx)
{
    asm volatile ( "cpuid" : "=a" (*eax), "=b" (*ebx), "=c" (*ecx), "=d" (*edx)
                           : "0" (leaf), "2" (subleaf) );
}

static inline void cpuid(unsigned int leaf, unsigned int *eax,
                         unsigned int *ebx, unsigned int *ecx,
                         unsigned int *edx)
{
    cpuid_count(leaf, 0, eax, ebx, ecx, edx);
}

/* ACPI 6.5, sections 5.2.6, 5.2.12.2, 5.2.12.12 and 5.2.16. */
struct acpi_table_header {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem_id[6], oem_table_id[8];
    uint32_t oem_revision;
    char creator_id[4];
    uint32_t creator_revision;
} __attribute__((packed));

struct acpi_subtable_header {
    uint8_t type, length;
} __attribute__((packed));

#define ACPI_MADT_TYPE_LOCAL_APIC   0
#define ACPI_MADT_TYPE_LOCAL_X2APIC 9
#define ACPI_MADT_ENABLED           1U

struct acpi_madt_local_apic {
    struct acpi_subtable_header header;
    uint8_t processor_id, id;
    uint32_t lapic_flags;
} __attribute__((packed));

struct acpi_madt_local_x2apic {
    struct acpi_subtable_header header;
    uint16_t reserved;
    uint32_t local_apic_id, lapic_flags, uid;
} __attribute__((packed));

#define ACPI_SIG_SRAT                  "SRAT"
#define ACPI_SRAT_TYPE_CPU_AFFINITY    0
#define ACPI_SRAT_TYPE_MEMORY_AFFINITY 1
#define ACPI_SRAT_TYPE_X2APIC_AFFINITY 2
#define ACPI_SRAT_CPU_ENABLED          1U
#define ACPI_SRAT_MEM_ENABLED          1U

struct acpi_srat_cpu_affinity {
    struct acpi_subtable_header header;
    uint8_t proximity_domain_lo, apic_id;
    uint32_t flags;
    uint8_t local_sapic_eid, proximity_domain_hi[3];
    uint32_t clock_domain;
} __attribute__((packed));

struct acpi_srat_x2apic_affinity {
    struct acpi_subtable_header header;
    uint16_t reserved;
    uint32_t proximity_domain, apic_id, flags, clock_domain, reserved2;
} __attribute__((packed));

struct acpi_srat_mem_affinity {
    struct acpi_subtable_header header;
    uint32_t proximity_domain;
    uint16_t reserved;
    uint64_t base_address, length;
    uint32_t reserved1, flags;
    uint64_t reserved2;
} __attribute__((packed));

#define BAD_MADT_ENTRY(entry, end) \
    ((unsigned long)(entry) + sizeof(*(entry)) > (end) || \
     (entry)->header.length < sizeof(*(entry)))

typedef int acpi_table_handler(struct acpi_table_header *table);
typedef int acpi_entry_handler(struct acpi_subtable_header *header,
                               const unsigned long end);

int acpi_table_parse(const char *id, acpi_table_handler *handler);
int acpi_table_parse_madt(int id, acpi_entry_handler *handler,
                          unsigned int max);
int acpi_table_parse_srat(int id, acpi_entry_handler *handler,
                          unsigned int max);

#define EFI_BOOT 0
#define EFI_RS   2
static inline bool efi_enabled(unsigned int feature)
{
    return true;
}

#endif /* EFI_XEN_H */
