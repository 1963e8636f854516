/* SPDX-License-Identifier: GPL-2.0-only */
/* This file is intended to be included multiple times. */
/*
 * What bootscrub=auto tells programs of a boot: the one table of hypfs's
 * leaves below /bootscrub, of xen-bootscrub, and of what that prints for
 * machines.
 *
 * STRING(identifier, name, sentence)  a token, or words for people
 * NUMBER(identifier, name, sentence)
 * MAYBE(identifier, name, sentence)   a number; no leaf where it is not known
 * LIVE(identifier, name, sentence)    a number, as it is when it is read
 *
 * Gates have leaves below /bootscrub/gates, by bootscrub-reasons.h.
 * The includer defines what it needs, and this file undefines it.
 */

#ifndef STRING
#define STRING(id, name, sentence)
#endif
#ifndef NUMBER
#define NUMBER(id, name, sentence)
#endif
#ifndef MAYBE
#define MAYBE(id, name, sentence)
#endif
#ifndef LIVE
#define LIVE(id, name, sentence)
#endif

STRING(mode, "mode", "What was asked for on Xen's command line")
STRING(verdict, "verdict", "Whether memory that encryption covers was skipped")
STRING(reason, "reason", "Why: a token of xen-bootscrub(8)")
STRING(encryption, "encryption", "Memory encryption, in words for people")
STRING(key, "key", "Whether the key is shown to be new, or not to be")
STRING(receipt, "receipt",
       "Whether this session confirmed to the next one that memory is clean")

MAYBE(boot_counter_was, "boot-counter-was",
      "The firmware's boot counter as the previous session recorded it")
MAYBE(boot_counter_is, "boot-counter-is", "The firmware's boot counter now")
MAYBE(tpm_resets_was, "tpm-resets-was",
      "The TPM's count of resets as the previous session recorded it")
MAYBE(tpm_resets_is, "tpm-resets-is", "The TPM's count of resets now")

NUMBER(markers_noise, "markers-noise",
       "Pages of the previous session that read as noise")
NUMBER(markers_cleared, "markers-cleared",
       "Pages of the previous session that read as zeros")
NUMBER(markers_overwritten, "markers-overwritten",
       "Pages of the previous session that somebody overwrote")
NUMBER(markers_readable, "markers-readable",
       "Pages of the previous session that can be read")
NUMBER(skipped_bytes, "skipped-bytes", "Memory whose scrub was skipped")
NUMBER(scrubbed_bytes, "scrubbed-bytes",
       "Memory that is scrubbed because of this boot, at once or later")

LIVE(unscrubbed_bytes, "unscrubbed-bytes",
     "Memory that waits to be scrubbed, that of destroyed domains included")

#undef STRING
#undef NUMBER
#undef MAYBE
#undef LIVE
