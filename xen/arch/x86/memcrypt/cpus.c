/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every processor is asked about memory encryption as it comes up: those that
 * are parked again before memcrypt_check_cpus() can ask, and those that come
 * when dom0 runs.
 *
 * By then it is too late for the scrub, and there is nothing to take back.
 * A processor that was up or present at boot was asked then, or its being
 * unasked was the verdict; its registers are locked until a reset.  The
 * memory that a hot-plugged one brings is not covered, and when the firmware
 * counts it in, the next boot finds that its coverage has changed.  So the
 * administrator is warned, and that is all.
 */

#include <xen/bootscrub.h>
#include <xen/cpu.h>
#include <xen/cpumask.h>
#include <xen/init.h>
#include <xen/kernel.h>
#include <xen/lib.h>

#include <asm/memcrypt.h>
#include <asm/msr.h>
#include <asm/smp.h>

/* Bit 2 of IA32_TME_ACTIVATE: a saved key was restored. */
#define KEY_SELECT (1U << 2)

/* Those of the other vendor are missing. */
static const unsigned int msrs[] = {
    MSR_TME_ACTIVATE, MSR_TME_EXCLUDE_MASK, MSR_TME_EXCLUDE_BASE,
    MSR_K8_SYSCFG,
};

static uint64_t __ro_after_init expected[ARRAY_SIZE(msrs)];
static cpumask_t __read_mostly asked;
static bool __read_mostly one_differs;

/* A register that is missing reads as 0, which is not active. */
static uint64_t read(unsigned int i)
{
    uint64_t val;

    return memcrypt_rdmsr(msrs[i], &val) ? val : 0;
}

/*
 * After S3 the key is a restored one, on CPU0 too, as it has to be for memory
 * to be of use (document 336907, table 4-3).
 */
static bool is_as_expected(unsigned int i)
{
    uint64_t mask = ~0ULL;

    if ( msrs[i] == MSR_K8_SYSCFG )
        mask = SYSCFG_ENCRYPTION;
    else if ( msrs[i] == MSR_TME_ACTIVATE && system_state >= SYS_STATE_active )
        mask = ~(uint64_t)KEY_SELECT;

    return !((read(i) ^ expected[i]) & mask);
}

static void ask(unsigned int cpu)
{
    unsigned int i;

    for ( i = 0; i < ARRAY_SIZE(msrs); i++ )
        if ( !is_as_expected(i) )
        {
            one_differs = true;
            printk(XENLOG_WARNING
                   "CPU%u: memory encryption is not as on CPU0\n", cpu);
            break;
        }

    cpumask_set_cpu(cpu, &asked);
}

static int cf_check cpu_callback(struct notifier_block *nfb,
                                 unsigned long action, void *hcpu)
{
    if ( action == CPU_STARTING )
        ask((unsigned long)hcpu);

    return NOTIFY_DONE;
}

static struct notifier_block __read_mostly cpu_nfb = {
    .notifier_call = cpu_callback,
};

static int __init cf_check memcrypt_late_init(void)
{
    unsigned int i;

    if ( !bootscrub_is_auto() )
        return 0;

    for ( i = 0; i < ARRAY_SIZE(msrs); i++ )
        expected[i] = read(i);

    cpumask_set_cpu(smp_processor_id(), &asked);
    register_cpu_notifier(&cpu_nfb);

    return 0;
}
presmp_initcall(memcrypt_late_init);

enum memcrypt_cpus __init memcrypt_check_offline(void)
{
    if ( one_differs )
        return MEMCRYPT_CPUS_DISAGREE;

    /* Where there is no NUMA information, only packages tell of memory. */
    return unaccounted_cpus || !cpumask_subset(&cpu_present_map, &asked)
           ? MEMCRYPT_CPUS_MISSING : MEMCRYPT_CPUS_AGREE;
}
