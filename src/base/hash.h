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

/*
 * For tables whose keys come in runs of neighbours, as a scan's targets do: bits of a key that are
 * left out of its words may be put into the hash of these with this. Then HASH_NEAR neighbours have
 * heads side by side, in one line of the cache, while to a stranger all heads are as likely as
 * ever.
 */
#define HASH_NEAR 16
static inline uint64_t hash_near(uint64_t hash, uint64_t key)
{
	return hash ^ (key % HASH_NEAR);
}

/* A secret of random numbers for hash_four(). */
struct hash_fours {
	uint64_t k[5];
};

/*
 * For tables of four short words that are asked once a packet, at a fifth of SipHash's cost. Two
 * keys, chosen before the secret was, fall together with a chance of 2^-32: the sum of products is
 * Dietzfelbinger's (1996) strongly universal family, as Thorup, "High Speed Hashing for Integers
 * and Strings" (2015) s. 3.5 pairs it. What follows only stirs, so that rows of addresses and
 * ports do not lie in rows; it takes no two numbers to one. Not for who sees the hashes.
 */
static inline uint32_t hash_four(const struct hash_fours *h, uint32_t a, uint32_t b, uint32_t c,
				 uint32_t d)
{
	uint64_t sum = (h->k[0] + b) * (h->k[1] + a) + (h->k[2] + d) * (h->k[3] + c) + h->k[4];
	uint32_t x = (uint32_t)(sum >> 32);

	x = (x ^ x >> 16) * 0x85ebca6bu; /* odd */
	x = (x ^ x >> 13) * 0xc2b2ae35u; /* odd */
	return x ^ x >> 16;
}

#endif
