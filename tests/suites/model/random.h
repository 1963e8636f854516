/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random histories: see random.c.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include "model.h"

/* One event a line; behind a boot, after "#", what it has to come to. */
void print_random(const struct world *w, uint64_t seed, unsigned int boots);

#endif /* RANDOM_H */
