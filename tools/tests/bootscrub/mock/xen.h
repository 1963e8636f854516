/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of Xen as arch/x86/bootscrub/core.c and arch/x86/efi/bootscrub.c
 * need in user space: declarations, by Xen's names.  mock.c defines them.
 */
#ifndef MOCK_XEN_H
#define MOCK_XEN_H

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/init.h>

#define _AC(val, suffix) val ## suffix
#include <xen/arch/x86/include/asm/msr-index.h>

#define PAGE_SHIFT        12
#define PFN_UP(x)         (((x) + (1UL << PAGE_SHIFT) - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x)       ((x) >> PAGE_SHIFT)
#define pfn_to_paddr(pfn) ((uint64_t)(pfn) << PAGE_SHIFT)
#define paddr_to_pfn(pa)  ((unsigned long)((pa) >> PAGE_SHIFT))

/* The files under test lie where they run. */
#define virt_to_maddr(va) ((unsigned long)(va))
#define maddr_to_virt(ma) ((void *)(ma))

enum system_state {
    SYS_STATE_early_boot,
    SYS_STATE_boot,
    SYS_STATE_active,
};
extern enum system_state system_state;

#define RAM_TYPE_CONVENTIONAL 1
static inline bool page_is_ram_type(unsigned long pfn, unsigned long type)
{
    return pfn && type;
}

#define E820_RAM      1
#define E820_RESERVED 2
struct e820map {
    unsigned int nr_map;
    struct {
        uint64_t addr, size;
        uint32_t type;
    } map[16];
};
extern struct e820map e820;
int e820_all_mapped(uint64_t start, uint64_t end, unsigned int type);

#define CONFIG_KEXEC
extern struct mock_area {
    unsigned long start, size;
} kexec_crash_area;

#define GB(n) ((uint64_t)(n) << 30)

#define ARRAY_SIZE(a)     (sizeof(a) / sizeof((a)[0]))
#define ACCESS_ONCE(x)    (*(volatile __typeof__(x) *)&(x))
#define ASSERT_UNREACHABLE() abort()
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define container_of(p, type, member) \
    ((type *)((char *)(p) - offsetof(type, member)))
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "BUILD_BUG_ON")

/* Nodes, as Xen has them; where two overlap, both have what they span. */
typedef uint8_t nodeid_t;
#define NUMA_NO_NODE      0xff
#define MAX_NUMNODES      4
#define for_each_online_node(i) for ( (i) = 0; (i) < MAX_NUMNODES; (i)++ )
#define node_online(n)    (node_spanned_pages(n) != 0)
unsigned long node_start_pfn(unsigned int node);
unsigned long node_end_pfn(unsigned int node);
#define node_spanned_pages(n) (node_end_pfn(n) - node_start_pfn(n))
nodeid_t pxm_to_node(unsigned int pxm);

/* Processors. */
#define MAX_LOCAL_APIC    512
extern nodeid_t apicid_to_node[MAX_LOCAL_APIC];
#define MAX_CPUS          300
extern uint32_t x86_cpu_to_apicid[MAX_CPUS];
extern unsigned int mock_nr_present;
#define for_each_present_cpu(i) for ( (i) = 0; (i) < mock_nr_present; (i)++ )
unsigned int num_online_cpus(void);
unsigned int smp_processor_id(void);

typedef struct {
    unsigned long bits;
} cpumask_t;
#define cpumask_set_cpu(cpu, mask)  ((mask)->bits |= 1UL << (cpu))
#define cpumask_test_cpu(cpu, mask) (((mask)->bits >> (cpu)) & 1)

struct notifier_block {
    int (*notifier_call)(struct notifier_block *nfb, unsigned long action,
                         void *hcpu);
};
#define NOTIFY_DONE       0
enum { CPU_UP_PREPARE = 1, CPU_STARTING, CPU_ONLINE, CPU_DYING, CPU_DEAD };
void register_cpu_notifier(struct notifier_block *nb);

/* "GenuineIntel", "AuthenticAMD". */
#define X86_VENDOR_INTEL_EBX 0x756e6547U
#define X86_VENDOR_INTEL_EDX 0x49656e69U
#define X86_VENDOR_INTEL_ECX 0x6c65746eU
#define X86_VENDOR_AMD_EBX   0x68747541U
#define X86_VENDOR_AMD_EDX   0x69746e65U
#define X86_VENDOR_AMD_ECX   0x444d4163U

/* ACPI 6.5, sections 5.2.12.2, 5.2.12.12 and 5.2.16.2. */
struct acpi_subtable_header {
    uint8_t type, length;
};

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
#define ACPI_SRAT_TYPE_MEMORY_AFFINITY 1
#define ACPI_SRAT_MEM_ENABLED          1U

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

struct acpi_table_header {
    char signature[4];
};

int acpi_table_parse(const char *id,
                     int (*handler)(struct acpi_table_header *));
int acpi_table_parse_madt(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max);
int acpi_table_parse_srat(int id,
                          int (*handler)(struct acpi_subtable_header *,
                                         const unsigned long),
                          unsigned int max);

#define _mfn(mfn) (mfn)
void clear_domain_page(unsigned long mfn);

#define EFI_BOOT 0
#define EFI_RS   2
bool efi_enabled(unsigned int feature);

void cpuid(unsigned int leaf, unsigned int *eax, unsigned int *ebx,
           unsigned int *ecx, unsigned int *edx);
void cpuid_count(unsigned int leaf, unsigned int sub, unsigned int *eax,
                 unsigned int *ebx, unsigned int *ecx, unsigned int *edx);

#define CONFIG_HYPFS
#define XENLOG_ERR     "<0>"
#define XENLOG_WARNING "<1>"
void __attribute__((format(printf, 1, 2))) printk(const char *fmt, ...);
int __attribute__((format(printf, 3, 4)))
scnprintf(char *buf, size_t size, const char *fmt, ...);

#endif /* MOCK_XEN_H */
