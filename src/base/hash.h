/* SPDX-License-Identifier: Apache-2.0 */
/* A keyed hash for cookies and tables that strangers could otherwise fill with collisions. */
#ifndef SONDE_BASE_HASH_H
#define SONDE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A secret drawn once a run; whoever knows it can forge cookies. */
struct hash_key {
	uint64_t k0;
	uint64_t k1;
};

/* SipHash-2-4 of len bytes (Aumasson and Bernstein, 2012). */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t len);

/*
 * For tables: SipHash-1-3 of count whole words, without their count, so all keys of one table that
 * differ in length must differ in a word too. A few times faster than hash_bytes(); not for
 * cookies.
 */
uint64_t hash_words(const struct hash_key *key, const uint64_t *words, size_t count);

/*
 * SipHash-1-3 of two words: for tables that are asked once a packet, where the fewer rounds count.
 * Not for cookies.
 */
uint64_t hash_two(const struct hash_key *key, uint64_t first, uint64_t second);

#endif
