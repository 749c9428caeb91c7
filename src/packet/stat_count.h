/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts in a table what waited in a block. Only packet/stat_*.c includes this.
 *
 * Theory of operation. Some dozens of items have their slots fetched at once, then the entries that
 * these seem to lead to, and are counted when both are there. A single packet of short sides, of
 * which a scan is made, is counted from its item where that is: half of them are the first of their
 * entry, which is written at once. Whatever is rare goes the long way, by stat_find().
 */
#ifndef SONDE_PACKET_STAT_COUNT_H
#define SONDE_PACKET_STAT_COUNT_H

#include "packet/stat_item.h"

/* Counts all of a block in the table, in order. */
void stat_count_block(struct stat_table *t, const struct stat_block *b);

#endif
