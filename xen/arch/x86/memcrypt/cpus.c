/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every processor is asked about memory encryption as it comes up, and a
 * processor whose registers differ from the boot processor's is a warning.
 * The registers are locked until a reset.
 */

#include <xen/cpu.h>
#include <xen/cpumask.h>
#include <xen/init.h>
#include <xen/kernel.h>
#include <xen/lib.h>
#include <xen/smp.h>

#include <asm/memcrypt.h>
#include <asm/msr.h>

#define MAX_MSRS 4
static const unsigned int tme_msrs[MAX_MSRS] = {
    MSR_TME_CAPABILITY, MSR_TME_ACTIVATE, MSR_TME_EXCLUDE_MASK,
    MSR_TME_EXCLUDE_BASE,
};
static const unsigned int sme_msrs[] = { MSR_K8_SYSCFG };

struct memcrypt_psp __initdata memcrypt_psp;

/* Those that CPUID promises, if any. */
static const unsigned int *__ro_after_init msrs;
static unsigned int __ro_after_init nr_msrs;
static uint64_t __ro_after_init expected[MAX_MSRS];
static cpumask_t __read_mostly asked;
static bool __read_mostly one_differs;

/* A register that is missing reads as 0, which is not active. */
static uint64_t read_msr(unsigned int i)
{
    uint64_t val;

    return memcrypt_rdmsr(msrs[i], &val) ? val : 0;
}

/*
 * After S3 the key is a restored one, on CPU0 too, as it has to be for memory
 * to be of use (document 336907, table 4-3).  Whether it is saved once more is
 * the firmware's choice.
 */
static bool is_as_expected(unsigned int i)
{
    uint64_t mask = ~0ULL;

    if ( msrs[i] == MSR_K8_SYSCFG )
        mask = SYSCFG_ENCRYPTION;
    else if ( msrs[i] == MSR_TME_ACTIVATE && system_state >= SYS_STATE_active )
        mask = ~(TME_ACTIVATE_KEY_RESTORED | TME_ACTIVATE_KEY_SAVED);

    return !((read_msr(i) ^ expected[i]) & mask);
}

static void ask_cpu(unsigned int cpu)
{
    unsigned int i;

    for ( i = 0; i < nr_msrs; i++ )
        if ( !is_as_expected(i) )
        {
            /* The others of its package will differ, too. */
            if ( !one_differs )
                printk(XENLOG_WARNING
                       "CPU%u: memory encryption is not as on CPU0\n", cpu);
            one_differs = true;
            break;
        }

    cpumask_set_cpu(cpu, &asked);
}

static int cf_check cpu_callback(struct notifier_block *nfb,
                                 unsigned long action, void *hcpu)
{
    if ( action == CPU_STARTING )
        ask_cpu((unsigned long)hcpu);

    return NOTIFY_DONE;
}

static struct notifier_block __read_mostly cpu_nfb = {
    .notifier_call = cpu_callback,
};

/*
 * One line, on machines that have anything of the kind.  "new" is what the
 * register says: the key was new when the machine was reset.
 */
static void __init print_line(const struct memcrypt_regs *r,
                              const struct memcrypt *m)
{
    if ( !r->tme && !r->sme )
        return;

    /* Whether that is enough depends on how many sockets there are. */
    if ( m->amd && m->state == MEMCRYPT_UNKNOWN && r->psp.found )
        printk("Memory encryption: AMD TSME by the report of %u of %u PSPs\n",
               r->psp.tsme, r->psp.found);
    else if ( m->amd || m->state != MEMCRYPT_ACTIVE )
        printk("Memory encryption: %s\n", memcrypt_name(m));
    else
        printk("Memory encryption: %s, key %s; %u KeyID bits\n",
               memcrypt_name(m),
               m->key == MEMCRYPT_KEY_RESTORED ? "restored" : "new",
               m->keyid_bits);
}

static int __init cf_check memcrypt_init(void)
{
    struct memcrypt_regs regs;
    struct memcrypt memcrypt;
    unsigned int i;

    memcrypt_read(&regs);
    regs.psp = memcrypt_psp;
    memcrypt_decode(&regs, &memcrypt);
    print_line(&regs, &memcrypt);

    if ( memcrypt_has_tme(&regs) )
    {
        msrs = tme_msrs;
        nr_msrs = ARRAY_SIZE(tme_msrs);
    }
    else if ( memcrypt_has_sme(&regs) )
    {
        msrs = sme_msrs;
        nr_msrs = ARRAY_SIZE(sme_msrs);
    }

    for ( i = 0; i < nr_msrs; i++ )
        expected[i] = read_msr(i);

    cpumask_set_cpu(smp_processor_id(), &asked);
    register_cpu_notifier(&cpu_nfb);

    return 0;
}
presmp_initcall(memcrypt_init);

bool __init memcrypt_asked(unsigned int cpu)
{
    return cpumask_test_cpu(cpu, &asked);
}

bool __init memcrypt_cpus_agree(void)
{
    return !one_differs;
}
