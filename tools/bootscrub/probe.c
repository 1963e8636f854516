/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ask the processors: with Xen, for the features that Xen found; without, for
 * features and the registers of Intel TME.
 */

#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenguest.h>
#include <xen/sysctl.h>

#include "probe.h"

/* Intel, document 336907, chapter 4; Xen has them in msr-index.h. */
#define MSR_TME_CAPABILITY   0x981
#define MSR_TME_ACTIVATE     0x982
#define MSR_TME_EXCLUDE_MASK 0x983
#define MSR_TME_EXCLUDE_BASE 0x984

/* CPUID.1:ECX */
#define ECX_RDRAND     (1U << 30)
#define ECX_HYPERVISOR (1U << 31)
/* CPUID.(7,0):ECX */
#define ECX_TME        (1U << 13)

/* Words of a featureset: Xen's public cpufeatureset.h. */
#define WORD_1C        1
#define WORD_7C0       6

static bool is_intel(void)
{
    unsigned int eax, ebx, ecx, edx;

    __cpuid(0, eax, ebx, ecx, edx);

    return ebx == signature_INTEL_ebx && ecx == signature_INTEL_ecx &&
           edx == signature_INTEL_edx;
}

static void set_features(struct probe *p, uint32_t leaf1, uint32_t leaf7)
{
    unsigned int eax = 0, ebx, ecx, edx;

    p->known = true;
    p->random = leaf1 & ECX_RDRAND;
    p->regs.hypervisor = leaf1 & ECX_HYPERVISOR;
    p->regs.intel = is_intel();
    p->regs.tme = leaf7 & ECX_TME;
    if ( __get_cpuid(0x80000008, &eax, &ebx, &ecx, &edx) )
        p->regs.maxphysaddr = eax & 0xff;
}

/* The raw set is what CPUID says to Xen, not what Xen lets dom0 see. */
void probe_xen(struct probe *p)
{
    uint32_t words[64] = {}, nr = 64;
    xentoollog_logger *quiet = (xentoollog_logger *)
        xtl_createlogger_stdiostream(stderr, XTL_CRITICAL, 0);
    xc_interface *xc = xc_interface_open(quiet, quiet, 0);

    memset(p, 0, sizeof(*p));

    /* Fails if the library is of another version than Xen. */
    if ( xc && !xc_get_cpu_featureset(xc, XEN_SYSCTL_cpu_featureset_raw,
                                      &nr, words) )
        set_features(p, words[WORD_1C], words[WORD_7C0]);

    if ( xc )
        xc_interface_close(xc);
    if ( quiet )
        xtl_logger_destroy(quiet);
}

static bool read_msr(int fd, uint32_t msr, uint64_t *value)
{
    return pread(fd, value, sizeof(*value), msr) == sizeof(*value);
}

static bool read_cpu(unsigned int cpu, struct memcrypt_regs *r)
{
    char path[32];
    int fd;

    snprintf(path, sizeof(path), "/dev/cpu/%u/msr", cpu);
    fd = open(path, O_RDONLY);
    if ( fd < 0 )
        return false;

    r->readable = read_msr(fd, MSR_TME_CAPABILITY, &r->capability) &&
                  read_msr(fd, MSR_TME_ACTIVATE, &r->activate) &&
                  read_msr(fd, MSR_TME_EXCLUDE_MASK, &r->exclude_mask) &&
                  read_msr(fd, MSR_TME_EXCLUDE_BASE, &r->exclude_base);
    close(fd);

    return true;
}

void probe_linux(struct probe *p)
{
    unsigned int eax, ebx, leaf1 = 0, leaf7 = 0, edx, cpu;
    long nr = sysconf(_SC_NPROCESSORS_CONF);

    memset(p, 0, sizeof(*p));
    if ( !__get_cpuid(1, &eax, &ebx, &leaf1, &edx) )
        return;
    __get_cpuid_count(7, 0, &eax, &ebx, &leaf7, &edx);
    set_features(p, leaf1, leaf7);

    if ( !p->regs.tme || p->regs.hypervisor || !read_cpu(0, &p->regs) )
        return;

    for ( cpu = 1; cpu < nr; cpu++ )
    {
        struct memcrypt_regs r = {};

        /* One that is offline has no file. */
        if ( read_cpu(cpu, &r) &&
             (r.readable != p->regs.readable ||
              r.activate != p->regs.activate ||
              r.exclude_mask != p->regs.exclude_mask ||
              r.exclude_base != p->regs.exclude_base) )
            p->differ = true;
    }
}
