/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of Xen's interface to 64-bit PV guests that the test dom0 uses,
 * as Xen's public headers define it; the header is named at each group.
 * Not a general interface: what no command needs is not declared.
 */

#ifndef DOM0_HYPERCALL_H
#define DOM0_HYPERCALL_H

#include <stdint.h>

/* xen.h */
#define HYPERCALL_set_trap_table 0
#define HYPERCALL_mmu_update     1
#define HYPERCALL_platform_op    7
#define HYPERCALL_memory_op      12
#define HYPERCALL_update_va_mapping 14
#define HYPERCALL_console_io     18
#define HYPERCALL_vcpu_op        24
#define HYPERCALL_mmuext_op      26
#define HYPERCALL_sched_op       29
#define HYPERCALL_physdev_op     33
#define HYPERCALL_sysctl         35
#define HYPERCALL_domctl         36
#define HYPERCALL_hypfs_op       42

/*
 * Calling convention: arch-x86/xen-x86_64.h.  Arguments in rdi, rsi, rdx, r10
 * and r8; Xen returns by SYSRET, which takes rcx and r11.
 */
static inline long hypercall5(unsigned int nr, uint64_t a1, uint64_t a2,
                              uint64_t a3, uint64_t a4, uint64_t a5)
{
    register uint64_t r10 asm("r10") = a4;
    register uint64_t r8 asm("r8") = a5;
    long ret;

    asm volatile ( "syscall"
                   : "=a" (ret), "+D" (a1), "+S" (a2), "+d" (a3),
                     "+r" (r10), "+r" (r8)
                   : "0" ((uint64_t)nr)
                   : "rcx", "r11", "memory" );

    return ret;
}

static inline long hypercall3(unsigned int nr, uint64_t a1, uint64_t a2,
                              uint64_t a3)
{
    return hypercall5(nr, a1, a2, a3, 0, 0);
}

static inline uint64_t addr(const volatile void *p)
{
    return (uint64_t)p;
}

/* errno.h */
#define XEN_ENOSYS     38
#define XEN_EOPNOTSUPP 95

/* xen.h: up to the last field in use */
struct start_info {
    char magic[32];
    uint64_t nr_pages;
    uint64_t shared_info;
    uint32_t flags;
    uint64_t store_mfn;
    uint32_t store_evtchn;
    uint64_t console[2];
    uint64_t pt_base;
    uint64_t nr_pt_frames;
    uint64_t mfn_list;
    uint64_t mod_start;
    uint64_t mod_len;
    char cmd_line[1024];
};

/* xen.h */
#define CONSOLEIO_write 0

/* xen.h, arch-x86/xen.h */
#define FLAT_KERNEL_CS 0xe033

struct trap_info {
    uint8_t vector;
    uint8_t flags;
    uint16_t cs;
    uint64_t address;
};

/* xen.h, vcpu.h */
#define VCPUOP_register_vcpu_time_memory_area 13

struct vcpu_time_info {
    uint32_t version;
    uint32_t pad0;
    uint64_t tsc_timestamp;
    uint64_t system_time;
    uint32_t tsc_to_system_mul;
    int8_t tsc_shift;
    uint8_t pad1[3];
};

/* sched.h */
#define SCHEDOP_shutdown 2
#define SCHEDOP_poll     3

#define SHUTDOWN_reboot  1
#define SHUTDOWN_crash   3

struct sched_shutdown {
    uint32_t reason;
};

struct sched_poll {
    uint64_t ports;
    uint32_t nr_ports;
    uint64_t timeout;
};

/* physdev.h */
#define PHYSDEVOP_set_iopl 6

struct physdev_set_iopl {
    uint32_t iopl;
};

/* xen.h */
#define UVMF_INVLPG 2

/* hypfs.h */
#define XEN_HYPFS_OP_read     1
#define XEN_HYPFS_OP_write    2

#define XEN_HYPFS_TYPE_DIR    0
#define XEN_HYPFS_TYPE_STRING 2
#define XEN_HYPFS_TYPE_UINT   3
#define XEN_HYPFS_TYPE_BOOL   5

#define XEN_HYPFS_ENC_PLAIN   0

struct hypfs_direntry {
    uint8_t type;
    uint8_t encoding;
    uint16_t pad;
    uint32_t content_len;
    uint32_t max_write_len;
};

struct hypfs_dirlistentry {
    struct hypfs_direntry e;
    uint16_t off_next;
    char name[];
};

/* sysctl.h: the versions of the supported bases are the same */
#define XEN_SYSCTL_INTERFACE_VERSION 0x15
#define XEN_SYSCTL_physinfo          3

/* The end is room: Xen copies its whole union of operations in and out. */
struct sysctl_physinfo {
    uint32_t cmd;
    uint32_t interface_version;
    uint32_t topology[10];
    uint64_t total_pages;
    uint64_t free_pages;
    uint64_t pad[32];
};

