/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ask the processors: with Xen, for the features that Xen found; without, for
 * features and the registers of Intel TME.
 */

#include <cpuid.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <xenctrl.h>
#include <xenguest.h>
#include <xen/sysctl.h>

#include "msr-index.h"
#include "probe.h"
#include "shim.h"

/* CPUID.1:ECX */
#define ECX_RDRAND     (1U << 30)
#define ECX_HYPERVISOR (1U << 31)
/* CPUID.(7,0):ECX */
#define ECX_TME        (1U << 13)

/* CPUID.8000001F:EAX */
#define EAX_SME        (1U << 0)

/* Words of a featureset: Xen's public cpufeatureset.h. */
#define WORD_1C        1
#define WORD_7C0       6

static void read_vendor(struct probe *p)
{
    unsigned int r[4] = {};

    cpuid_read(0, r);
    p->regs.intel = r[1] == signature_INTEL_ebx &&
                    r[2] == signature_INTEL_ecx && r[3] == signature_INTEL_edx;
    p->amd = r[1] == signature_AMD_ebx && r[2] == signature_AMD_ecx &&
             r[3] == signature_AMD_edx;
}

/*
 * Linux, Documentation/ABI/testing/sysfs-driver-ccp: 1 if the PSP reports
 * TSME, 0 if it reports none; no file if it does not report.
 */
void probe_psps(void (*see)(void *arg, const char *at, enum psp_says says),
                void *arg)
{
    static const char ccp[] = "/sys/bus/pci/drivers/ccp";
    DIR *dir = opendir(ccp);
    struct dirent *entry;

    while ( dir && (entry = readdir(dir)) )
    {
        char path[512];
        FILE *file;
        int c = EOF;

        /* Devices are named by their PCI address. */
        if ( !strchr(entry->d_name, ':') )
            continue;

        snprintf(path, sizeof(path), "%s/%s/tsme_status", ccp, entry->d_name);
        file = fopen(path, "r");
        if ( file )
        {
            c = fgetc(file);
            fclose(file);
        }

        see(arg, entry->d_name, c == '1' ? PSP_TSME :
                                c == '0' ? PSP_PLAIN : PSP_SILENT);
    }

    if ( dir )
        closedir(dir);
}

static void count_psp(void *arg, const char *at, enum psp_says says)
{
    struct probe *p = arg;

    (void)at;
    p->tsme += says == PSP_TSME;
    p->plain += says == PSP_PLAIN;
    p->silent += says == PSP_SILENT;
}

static void set_features(struct probe *p, uint32_t leaf1, uint32_t leaf7)
{
    unsigned int r[4];

    p->known = true;
    p->random = leaf1 & ECX_RDRAND;
    p->regs.hypervisor = leaf1 & ECX_HYPERVISOR;
    read_vendor(p);
    if ( p->amd )
        probe_psps(count_psp, p);
    p->regs.tme = leaf7 & ECX_TME;
    if ( cpuid_read(0x80000008, r) )
        p->regs.maxphysaddr = r[0] & 0xff;
    if ( p->amd && cpuid_read(0x8000001f, r) )
    {
        p->regs.sme = r[0] & EAX_SME;
        p->regs.cbit = r[1] & 0x3f;
    }
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

bool probe_cpu(unsigned int cpu, struct memcrypt_regs *r)
{
    char path[32];
    int fd;

    snprintf(path, sizeof(path), "/dev/cpu/%u/msr", cpu);
    fd = open(path, O_RDONLY);
    if ( fd < 0 )
        return false;

    if ( r->tme )
        r->readable = read_msr(fd, MSR_TME_CAPABILITY, &r->capability) &&
                      read_msr(fd, MSR_TME_ACTIVATE, &r->activate) &&
                      read_msr(fd, MSR_TME_EXCLUDE_MASK, &r->exclude_mask) &&
                      read_msr(fd, MSR_TME_EXCLUDE_BASE, &r->exclude_base);
    else if ( r->sme )
    {
        r->readable = read_msr(fd, MSR_K8_SYSCFG, &r->syscfg);
        r->syscfg &= SYSCFG_ENCRYPTION;
    }
    close(fd);

    return true;
}

void probe_linux(struct probe *p)
{
    unsigned int leaf1[4], leaf7[4] = {}, cpu;
    long nr = sysconf(_SC_NPROCESSORS_CONF);

    memset(p, 0, sizeof(*p));
    if ( !cpuid_read(1, leaf1) )
        return;
    cpuid_read(7, leaf7);
    set_features(p, leaf1[2], leaf7[2]);

    if ( !p->regs.tme || p->regs.hypervisor || !probe_cpu(0, &p->regs) )
        return;

    for ( cpu = 1; cpu < nr; cpu++ )
    {
        struct memcrypt_regs r = { .tme = true };

        /* One that is offline has no file. */
        if ( probe_cpu(cpu, &r) &&
             (r.readable != p->regs.readable ||
              r.activate != p->regs.activate ||
              r.exclude_mask != p->regs.exclude_mask ||
              r.exclude_base != p->regs.exclude_base) )
            p->differ = true;
    }
}
