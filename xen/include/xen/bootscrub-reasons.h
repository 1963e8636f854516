/* SPDX-License-Identifier: GPL-2.0-only */
/* This file is intended to be included multiple times. */
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
 * The includer defines GATE, REASON or both, and this file undefines them.
 */

#ifndef GATE
#define GATE(id, token, sentence)
#endif
#ifndef REASON
#define REASON(id, token, state, sentence, remedy)
#endif

REASON(PROVEN, "proven", PROVED,
       "Evidence of this boot shows that old contents are unreadable",
       "")
REASON(ASSERTED, "asserted", PROVED,
       "Skipped because of assert-encrypted; not everything was proved",
       "")

GATE(BARE_METAL, "bare-metal",
     "Xen runs on the machine itself, not in a virtual machine")
REASON(VIRTUALISED, "virtualised", DISPROVED,
       "Xen runs in a virtual machine, whose reboot does not renew the key",
       "Use bootscrub=on or bootscrub=idle in virtual machines")

GATE(FIRMWARE, "firmware",
     "Xen was entered from UEFI firmware, after a reset")
REASON(KEXEC, "kexec", DISPROVED,
       "Xen was entered by kexec; the key is that of the previous system",
       "Reboot through the firmware")
REASON(NO_BOOT_SERVICES, "no-boot-services", UNKNOWN,
       "Xen was entered without UEFI boot services and cannot tell what ran "
       "before",
       "Boot xen.efi, or xen.gz by multiboot2 from a UEFI boot loader")

GATE(ENCRYPTION, "encryption",
     "Memory encryption is active and locked, on every processor")
REASON(NOT_SUPPORTED, "not-supported", DISPROVED,
       "The processor does not support memory encryption",
       "Use bootscrub=idle; this processor can never skip the scrub")
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
       "Xen cannot determine whether memory is encrypted",
       "On AMD, set SMEE to Enabled in the firmware's setup (AMD CBS, CPU "
       "Common Options) beside TSME, or update the firmware")

GATE(HISTORY, "history",
     "The previous session is recorded, and no other boot came in between")
REASON(WAS_PLAINTEXT, "was-plaintext", DISPROVED,
       "The previous session ran without memory encryption",
       "Expected once after memory encryption was enabled")
REASON(NO_RECORD, "no-record", UNKNOWN,
       "There is no record of a previous session",
       "Expected on the first boot with bootscrub=auto. Otherwise find out "
       "what cleared the EFI variables")
REASON(RECORD_INVALID, "record-invalid", UNKNOWN,
       "The record of the previous session is damaged, of another version, "
       "or not written by Xen",
       "If it recurs, suspect the firmware's variable store, or software "
       "that writes EFI variables")
REASON(NO_COUNTER, "no-counter", UNKNOWN,
       "A counter that would show other boots is missing now, or was in the "
       "previous session",
       "Update the firmware, or enable the TPM")
REASON(COUNTER_GAP, "counter-gap", UNKNOWN,
       "The boot counter or the TPM's reset count did not advance by exactly "
       "one since the recorded session",
       "Expected after another system was booted. If it recurs, the firmware "
       "resets more than once in each boot")

GATE(KEY, "key",
     "The memory encryption key is new since the last reset")
REASON(KEY_RESTORED, "key-restored", DISPROVED,
       "The processor restored the previous memory encryption key; "
       "old contents are readable",
       "Power-cycle; boot Xen with reboot=P; or look in the firmware's setup "
       "for an option that renews the key on warm resets")
REASON(MARKER_READABLE, "marker-readable", DISPROVED,
       "Contents of an earlier session are readable",
       "Power-cycle; boot Xen with reboot=P; or look in the firmware's setup "
       "for an option that renews the key on warm resets")
REASON(UNCHECKED_MEMORY, "unchecked-memory", UNKNOWN,
       "No processor or PSP could be asked about memory that might be "
       "skipped",
       "Remove maxcpus=, nosmp, numa= and acpi= options from Xen's command "
       "line")
REASON(KEY_NOT_SHOWN, "key-not-shown", UNKNOWN,
       "Memory was cleared before Xen started, so nothing shows whether the "
       "key is new",
       "Expected where the firmware clears memory. If AMD's documentation "
       "suffices for you, use bootscrub=auto,assert-encrypted")
REASON(KEY_UNKNOWN, "key-unknown", UNKNOWN,
       "There is no evidence that the memory encryption key is new",
       "Expected while the history is not proved. Otherwise other software "
       "used the memory that Xen keeps for this test")

GATE(CLEAN, "clean",
     "The previous session confirmed that its memory was clean")
REASON(NOT_CLEAN, "not-clean", UNKNOWN,
       "The previous session left no receipt",
       "Expected after a crash during boot, a broken history without a "
       "complete scrub, mem=, badpage=, an assertion, or xen-bootscrub forget")

GATE(COVERAGE, "coverage",
     "Encryption covers the same memory as in the previous session")
REASON(NOTHING_TO_SKIP, "nothing-to-skip", DISPROVED,
       "No memory at or above 4 GiB qualifies for skipping",
       "Use bootscrub=idle on this machine")
REASON(RAM_CHANGED, "ram-changed", UNKNOWN,
       "The memory that encryption covers differs from the previous session's",
       "Expected after a change of DIMMs, firmware version or TME exclusion "
       "range")

GATE(RECORDED, "recorded",
     "This session is recorded, so that the next can be judged")
REASON(RECORD_NOT_WRITTEN, "record-not-written", DISPROVED,
       "The record of this session could not be written",
       "Check that NVRAM has space and is not write-protected")
REASON(NO_RUNTIME_SERVICES, "no-runtime-services", DISPROVED,
       "UEFI runtime services, which the receipt needs, are not available",
       "Remove efi=no-rs from Xen's command line")
REASON(NO_ENTROPY, "no-entropy", DISPROVED,
       "There is no source of random numbers for the session's token",
       "Enable RDRAND, or update the firmware")

#undef GATE
#undef REASON
