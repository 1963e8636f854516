/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why bootscrub=auto skipped or performed the scrub: the one table that the
 * boot log, hypfs, the tools and the manual take their words from.
 *
 * GATE(identifier, token, sentence): what has to be proved, in the order in
 * which a gate names the reason of a verdict.  Its reasons follow it.
 *
 * REASON(identifier, token, state, sentence, remedy)
 *
 * state is what the reason says of the gate that gives it: DISPROVED is
 * evidence against, which nothing overrides; UNKNOWN is evidence that is
 * missing, which an administrator's assertion may fill.  PROVED marks the
 * two verdicts that skip.  A token once published keeps its meaning.
 * No include guard: the includer defines GATE, REASON or both, and this file
 * undefines them.
 */

#ifndef GATE
#define GATE(id, token, sentence)
#endif
#ifndef REASON
#define REASON(id, token, state, sentence, remedy)
#endif

REASON(PROVEN, "proven", PROVED,
       "Old contents are unreadable, as shown by this boot's evidence",
       "")
REASON(ASSERTED, "asserted", PROVED,
       "Evidence is missing; the administrator vouches for it",
       "")

GATE(BARE_METAL, "bare-metal",
     "Xen runs on the machine itself, not in a virtual machine")
REASON(VIRTUALISED, "virtualised", DISPROVED,
       "A hypervisor is present; its reboot brings no new key",
       "Use bootscrub=on or idle in virtual machines")

GATE(FIRMWARE, "firmware",
     "Xen was entered from UEFI firmware, after a reset")
REASON(KEXEC, "kexec", DISPROVED,
       "Entered by kexec; the key has not changed since the previous system",
       "Reboot through the firmware")
REASON(NO_BOOT_SERVICES, "no-boot-services", UNKNOWN,
       "Not entered with UEFI boot services; what ran before is not known",
       "Boot xen.efi, or xen.gz by multiboot2 from a UEFI boot loader")

GATE(ENCRYPTION, "encryption",
     "Memory encryption is active and locked, on every processor")
REASON(NOT_SUPPORTED, "not-supported", DISPROVED,
       "The processor does not support Total Memory Encryption",
       "")
REASON(NOT_ACTIVE, "not-active", DISPROVED,
       "Memory encryption is not active",
       "Enable it in the firmware's setup: TME on Intel, TSME on AMD")
REASON(BYPASSED, "bypassed", DISPROVED,
       "Memory encryption is on, but bypassed for ordinary memory",
       "Disable the TME bypass in the firmware's setup")
REASON(NOT_LOCKED, "not-locked", DISPROVED,
       "The firmware left the memory encryption registers unlocked",
       "Update the firmware")
REASON(CPUS_DISAGREE, "cpus-disagree", DISPROVED,
       "Processors disagree on memory encryption",
       "Check the firmware's settings for every socket")
REASON(ENCRYPTION_UNKNOWN, "encryption-unknown", UNKNOWN,
       "It cannot be determined whether memory is encrypted",
       "On AMD, update the firmware: the PSP may learn to report TSME")
REASON(UNCHECKED_MEMORY, "unchecked-memory", UNKNOWN,
       "Some memory has no processor or PSP that could be asked about it",
       "Remove maxcpus= and nosmp from Xen's command line")

GATE(HISTORY, "history",
     "The previous session is recorded, and nothing else ran since")
REASON(WAS_PLAINTEXT, "was-plaintext", DISPROVED,
       "The previous session ran without memory encryption",
       "None needed; this session's complete scrub starts a new chain")
REASON(NO_RECORD, "no-record", UNKNOWN,
       "There is no record of a previous session",
       "None needed on a first boot; else look for what cleared NVRAM")
REASON(RECORD_INVALID, "record-invalid", UNKNOWN,
       "The record of the previous session is damaged or not ours",
       "Look for firmware trouble if this comes again")
REASON(NO_COUNTER, "no-counter", UNKNOWN,
       "The firmware offers no counter that shows what ran in between",
       "Update the firmware")
REASON(COUNTER_GAP, "counter-gap", UNKNOWN,
       "Something else was booted since the recorded session",
       "None needed if that was on purpose")

GATE(KEY, "key",
     "The memory encryption key is new since the last reset")
REASON(KEY_RESTORED, "key-restored", DISPROVED,
       "The processor restored the previous memory encryption key; "
       "old contents are readable",
       "Power-cycle; boot Xen with reboot=P; or have warm resets renew the key")
REASON(MARKER_READABLE, "marker-readable", DISPROVED,
       "Contents of the previous session are readable",
       "Power-cycle; boot Xen with reboot=P; or have warm resets renew the key")
REASON(KEY_UNKNOWN, "key-unknown", UNKNOWN,
       "There is no evidence that the memory encryption key is new",
       "")

GATE(CLEAN, "clean",
     "The previous session confirmed that its memory was clean")
REASON(NOT_CLEAN, "not-clean", UNKNOWN,
       "The previous session did not confirm that its memory was clean",
       "None needed after a power cut or a crash early in boot")

GATE(COVERAGE, "coverage",
     "Encryption covers the same memory as in the previous session")
REASON(RAM_CHANGED, "ram-changed", UNKNOWN,
       "The memory that encryption covers has changed",
       "None needed if memory was changed on purpose")

GATE(RECORDED, "recorded",
     "This session is recorded, so that the next can be judged")
REASON(RECORD_NOT_WRITTEN, "record-not-written", DISPROVED,
       "The record of this session could not be written",
       "Check that NVRAM has space and is not write-protected")
REASON(NO_RUNTIME_SERVICES, "no-runtime-services", DISPROVED,
       "UEFI runtime services, which the receipt needs, are not available",
       "Remove efi=no-rs from Xen's command line")
REASON(NO_ENTROPY, "no-entropy", DISPROVED,
       "No source of random numbers for the session's token",
       "Enable RDRAND, or update the firmware")

#undef GATE
#undef REASON
