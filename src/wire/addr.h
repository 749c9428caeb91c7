/* SPDX-License-Identifier: Apache-2.0 */
/* An IPv4 or IPv6 address, or a MAC, as bytes in network order with its text form. */
#ifndef SONDE_WIRE_ADDR_H
#define SONDE_WIRE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"

#define ADDR_TEXT_MAX 46 /* INET6_ADDRSTRLEN */
#define MAC_LEN       6
#define MAC_TEXT_MAX  18

/* family is 4 or 6; 0 means "none". IPv4 uses bytes[0..3] and the rest is zero. */
struct addr {
	uint8_t family;
	uint8_t bytes[16];
};

/* Length in bytes of an address of this family: 4 or 16 (0 for none). */
static inline size_t addr_len(const struct addr *a)
{
	return a->family == 4 ? 4 : a->family == 6 ? 16 : 0;
}

/* From 4 bytes in network order. */
static inline void addr_set_v4(struct addr *a, const uint8_t bytes[static 4])
{
	a->family = 4;
	memcpy(a->bytes, bytes, 4);
	memset(a->bytes + 4, 0, 12);
}

/* From 16 bytes in network order. */
static inline void addr_set_v6(struct addr *a, const uint8_t bytes[static 16])
{
	a->family = 6;
	memcpy(a->bytes, bytes, 16);
}

/* The same as values. */
struct addr addr_v4(const uint8_t bytes[static 4]);
struct addr addr_v6(const uint8_t bytes[static 16]);

/* From a host-order number. */
struct addr addr_v4_number(uint32_t number);

/* An IPv4 address as a host-order number. */
static inline uint32_t addr_number(const struct addr *a)
{
	return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 |
	       (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

/* Reads the usual text of either family; false and nothing written when it is none. */
bool addr_parse(const char *text, struct addr *ret_addr);

/* Writes the usual text (RFC 5952 for IPv6); returns out. "none" for family 0. */
const char *addr_text(const struct addr *a, char out[static ADDR_TEXT_MAX]);

/*
 * Writes "192.0.2.1", of a host-order number, without ending it: at most 16 bytes, of which the
 * text is up to the returned place.
 */
char *addr_put_v4(char *at, uint32_t number);

static inline bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/*
 * A keyed hash for tables of addresses: those of 16 neighbours, from a multiple of 16 on, lie side
 * by side (base/hash.h, HASH_NEAR).
 */
uint64_t addr_hash(const struct addr *a, const struct hash_key *key);

/* <0, 0, >0 as memcmp; IPv4 sorts before IPv6. */
int addr_compare(const struct addr *a, const struct addr *b);

/* 224.0.0.0/4 or ff00::/8. */
bool addr_is_multicast(const struct addr *a);

/* 127.0.0.0/8 or ::1. */
bool addr_is_loopback(const struct addr *a);

/* fe80::/10. */
bool addr_is_link_local(const struct addr *a);

/* All bits zero. */
bool addr_is_any(const struct addr *a);

/* ff02::1:ffXX:XXXX for a unicast IPv6 address (RFC 4291 s. 2.7.1). */
struct addr addr_solicited_node(const struct addr *a);

/* "02:00:5E:10:00:14" or, with lower, "02:00:5e:10:00:14"; returns out. */
const char *mac_text(const uint8_t mac[static MAC_LEN], bool lower, char out[static MAC_TEXT_MAX]);

#endif