#define XEN_SYSCTL_readconsole       1

struct sysctl_readconsole {
    uint32_t cmd;
    uint32_t interface_version;
    uint8_t clear, incremental;
    uint16_t pad;
    uint32_t index;
    uint64_t buffer;
    uint32_t count;
    uint32_t pad2[64];
};

#define XEN_SYSCTL_cpu_hotplug        11
#define XEN_SYSCTL_CPU_HOTPLUG_ONLINE 0

struct sysctl_cpu_hotplug {
    uint32_t cmd;
    uint32_t interface_version;
    uint32_t cpu;
    uint32_t op;
    uint64_t pad[32];
};

/* xen.h, arch-x86/xen-x86_64.h */
#define DOMID_SELF 0x7ff0
#define DOMID_IO   0x7ff1
#define DOMID_XEN  0x7ff2

#define MACH2PHYS ((const uint64_t *)0xffff800000000000)

#define MMUEXT_TLB_FLUSH_LOCAL 6

struct mmu_update {
    uint64_t ptr;
    uint64_t val;
};

struct mmuext_op {
    uint32_t cmd;
    uint64_t arg1;
    uint64_t arg2;
};

/* memory.h */
#define XENMEM_increase_reservation 0
#define XENMEM_decrease_reservation 1
#define XENMEM_machine_memory_map   10
#define XENMEM_exchange             11

struct memory_reservation {
    uint64_t extent_start;
    uint64_t nr_extents;
    uint32_t extent_order;
    uint32_t mem_flags;
    uint16_t domid;
};

struct memory_exchange {
    struct memory_reservation in, out;
    uint64_t nr_exchanged;
};

struct memory_map {
    uint32_t nr_entries;
    uint64_t buffer;
};

struct e820entry {
    uint64_t addr;
    uint64_t size;
    uint32_t type;
} __attribute__((packed));

#define E820_RESERVED 2
#define E820_UNUSABLE 5

/* domctl.h: version 0x15 in Xen 4.17, 0x17 in 4.20 */
#define XEN_DOMCTL_createdomain      1
#define XEN_DOMCTL_destroydomain     2
#define XEN_DOMCTL_max_mem           11
#define XEN_DOMCTL_iomem_permission  20

/* What follows the grant version is zero for us, in either version. */
struct domctl {
    uint32_t cmd;
    uint32_t interface_version;
    uint16_t domain;
    uint16_t pad1[3];
    union {
        struct {
            uint32_t ssidref;
            uint8_t handle[16];
            uint32_t flags;
            uint32_t iommu_opts;
            uint32_t max_vcpus;
            uint32_t max_evtchn_port;
            int32_t max_grant_frames;
            int32_t max_maptrack_frames;
            uint32_t grant_opts;
        } create;
        struct {
            uint64_t max_memkb;
        } max_mem;
        struct {
            uint64_t first_mfn;
            uint64_t nr_mfns;
            uint8_t allow_access;
        } iomem;
        uint8_t pad[128];
    };
};

/* platform.h */
#define XENPF_mem_hotadd 59

#define XENPF_enter_acpi_sleep 51

struct platform_acpi_sleep {
    uint32_t cmd;
    uint32_t interface_version;
    uint16_t val_a;
    uint16_t val_b;
    uint32_t sleep_state;
    uint32_t flags;
    uint8_t pad[116];
};

struct platform_mem_hotadd {
    uint32_t cmd;
    uint32_t interface_version;
    uint64_t spfn;
    uint64_t epfn;
    uint32_t pxm;
    uint32_t flags;
    uint8_t pad[104];
};

#define XENPF_INTERFACE_VERSION 0x03000001
#define XENPF_efi_runtime_call  49

#define XEN_EFI_get_time                      1
#define XEN_EFI_get_next_high_monotonic_count 5
#define XEN_EFI_get_variable                  6
#define XEN_EFI_set_variable                  7
#define XEN_EFI_get_next_variable_name        8
#define XEN_EFI_query_variable_info           9
#define XEN_EFI_update_capsule                11

struct efi_guid {
    uint32_t data1;
    uint16_t data2;
    uint16_t data3;
    uint8_t data4[8];
};

struct platform_efi {
    uint32_t cmd;
    uint32_t interface_version;
    uint32_t function;
    uint32_t misc;
    uint64_t status;
    union {
        struct {
            uint64_t name;
            uint64_t size;
            uint64_t data;
            struct efi_guid guid;
        } variable;
        struct {
            uint64_t size;
            uint64_t name;
            struct efi_guid guid;
        } next;
        struct {
            uint32_t attributes;
            uint64_t max_store;
            uint64_t remain_store;
            uint64_t max_size;
        } query;
        uint8_t pad[112];
    };
};

#endif
